var Ge=`.slens.slens-alignment {
  height: auto;
  min-height: 0;
  border: 0;
  border-radius: 0;
}
.slens-alignment .slens-foot {
  border-top: 0;
}
.slens-alignment .slens-body {
  padding: 8px 10px 2px;
  gap: 6px;
}
.slens-concepts {
  display: grid;
  grid-template-columns: 62px 1fr;
  gap: 6px 8px;
  align-items: center;
  font-size: 12px;
}
.slens-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  align-items: center;
  border: 1px solid color-mix(in srgb, var(--s-control) 70%, var(--s-bg));
  border-radius: 4px;
  padding: 2px 4px;
  min-height: 28px;
}
.slens-chips:focus-within {
  outline: 2px solid var(--s-accent);
  outline-offset: 1px;
}
.slens .slens-chips input {
  border: 0;
  outline: 0;
  flex: 1 1 90px;
  height: 22px;
  background: none;
}
.slens-chip {
  display: inline-flex;
  align-items: center;
  max-width: 100%;
  border-radius: 10px;
  padding: 0 2px 0 8px;
  font-size: 12px;
  border: 1px solid var(--tone);
  color: var(--tone);
}
.slens-chip.slens-odd {
  text-decoration: underline wavy var(--s-warn);
}
.slens .slens-chip button {
  border: 0;
  background: none;
  height: 20px;
  padding: 0 6px;
  color: inherit;
}
.slens-counts {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}
.slens .slens-counts button {
  height: 22px;
  padding: 0 7px;
}
.slens-alignment-box {
  display: flex;
  flex-direction: column;
  --box-bg: var(--jp-layout-color1, var(--vscode-editor-background, #ffffff));
  background: var(--box-bg);
  border: 1px solid color-mix(in srgb, var(--jp-ui-font-color1, #1f2328) 14%, var(--box-bg));
  border-radius: 6px;
}
.slens-alignment-box.slens-alignment-box {
  overflow: hidden;
}
.slens-alignment-box > .slens-figure-off.slens-figure-off {
  display: none;
}
`;var Je=`.slens {
  --f-bg: #ffffff;
  --f-bg2: #f4f5f7;
  --f-fg: #1f2328;
  --f-muted: #59636e;
  --f-line: #d9dde2;
  --f-accent: #1769aa;
  --s-bg: var(--jp-layout-color1, var(--vscode-editor-background, var(--f-bg)));
  --s-bg2: var(--jp-layout-color2, var(--vscode-sideBar-background, var(--f-bg2)));
  --s-fg: var(--jp-ui-font-color1, var(--vscode-foreground, var(--f-fg)));
  --s-muted: color-mix(in srgb, var(--s-fg) 72%, var(--s-bg));
  --s-line: color-mix(in srgb, var(--s-fg) 14%, var(--s-bg));
  --s-control: color-mix(in srgb, var(--s-fg) 45%, var(--s-bg));
  --s-hover: color-mix(in srgb, var(--s-fg) 6%, var(--s-bg));
  --s-accent: #1769aa;
  --s-on-accent: #ffffff;
  --s-selected: color-mix(in srgb, var(--s-accent) 15%, var(--s-bg));
  --s-valid: #1f6fb4;
  --s-spurious: #b8560a;
  --s-warn: #9a5b00;
  --s-bad: #b3261e;
  box-sizing: border-box;
  display: flex;
  flex-direction: column;
  position: relative;
  min-width: 0;
  width: 100%;
  height: 100%;
  min-height: 300px;
  overflow: hidden;
  font: 13px / 1.4 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif);
  color: var(--s-fg);
  background: var(--s-bg);
  border: 1px solid var(--s-line);
  border-radius: 6px;
  font-variant-numeric: tabular-nums;
}
.slens[data-theme="dark"] {
  --f-bg: #16191d;
  --f-bg2: #1f2328;
  --f-fg: #e3e6ea;
  --f-muted: #9aa4af;
  --f-line: #343a41;
  --f-accent: #6db3f2;
  --s-accent: #6db3f2;
  --s-on-accent: #10151a;
  --s-valid: #6aaee8;
  --s-spurious: #f0a04b;
  --s-warn: #e8b25a;
  --s-bad: #ff8a80;
}
.slens *,
.slens *::before,
.slens *::after {
  box-sizing: border-box;
}
.slens [hidden] {
  display: none !important;
}
.slens-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 10px;
  padding: 7px 10px;
  min-height: 42px;
  border-bottom: 1px solid var(--s-line);
}
.slens-title {
  font-weight: 600;
  margin: 0;
  font-size: 13px;
  white-space: nowrap;
}
.slens-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px;
  margin-left: auto;
}
.slens-body {
  position: relative;
  flex: 1 1 auto;
  min-height: 0;
  display: flex;
  flex-direction: column;
}
.slens-foot {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 3px 10px;
  min-height: 26px;
  font-size: 12px;
  color: var(--s-muted);
  border-top: 1px solid var(--s-line);
}
.slens-foot > span {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens-busy {
  display: flex;
  align-items: center;
  gap: 6px;
  margin-left: auto;
}
.slens-busy progress {
  width: 90px;
  height: 6px;
  accent-color: var(--s-accent);
}
.slens-notice {
  padding: 5px 10px;
  font-size: 12px;
  background: color-mix(in srgb, var(--s-warn) 13%, var(--s-bg));
  border-bottom: 1px solid var(--s-warn);
}
.slens-error {
  display: flex;
  gap: 8px;
  align-items: flex-start;
  padding: 6px 10px;
  font-size: 12px;
  color: var(--s-fg);
  background: color-mix(in srgb, var(--s-bad) 13%, var(--s-bg));
  border-bottom: 1px solid var(--s-bad);
  max-height: 40%;
  overflow: auto;
}
.slens-error span {
  flex: 1;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.slens-empty {
  margin: auto;
  padding: 18px 22px;
  max-width: 46ch;
  text-align: center;
  color: var(--s-muted);
  line-height: 1.55;
}
.slens-empty strong {
  display: block;
  color: var(--s-fg);
  margin-bottom: 4px;
}
.slens button,
.slens select,
.slens input,
.slens textarea {
  font: inherit;
  font-size: 12px;
  color: inherit;
  background: var(--s-bg);
  border: 1px solid var(--s-line);
  border-radius: 4px;
  height: 26px;
  padding: 0 8px;
  margin: 0;
  min-width: 0;
}
.slens select,
.slens input {
  border-color: color-mix(in srgb, var(--s-control) 70%, var(--s-bg));
}
.slens button {
  cursor: pointer;
  white-space: nowrap;
}
.slens button:hover:not(:disabled) {
  background: var(--s-hover);
}
.slens button:disabled {
  opacity: 0.5;
  cursor: default;
}
.slens button[aria-pressed="true"] {
  background: var(--s-selected);
  border-color: var(--s-accent);
}
.slens button.slens-main {
  background: var(--s-accent);
  border-color: var(--s-accent);
  color: var(--s-on-accent);
}
.slens button.slens-main:hover:not(:disabled) {
  background: color-mix(in srgb, var(--s-accent) 88%, var(--s-fg));
}
.slens button.slens-icon {
  width: 26px;
  flex: none;
  padding: 0;
  display: inline-grid;
  place-items: center;
}
.slens button.slens-icon svg {
  width: 14px;
  height: 14px;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.6;
}
.slens label.slens-field {
  display: inline-flex;
  align-items: center;
  gap: 5px;
  font-size: 12px;
  color: var(--s-muted);
}
.slens label.slens-field > :is(select, input) {
  color: var(--s-fg);
}
.slens :focus-visible {
  outline: 2px solid var(--s-accent);
  outline-offset: 1px;
}
.slens-segments {
  display: inline-flex;
}
.slens-segments button {
  border-radius: 0;
  margin-left: -1px;
}
.slens-segments button:first-child {
  border-radius: 4px 0 0 4px;
  margin-left: 0;
}
.slens-segments button:last-child {
  border-radius: 0 4px 4px 0;
}
.slens-segments button[aria-pressed="true"] {
  position: relative;
  z-index: 1;
}
.slens-quiet {
  color: var(--s-muted);
}
.slens-label {
  display: inline-flex;
  align-self: center;
  max-width: 100%;
  padding: 0 7px;
  font-size: 12px;
  line-height: 17px;
  vertical-align: middle;
  white-space: nowrap;
  border: 1px solid var(--s-line);
  border-radius: 9px;
}
.slens-label > span {
  overflow: hidden;
  text-overflow: ellipsis;
}
.slens-label[data-trust="certified"] {
  background: var(--s-selected);
  border-color: var(--s-accent);
}
.slens-label[data-trust="doubtful"] {
  color: var(--s-muted);
  border: 1px dashed var(--s-control);
}
.slens-strip {
  height: 100%;
  width: 100%;
  background-repeat: no-repeat;
  background-position: 0 0;
  border-radius: 3px;
  background-color: var(--s-bg2);
}
.slens-visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: no-preference) {
  .slens-bar > span {
    transition: width 160ms ease-out;
  }
}
/* JupyterLab's own scrollbars are kept; elsewhere thin ones fit the small panels. */
.slens-scroll {
  overflow: auto;
  scrollbar-width: thin;
  min-height: 0;
}
`;function _(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=o,n.fillRect(0,0,1,1);let[s=255,r=255,i=255]=n.getImageData(0,0,1,1).data;return[s,r,i]}function Bt(o){let[e,t,n]=_(o);return .2126*e+.7152*t+.0722*n<128}function Ye(o){return`#${_(o).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function _t(o){let e=getComputedStyle(o);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return Bt(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function ye(o){let e=getComputedStyle(o),t=(n,s)=>{let r=document.createElement("span");r.style.color=`var(${n})`,o.append(r);let i=getComputedStyle(r).color||s;return r.remove(),Ye(i.startsWith("var")?s:i)};return{theme:o.dataset.theme==="dark"?"dark":"light",background:Ye(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function Xe(o,e){let t=(a=!1)=>{let d=_t(o)?"dark":"light";o.dataset.theme===d&&!a||(o.dataset.theme=d,e())},n,s=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},r=new MutationObserver(s),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};r.observe(document.documentElement,i),r.observe(document.body,i);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",s),t(),s(),()=>{clearTimeout(n),r.disconnect(),l?.removeEventListener?.("change",s)}}var Qe={fine:"",busy:"The kernel is still busy with other work; this is answered when that is done.",silent:"No answer yet. The kernel is busy or has ended; what is drawn stays.",gone:"The kernel was restarted or has ended. What is drawn stays, but nothing new is computed: run the cell again to go on."},Kt=3e3,jt=1e4,Wt=["dead","restarting","autorestarting","terminating"],xe=class{constructor(e,t,n){this.waiting=t;this.changed=n;this.#e=e.widget_manager?.kernel,this.#e?.statusChanged?.connect(this.#r)}waiting;changed;health="fine";#e;#t;#n=!1;heard(){this.health!=="fine"&&this.#r()}soon(){this.#r(),this.#t===void 0&&this.#s()}close(){clearTimeout(this.#t),this.#e?.statusChanged?.disconnect(this.#r)}#s(){this.#t=setTimeout(()=>{this.#t=void 0,this.#r(),this.waiting()>0&&this.#s()},1e3)}#r=()=>{let e=this.#e?.status;(this.#e?.isDisposed||e!==void 0&&Wt.includes(e))&&(this.#n=!0);let t=this.waiting(),n=this.#n?"gone":t<Kt?"fine":e==="busy"?"busy":t<jt?"fine":"silent";n!==this.health&&(this.health=n,this.changed(n))}};var O=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},Vt=Math.floor(Math.random()*2**40)+1;function Gt(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}function z(o){return o?new Float32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Float32Array}function ne(o){return o?new Uint32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Uint32Array}var we=class{constructor(e,t=()=>{}){this.model=e;e.on("msg:custom",this.#c),this.#i=new xe(e,()=>this.#a(),t)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;#o=0;#i;#a(){let e=1/0;for(let t of this.#e.values())e=Math.min(e,t.asked);return e===1/0?0:Math.max(1,performance.now()-Math.max(e,this.#o))}request(e,t={},n={}){if(this.#r)return Promise.reject(new O("The widget is closed.",!0));let{lane:s}=n,r=s===void 0?0:(this.#n.get(s)??0)+1;if(s!==void 0){this.#n.set(s,r);for(let[l,a]of this.#e)a.lane===s&&this.#l(l,a)}let i=Vt++;return new Promise((l,a)=>{let d=performance.now();this.#e.set(i,{resolve:l,reject:a,progress:n.progress,lane:s,generation:r,asked:d}),this.model.send({...t,op:e,id:i,generation:r},void 0,n.buffers??[]),this.#i.soon()})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#l(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.#i.close(),this.model.off("msg:custom",this.#c);for(let e of this.#e.values())e.reject(new O("closed",!0));this.#e.clear(),this.#s.clear()}#l(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new O("A newer request replaced this one.",!0))}#c=(e,t=[])=>{if(e===null||typeof e!="object")return;this.#o=performance.now();let n=t.map(Gt);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let s=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,s),s.push(...n)}else if(typeof e.re=="number")this.#d(e.re,(s,r)=>{let i=e.lengths,l=i?Jt(this.#t.get(r)??[],i):n;s.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#d(e.err,s=>s.reject(new O(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let s of["state","event"]){let r=e[s];if(typeof r=="string")for(let i of this.#s.get(`${s}:${r}`)??[])i(e,n)}this.#i.heard()};#d(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new O("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function Jt(o,e){let t=new Uint8Array(e.reduce((r,i)=>r+i,0)),n=0;for(let r of o)t.set(r.subarray(0,Math.max(0,t.length-n)),n),n+=r.length;let s=0;return e.map(r=>{let i=t.slice(s,s+r);return s+=r,i})}function c(o,e={},...t){let n=document.createElement(o);for(let[s,r]of Object.entries(e))typeof r=="function"?n.addEventListener(s.slice(2),r):r===!0?n.setAttribute(s,""):r!==!1&&r!==null&&r!==void 0&&n.setAttribute(s,String(r));return n.append(...t),n}function Oe(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",o),e.append(t),e}function U(o,e,t){return c("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Oe(o))}function B(o,...e){return c("div",{class:"slens-empty"},c("strong",{},o),...e)}function Ze(o,e,t,n=""){let s=[],r=c("span"),i=U("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=c("div",{class:"slens-error",role:"alert",hidden:!0},r,i),a=c("div",{class:"slens-notice","aria-live":"polite",hidden:!0}),d=c("div",{class:"slens-tools"}),h=c("div",{class:"slens-body"}),u=c("span",{role:"status","aria-live":"polite"}),f=c("span"),p=c("progress",{"aria-label":"Progress",max:1}),b=c("div",{class:"slens-busy",hidden:!0},f,p),w=c("section",{class:`slens slens-${e}`,"aria-label":t},c("style",{},Je+n),c("header",{class:"slens-head"},c("h3",{class:"slens-title"},t),d),a,l,h,c("footer",{class:"slens-foot"},u,b));w.addEventListener("keydown",y=>y.stopPropagation()),w.addEventListener("contextmenu",y=>y.stopPropagation()),o.replaceChildren(w);let M=Xe(w,()=>{for(let y of s)y()});return{root:w,tools:d,body:h,status:y=>{u.textContent=y,u.title=y},busy:(y,x)=>{b.hidden=y===null,f.textContent=y??"",x&&x.total>0?p.value=x.done/x.total:p.removeAttribute("value")},fail:y=>{y instanceof O&&y.cancelled||(r.textContent=y instanceof Error?y.message:String(y),l.hidden=!1)},clearError:()=>{l.hidden=!0},notice:(y,x)=>{a.textContent=y,a.hidden=y==="",w.dataset.kernel=x},ready:()=>{w.dataset.ready="true"},onTheme:y=>{s.push(y)},close:()=>{M(),o.replaceChildren()}}}function ke(o,e){let t;return Object.assign(()=>{clearTimeout(t),t=setTimeout(e,o)},{cancel:()=>clearTimeout(t)})}var Me=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function et(o,e){let t=Uint32Array.from(o);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let s of t)n[s>>3]|=1<<(s&7);return{encoding:"bitset",buffer:n.buffer}}function tt(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let s=0;s<8;s++)e[n]&1<<s&&t.push(n*8+s);return t}var nt=["selection","pruned"],Yt=["selection","pruned","hovered","query","images","valid","spurious","vocabulary","target","thresholds","mode","color_by"],Ee=class o{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new Me(t.layers);for(let s of Yt)e.on(`state:${s}`,(r,i)=>{this.#t.get(s)||this.#n(s,r,i[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",images:[],vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:s}=await e.request("hello"),r=new o(e,n.about,t);return n.states.forEach((l,a)=>{r.#n(l.state,l,s[a])}),r}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(st(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],s={field:e};if(nt.includes(e)){let r=et(t,this.components.total);s.encoding=r.encoding,n.push(r.buffer)}else s.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",s,{buffers:n}).then(({body:r,buffers:i})=>{this.#t.get(e)===1&&this.#n(e,r,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let s=nt.includes(e)?tt(t,n):t.value;st(this.values[e],s)||(this.values[e]=s,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function st(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((t,n)=>t===e[n]):o===e}function K(o,e){return{render({model:t,el:n}){let s=Ze(n,o.name,o.title,o.css),r=new we(t,a=>s.notice(Qe[a],a)),i=[],l=!0;return r.on("event:unanswered",({message:a})=>a?s.fail(a):s.clearError()),s.busy("Asking the kernel …"),Ee.open(r,s.fail).then(a=>{l&&(s.busy(null),e({frame:s,client:r,shared:a,onClose:d=>{i.push(d)}}))}).catch(a=>{s.busy(null),s.fail(a)}),()=>{l=!1;for(let a of i)a();r.close(),s.close()}}}}var Xt=["valid","spurious","both","unexpected"];function Qt({frame:o,client:e,shared:t,onClose:n}){let s=[],r=c("select",{title:"The class whose relevance sizes the points"},c("option",{value:""},"none"));for(let p of t.about.classes)r.append(c("option",{value:p},p));r.addEventListener("change",()=>t.set("target",r.value||null)),r.disabled=t.about.classes.length===0,o.tools.append(c("label",{class:"slens-field"},"Target class",r));let i=c("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(p=>{let b=c("input",{"aria-label":`Add a ${p} concept`,placeholder:p==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),w=c("div",{class:"slens-chips"},b);w.style.setProperty("--tone",`var(--s-${p})`);let M=()=>{let x=b.value.split(",").map(R=>R.trim()).filter(Boolean);b.value="",x.length>0&&t.set(p,[...new Set([...t.values[p],...x])])};b.addEventListener("keydown",x=>{x.key==="Enter"||x.key===","?(x.preventDefault(),M()):x.key==="Backspace"&&b.value===""&&t.set(p,t.values[p].slice(0,-1))}),b.addEventListener("blur",M);let y=()=>{for(let x of w.querySelectorAll(".slens-chip"))x.remove();for(let x of t.values[p]){let R=s.some(L=>x.toLowerCase().includes(L.toLowerCase())),A=c("button",{type:"button","aria-label":`Remove ${x}`,title:`Remove ${x}`,onclick:()=>t.set(p,t.values[p].filter(L=>L!==x))},"×"),T=R?"Has words that are not in this model's vocabulary":x;b.before(c("span",{class:R?"slens-chip slens-odd":"slens-chip",title:T},x,A))}b.placeholder=t.values[p].length>0?"":b.getAttribute("data-hint")??""};return b.dataset.hint=b.placeholder,{field:p,box:w,redraw:y}}),a=c("div",{class:"slens-concepts"});for(let{field:p,box:b}of l){let w=c("span",{},p);w.style.color=`var(--s-${p})`,a.append(w,b)}let d=B("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");o.body.append(a,i,d);function h(){for(let p of l)p.redraw();r.value=t.values.target??""}function u(p){o.busy(null),typeof p.error=="string"?o.fail(p.error):o.clearError();let b=Number(p.rows);s=p.unknown??[],h(),d.hidden=b>0||typeof p.error=="string",i.hidden=b===0;let w=p.counts??{};i.replaceChildren(...Xt.map(y=>c("button",{type:"button",title:`Select the ${w[y]??0} components in “${y}”`,onclick:()=>{e.request("choose",{quadrant:y}).catch(o.fail)}},`${y} ${w[y]??0}`)));let M=[];b>0&&M.push(p.sized?`Size: ${String(p.relevance)}`:"Choose a target class to size the points by relevance."),Number(p.left_out)>0&&M.push(`${p.left_out} of the least aligned are not drawn.`),s.length>0&&M.push(`Unknown words: ${s.join(", ")}.`),o.status(M.join(" ")),o.root.dataset.rows=String(b),o.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",b===0)}function f(){let{theme:p,foreground:b,muted:w,line:M,background:y}=ye(o.root);e.request("look",{theme:p,foreground:b,muted:w,line:M,background:y}).catch(o.fail)}n(e.on("event:aligned",u)),n(e.on("event:progress",p=>o.busy(String(p.stage),p))),t.on(["valid","spurious","target"],h),o.onTheme(f),h(),f(),e.request("aligned").then(({body:p})=>{u(p),o.ready()}).catch(o.fail)}var rt=K({name:"alignment",title:"Alignment",css:Ge},Qt);var ot=`.slens.slens-dashboard-bar {
  height: auto;
  min-height: 0;
}
.slens-dashboard-bar .slens-body,
.slens-dashboard-bar .slens-foot {
  display: none;
}
.slens-dashboard-bar form {
  display: inline-flex;
  gap: 4px;
}
.slens-dashboard-bar form input {
  width: 15em;
}
.slens-dashboard {
  container: slens-dashboard / inline-size;
  gap: 8px;
  overflow: hidden;
}
/* The bar says that the kernel is gone; the panels need not repeat it. */
.slens-dashboard .slens-grid [data-kernel="gone"] > .slens-notice {
  display: none;
}
.slens-grid.slens-grid {
  display: grid;
  gap: 8px;
  padding-bottom: 8px;
  overflow: visible;
  grid-template-columns: minmax(0, 1fr);
}
.slens-grid > .slens-panel {
  margin: 0 !important;
  min-width: 0;
  max-width: 100%;
  height: 460px;
  overflow: hidden;
}
.slens-grid > .slens-panel-gallery {
  height: 640px;
}
.slens-grid > .slens-panel-alignment {
  height: auto;
}
.slens-splitter {
  display: none;
  z-index: 2;
  margin: 0 !important;
  border-radius: 4px;
  touch-action: none;
  outline-offset: -1px;
}
.slens-splitter[aria-orientation="vertical"] {
  grid-row: 1 / -1;
  justify-self: end;
  width: 8px;
  transform: translateX(8px);
  cursor: col-resize;
}
.slens-splitter[aria-orientation="horizontal"] {
  grid-column: 1 / -1;
  align-self: end;
  height: 8px;
  transform: translateY(8px);
  cursor: row-resize;
}
.slens-splitter:hover {
  background: color-mix(in srgb, #1769aa 45%, transparent);
}
.slens-splitter:focus-visible {
  outline: 2px solid #1769aa;
  background: color-mix(in srgb, #1769aa 45%, transparent);
}
.slens-splitter[data-line="--slens-x"] {
  grid-column: 1;
}
.slens-splitter[data-line="--slens-x2"] {
  grid-column: 2;
}
.slens-splitter[data-line="--slens-y"] {
  grid-row: 1;
}
.slens-splitter[data-line="--slens-y2"] {
  grid-row: 2;
}
@container slens-dashboard (min-width: 720px) {
  .slens-grid.slens-grid {
    --row: minmax(var(--slens-y, 600px), auto);
    --last: minmax(var(--slens-y2, 540px), auto);
    grid-template-rows: var(--row);
  }
  .slens-grid.slens-grid:not(.slens-grid-1) {
    grid-template-columns: minmax(0, calc(var(--slens-x, 50%) - 4px)) minmax(0, 1fr);
  }
  .slens-grid.slens-grid:is(.slens-grid-3, .slens-grid-4) {
    grid-template-rows: var(--row) var(--last);
  }
  .slens-grid-3 > .slens-panel:nth-child(3) {
    grid-column: 1 / -1;
  }
  .slens-grid > .slens-panel.slens-panel {
    height: auto;
  }
  /* Only the alignment plot, whose chips wrap, makes its row taller; the others fill what there is. */
  .slens-grid > .slens-panel:not(.slens-panel-alignment) {
    contain: size;
  }
  .slens-grid.slens-grid-4 {
    grid-template-areas: "map gallery" "alignment pruning";
  }
  .slens-grid-4 > .slens-panel-map {
    grid-area: map;
  }
  .slens-grid-4 > .slens-panel-gallery {
    grid-area: gallery;
  }
  .slens-grid-4 > .slens-panel-alignment {
    grid-area: alignment;
  }
  .slens-grid-4 > .slens-panel-pruning {
    grid-area: pruning;
  }
  .slens-grid:not(.slens-grid-1) > .slens-splitter[data-line="--slens-x"],
  .slens-grid > .slens-splitter[data-line="--slens-y"],
  .slens-grid:is(.slens-grid-3, .slens-grid-4) > .slens-splitter[data-line="--slens-y2"] {
    display: block;
  }
}
@container slens-dashboard (min-width: 1400px) {
  .slens-grid.slens-grid:is(.slens-grid-3, .slens-grid-4) {
    --slens-x: 39%;
    --slens-x2: 36%;
    grid-template-columns: minmax(0, var(--slens-x)) minmax(0, var(--slens-x2)) minmax(0, 1fr);
  }
  .slens-grid.slens-grid-3 {
    grid-template-rows: var(--row);
  }
  .slens-grid-3 > .slens-panel:nth-child(3) {
    grid-column: auto;
  }
  .slens-grid.slens-grid-4 {
    --row: minmax(var(--slens-y, 460px), auto);
    --last: minmax(var(--slens-y2, 510px), auto);
    grid-template-areas: "map gallery pruning" "alignment gallery pruning";
  }
  .slens-grid-4 > .slens-splitter[data-line="--slens-y"] {
    grid-column: 1;
  }
  .slens-grid-3 > .slens-splitter.slens-splitter[data-line="--slens-y2"] {
    display: none;
  }
  .slens-grid:is(.slens-grid-3, .slens-grid-4) > .slens-splitter[data-line="--slens-x2"] {
    display: block;
  }
}
`;var en=[{variable:"--slens-x",label:"first column",vertical:!0,start:50,least:20,most:80},{variable:"--slens-x2",label:"second column",vertical:!0,start:36,least:15,most:60},{variable:"--slens-y",label:"first row",vertical:!1,start:600,least:260,most:1600},{variable:"--slens-y2",label:"last row",vertical:!1,start:540,least:260,most:1600}],it={percent:2,pixels:24};function at(o){let e=en.map(t=>tn(o,t));return o.append(...e),()=>{for(let t of e)t.remove()}}function tn(o,e){let t=e.vertical?"%":"px",n=e.vertical?it.percent:it.pixels,s=c("div",{class:"slens-splitter",role:"separator",tabindex:0,"aria-orientation":e.vertical?"vertical":"horizontal","aria-label":`Size of the ${e.label}`,"aria-valuemin":e.least,"aria-valuemax":e.most,title:"Drag, or press the arrow keys, to resize; Enter or a double click puts it back"});s.dataset.line=e.variable;let r=h=>{s.setAttribute("aria-valuenow",String(Math.round(h))),s.setAttribute("aria-valuetext",`${Math.round(h)} ${e.vertical?"percent":"pixels"}`)},i=()=>Number(s.getAttribute("aria-valuenow")),l=h=>{let u=Math.min(e.most,Math.max(e.least,h));o.style.setProperty(e.variable,`${u}${t}`),r(u)},a=()=>{o.style.removeProperty(e.variable),d()},d=()=>{let h=Number.parseFloat(getComputedStyle(o).getPropertyValue(e.variable));r(Number.isFinite(h)?h:e.start)};return s.addEventListener("keydown",h=>{h.stopPropagation();let u=e.vertical?"ArrowRight":"ArrowDown",f=e.vertical?"ArrowLeft":"ArrowUp";if(h.key===u)l(i()+n);else if(h.key===f)l(i()-n);else if(h.key==="Home")l(e.least);else if(h.key==="End")l(e.most);else if(h.key==="Enter")a();else return;h.preventDefault()}),s.addEventListener("focus",d),s.addEventListener("dblclick",a),s.addEventListener("pointerdown",h=>{if(h.button!==0)return;h.preventDefault(),s.focus(),s.setPointerCapture?.(h.pointerId),d();let u={value:i(),at:e.vertical?h.clientX:h.clientY},f=b=>{let w=(e.vertical?b.clientX:b.clientY)-u.at;l(u.value+(e.vertical?100*w/o.clientWidth:w))},p=()=>{s.removeEventListener("pointermove",f),s.removeEventListener("pointerup",p),s.removeEventListener("pointercancel",p)};s.addEventListener("pointermove",f),s.addEventListener("pointerup",p),s.addEventListener("pointercancel",p)}),r(e.start),s}function nn({frame:o,client:e,shared:t,onClose:n}){let{components:s,about:r}=t,i=c("span",{class:"slens-quiet"}),l=c("button",{type:"button",title:"Select nothing",onclick:()=>t.set("selection",[])},"Clear selection"),a=(x,R={})=>{e.request(x,R).then(({body:A})=>{o.clearError(),p(A)}).catch(o.fail)},d=U("M6 3L2.5 6.5 6 10M3 6.5h6a4 4 0 010 8H7","Undo the last change of the pruned set",()=>a("undo")),h=U("M10 3l3.5 3.5L10 10M13 6.5H7a4 4 0 000 8h2","Redo it",()=>a("redo")),u=c("input",{"aria-label":"Name of this trail",placeholder:"name this trail",title:"What you do is kept as a trail; a name makes it stay: audit.open_trail(name) brings it back",maxlength:80,spellcheck:"false",autocomplete:"off"}),f=c("form",{},u,c("button",{type:"submit",title:"Keep what was done so far, and what follows, under this name"},"Save"));f.addEventListener("submit",x=>{x.preventDefault(),u.value.trim()?a("save_trail",{name:u.value.trim()}):u.focus()}),o.tools.append(i,l,d,h,f);function p(x){d.disabled=x.undo!==!0,h.disabled=x.redo!==!0,document.activeElement!==u&&(u.value=String(x.trail??"")),o.root.dataset.trail=String(x.trail??"")}function b(){let{selection:x,pruned:R}=t.values,A=L=>L.toLocaleString("en"),T=r.layers.length;i.textContent=[`${A(s.total)} components`,`${A(x.length)} selected`,`${A(R.length)} pruned`].join(" · "),i.title=`In ${T} ${T===1?"layer":"layers"}, ${r.m} examples each`,l.disabled=x.length===0,o.root.dataset.selected=String(x.length)}let w,M=()=>{let x=o.root.closest(".slens-dashboard")?.querySelector(".slens-grid");return x&&!w&&(w=at(x)),x!=null},y=M()?void 0:setInterval(()=>M()&&clearInterval(y),200);n(()=>{clearInterval(y),w?.()}),n(e.on("event:bar",p)),t.on(["selection","pruned"],b),b(),e.request("bar").then(({body:x})=>{p(x),o.ready()}).catch(o.fail)}var lt=K({name:"dashboard-bar",title:"Audit",css:ot},nn);var j=28,ct=["crop","box","heatmap"],sn={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},Se=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.#s=ct.map(l=>c("button",{type:"button",title:sn[l],onclick:()=>this.#l(l)},l));let r=c("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#s),i=U("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),s()});this.element.append(c("header",{},this.#e,this.#t,r,i),this.#n),this.#l("crop")}client;shared;failed;element=c("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=c("b");#t=c("span",{class:"slens-quiet"});#n=c("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#s;#r="crop";#o=-1;#i=[];hide(){this.#o=-1,this.element.hidden=!0}async open(e){if(e!==this.#o){this.#o=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#o&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,s=e.scores;this.#t.textContent=`clarity ${s.clarity?.toFixed(2)} · polysemanticity ${s.polysemanticity?.toFixed(2)} · redundancy ${s.redundancy?.toFixed(2)}`;let r=this.#o,i=t[0]??new Uint8Array,l=await Promise.all(n.map((a,d)=>createImageBitmap(new Blob([t[d+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(r===this.#o){this.#i=[],this.#n.replaceChildren(...n.map((a,d)=>{let h=c("canvas",{role:"img","aria-label":`Example ${d+1}: ${a.name}`}),u=i.subarray(d*j*j,(d+1)*j*j),f=l[d];f&&this.#i.push(()=>rn(h,f,a.box,u,this.#r));let p=[a.label,a.activation.toPrecision(3)].filter(Boolean).join(" · ");return c("figure",{title:`${a.name}, activation ${a.activation.toPrecision(4)}`},h,c("figcaption",{},p))})),this.#n.scrollTop=0;for(let a of this.#i)a();this.element.dataset.component=String(r)}}#l(e){this.#r=e,this.#s.forEach((t,n)=>{t.setAttribute("aria-pressed",String(ct[n]===e))});for(let t of this.#i)t()}};function rn(o,e,t,n,s){let{width:r,height:i}=e,[l,a,d,h]=[t[0]*r,t[1]*i,t[2]*r,t[3]*i],u=o.getContext("2d");if(!u)return;if(s==="crop"){o.width=o.height=224,u.drawImage(e,l,a,Math.max(d-l,1),Math.max(h-a,1),0,0,224,224);return}let f=224/Math.max(r,i);if(o.width=Math.round(r*f),o.height=Math.round(i*f),u.drawImage(e,0,0,o.width,o.height),s==="heatmap"){u.drawImage(on(n),0,0,o.width,o.height);return}for(let[p,b]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])u.lineWidth=p,u.strokeStyle=b,u.strokeRect(l*f+2,a*f+2,(d-l)*f-4,(h-a)*f-4)}function on(o){let e=c("canvas",{width:j,height:j}),t=e.getContext("2d"),n=t.createImageData(j,j);for(let s=0;s<j*j;s++)n.data[4*s+3]=215*(1-Math.sqrt((o[s]??0)/255));return t.putImageData(n,0,0),e}var dt=`.slens-search {
  position: relative;
  display: flex;
  flex: 1 1 240px;
  gap: 6px;
  min-width: 180px;
}
.slens-box {
  position: relative;
  flex: 1;
  min-width: 0;
}
.slens-box > input,
.slens-behind {
  width: 100%;
  height: 28px;
  padding: 0 8px;
  font: inherit;
  font-size: 12px;
  line-height: 26px;
}
.slens .slens-box > input {
  position: relative;
  background: none;
}
.slens-box > input[aria-invalid="true"] {
  border-color: var(--s-warn);
}
/* The text of the box once more, behind it and unseen but for the waves under words that can't be known. */
.slens-behind {
  position: absolute;
  inset: 0;
  border: 1px solid transparent;
  background: var(--s-bg);
  border-radius: 4px;
  color: transparent;
  white-space: pre;
  overflow: hidden;
}
.slens-behind mark {
  background: color-mix(in srgb, var(--s-warn) 18%, transparent);
  color: transparent;
  text-decoration: underline wavy var(--s-warn);
  text-decoration-skip-ink: none;
}
.slens-suggestions {
  position: absolute;
  z-index: 6;
  inset: calc(100% + 3px) 0 auto 0;
  max-height: 248px;
  padding: 4px;
  background: var(--s-bg);
  border: 1px solid var(--s-control);
  border-radius: 6px;
  box-shadow: 0 6px 18px rgb(0 0 0 / 22%);
}
.slens-suggestions > div {
  display: flex;
  align-items: center;
  gap: 7px;
  padding: 3px 7px;
  border-radius: 4px;
  cursor: pointer;
  font-size: 12px;
  white-space: nowrap;
}
.slens-suggestions > div > span:first-of-type {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
}
.slens-suggestions > div:hover {
  background: var(--s-hover);
}
.slens-suggestions > div[aria-selected="true"] {
  background: var(--s-selected);
}
.slens-suggestions :is(svg, i) {
  flex: none;
  width: 13px;
  height: 13px;
  fill: none;
  stroke: var(--s-muted);
  stroke-width: 1.4;
}
.slens-gallery[data-dropping]::after {
  content: "Drop the image to search by it";
  position: absolute;
  inset: 4px;
  z-index: 7;
  display: grid;
  place-items: center;
  font-weight: 600;
  border: 2px dashed var(--s-accent);
  border-radius: 6px;
  background: color-mix(in srgb, var(--s-bg) 82%, transparent);
  pointer-events: none;
}
.slens-asked {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 10px;
  padding: 4px 10px;
  font-size: 12px;
  border-bottom: 1px solid var(--s-line);
}
.slens-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
  min-width: 0;
}
.slens-chips:empty {
  display: none;
}
.slens-chips .slens-chip {
  display: inline-flex;
  align-items: center;
  gap: 5px;
  padding: 1px 1px 1px 2px;
  max-width: 100%;
  border: 1px solid var(--s-line);
  border-radius: 6px;
}
.slens-chips .slens-chip[data-unwanted="true"] {
  border-color: var(--s-spurious);
}
.slens-chips img {
  width: 26px;
  height: 26px;
  border-radius: 4px;
  object-fit: cover;
  background: var(--s-bg2);
}
.slens-chips .slens-chip > span {
  max-width: 150px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens .slens-chips button {
  height: 22px;
  padding: 0 6px;
  border-color: transparent;
}
.slens .slens-chips button.slens-icon {
  width: 22px;
  padding: 0;
}
.slens .slens-chips button[aria-pressed="true"] {
  color: var(--s-spurious);
  background: none;
}
.slens-unknown {
  color: var(--s-warn);
}
.slens-unknown mark {
  background: none;
  color: inherit;
  font-weight: 600;
  text-decoration: underline wavy;
}
.slens-bar2 {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 10px;
  padding: 6px 10px;
  border-bottom: 1px solid var(--s-line);
  align-items: center;
}
.slens-bar2 select {
  max-width: 150px;
}
.slens-gallery .slens-list {
  flex: 1 1 0;
  min-height: 120px;
}
.slens-row {
  padding: 5px 10px 6px;
  border-bottom: 1px solid var(--s-line);
  cursor: pointer;
  overflow: hidden;
  background: var(--s-bg);
  outline-offset: -2px;
}
.slens-row:hover {
  background: var(--s-hover);
}
.slens-row[aria-selected="true"] {
  background: var(--s-selected);
  box-shadow: inset 3px 0 0 var(--s-accent);
}
.slens-line {
  display: flex;
  align-items: baseline;
  gap: 10px;
  height: 18px;
  font-size: 12px;
  white-space: nowrap;
}
.slens-line b {
  overflow: hidden;
  text-overflow: ellipsis;
}
.slens-line .slens-fact {
  color: var(--s-muted);
}
.slens-line .slens-facts {
  display: flex;
  gap: 10px;
  margin-left: auto;
}
.slens-tag {
  font-size: 11px;
  padding: 0 5px;
  border: 1px solid var(--s-line);
  border-radius: 8px;
  color: var(--s-muted);
}
.slens-cell {
  height: 58px;
  margin-top: 3px;
}
.slens-detail {
  flex: 0 0 auto;
  height: 46%;
  min-height: 170px;
  display: flex;
  flex-direction: column;
  border-top: 2px solid var(--s-line);
}
.slens-detail > header > .slens-quiet {
  flex: 0 1 auto;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens-detail > header {
  display: flex;
  gap: 4px 10px;
  align-items: center;
  padding: 5px 10px;
  font-size: 12px;
}
.slens-detail > header > .slens-segments {
  margin-left: auto;
}
.slens-examples {
  flex: 1;
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(112px, 1fr));
  gap: 6px;
  padding: 2px 10px 10px;
  align-content: start;
}
.slens-examples figure {
  margin: 0;
  min-width: 0;
}
.slens-examples canvas {
  width: 100%;
  aspect-ratio: 1;
  display: block;
  border-radius: 4px;
  background: var(--s-bg2);
  object-fit: contain;
}
.slens-examples figcaption {
  font-size: 11px;
  color: var(--s-muted);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
`;var ln=0,Le=class{constructor(e,t,n){this.input=e;this.options=t;this.take=n;this.element=c("div",{class:"slens-suggestions slens-scroll",role:"listbox",id:this.#s,hidden:!0,"aria-label":"Suggestions"});for(let[s,r]of[["role","combobox"],["aria-autocomplete","list"],["aria-haspopup","listbox"],["aria-expanded","false"],["aria-controls",this.#s]])e.setAttribute(s,r);e.addEventListener("input",()=>{this.#r()}),e.addEventListener("click",()=>{e.value===""&&this.#r()}),e.addEventListener("blur",()=>this.hide()),e.addEventListener("keydown",s=>this.#a(s)),this.element.addEventListener("mousedown",s=>s.preventDefault()),this.element.addEventListener("click",s=>{let r=s.target.closest("[role=option]");r&&this.#i(Number(r.dataset.index))})}input;options;take;element;#e=[];#t=-1;#n=0;#s=`slens-suggestions-${ln++}`;hide(){this.#n++,this.#t=-1,this.element.hidden=!0,this.input.setAttribute("aria-expanded","false"),this.input.removeAttribute("aria-activedescendant")}async#r(e=-1){let t=++this.#n;try{let n=await this.options();if(t!==this.#n)return;this.#e=n}catch(n){if(!(n instanceof O))throw n;this.#e=[]}if(this.#e.length===0)return this.hide();this.element.replaceChildren(...this.#e.map(({text:n,recent:s},r)=>c("div",{role:"option",id:`${this.#s}-${r}`,"data-index":r,"aria-selected":"false"},s?Oe("M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3l2 2"):c("i"),c("span",{},n),...s?[c("span",{class:"slens-quiet"},"asked before")]:[]))),this.element.hidden=!1,this.input.setAttribute("aria-expanded","true"),this.#o(e<0?-1:e)}#o(e){this.#t=e,this.element.querySelectorAll("[role=option]").forEach((t,n)=>{t.setAttribute("aria-selected",String(n===e)),n===e&&t.scrollIntoView?.({block:"nearest"})}),e<0?this.input.removeAttribute("aria-activedescendant"):this.input.setAttribute("aria-activedescendant",`${this.#s}-${e}`)}#i(e){let t=this.#e[e];this.hide(),t&&this.take(t)}#a(e){let t=!this.element.hidden;if(e.key==="ArrowDown"||e.key==="ArrowUp"){e.preventDefault();let n=this.#e.length-1;t?e.key==="ArrowDown"?this.#o(this.#t>=n?0:this.#t+1):this.#o(this.#t<=0?n:this.#t-1):this.#r(0)}else e.key==="Enter"&&t&&this.#t>=0?(e.preventDefault(),this.#i(this.#t)):e.key==="Escape"&&t&&(e.preventDefault(),e.stopPropagation(),this.hide())}};var me=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let s=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:s,bytes:t.length}),this.#t+=t.length;for(let[r,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(r)}return s}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},W=class{constructor(e,t,n,s="strips"){this.client=e;this.failed=t;this.lane=s;this.#s=n}client;failed;lane;#e=new me;#t=[];#n=!1;#s;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,s)=>{let r=t[s];r&&this.#s(n,this.#e.put(String(n),r))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function Y(o,e){o.style.backgroundImage=e?`url(${e})`:"none",o.style.backgroundSize="auto 100%"}var cn=3e6,dn=1024,hn=["A concept in words, for example: ruler","Commas part several, of which any may match: ruler, band-aid","A minus means not this: ruler, -hair lists rulers without those that also match hair more than most do","Paste or drop an image to search by it."].join(`
`);function un(o,e){let t=[],n=o.toLowerCase();for(let r of e.map(i=>i.toLowerCase()).filter(Boolean))for(let i=n.indexOf(r);i>=0;i=n.indexOf(r,i+r.length))!/[\p{L}\p{N}]/u.test((n[i-1]??" ")+(n[i+r.length]??" "))&&!t.some(([a,d])=>i<d&&i+r.length>a)&&t.push([i,i+r.length]);t.sort(([r],[i])=>r-i);let s=[0,...t.flat(),o.length];return s.slice(1).map((r,i)=>o.slice(s[i],r))}var Ae=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.again=s;let r=t.about.searchable;this.input=c("input",{type:"search",placeholder:r?"Search: what should the component encode?":"Search needs a foundation model: sw.Audit(db, foundation_model=…)","aria-label":"Query; commas part several, a minus means not this",title:hn,spellcheck:"false",autocomplete:"off",disabled:!r}),this.#r=new Le(this.input,()=>this.#c(),a=>this.#d(a));let i=c("input",{type:"file",accept:"image/*",multiple:!0,hidden:!0,title:"Image files"});i.addEventListener("change",()=>{this.add([...i.files??[]]),i.value=""});let l=U("M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01","Search by an image: choose a file here, or paste or drop one",()=>i.click());l.disabled=!r,this.form=c("form",{class:"slens-search",role:"search"},c("div",{class:"slens-box"},this.#e,this.input,this.#r.element),l,i,c("button",{type:"submit",class:"slens-main",title:"Rank the components by this query",disabled:!r},"Search")),this.asked=c("div",{class:"slens-asked",hidden:!0},this.#t,this.#n),this.#o=ke(250,()=>{this.#l()}),this.form.addEventListener("submit",a=>{a.preventDefault(),this.submit()}),this.input.addEventListener("search",()=>{this.input.value===""&&this.shared.set("query","")}),this.input.addEventListener("input",()=>{this.#i([]),this.#o()}),this.input.addEventListener("scroll",()=>this.#a()),this.input.addEventListener("paste",a=>{let d=[...a.clipboardData?.files??[]];d.length!==0&&(a.preventDefault(),this.add(d))}),t.on(["images"],()=>{this.#h()}),this.#h()}client;shared;failed;again;form;asked;input;#e=c("div",{class:"slens-behind","aria-hidden":"true"});#t=c("span",{class:"slens-chips",role:"list","aria-label":"Images of the query"});#n=c("span",{class:"slens-unknown",role:"status",hidden:!0});#s=new me(4e6);#r;#o;submit(){this.#r.hide();let e=this.input.value.trim();e===this.shared.values.query?this.again():this.shared.set("query",e)}acceptDrops(e){if(!this.shared.about.searchable)return;let t=s=>{s.dataTransfer?.types.includes("Files")&&(s.preventDefault(),s.stopPropagation(),e.dataset.dropping="true")},n=()=>{delete e.dataset.dropping};e.addEventListener("dragenter",t),e.addEventListener("dragover",t),e.addEventListener("dragleave",s=>{e.contains(s.relatedTarget)||n()}),e.addEventListener("drop",s=>{n();let r=[...s.dataTransfer?.files??[]];r.length!==0&&(s.preventDefault(),s.stopPropagation(),this.add(r))})}async add(e){for(let t of e)try{let n=t.size>cn?await pn(t):await t.arrayBuffer();await this.client.request("add_image",{name:t.name},{buffers:[n]})}catch(n){this.failed(n)}}mark(e){this.#o.cancel(),this.input.value.trim()!==this.shared.values.query&&(this.input.value=this.shared.values.query),this.#i(e),this.#n.hidden=e.length===0;let t=e.flatMap((n,s)=>[s>0?", ":"",c("mark",{},n)]);this.#n.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...t),this.#p()}close(){this.#o.cancel(),this.#s.close()}#i(e){this.input.setAttribute("aria-invalid",String(e.length>0)),this.#e.replaceChildren(...un(this.input.value,e).map((t,n)=>n%2?c("mark",{},t):t)),this.#a()}#a(){this.#e.scrollLeft=this.input.scrollLeft}async#l(){let e=this.input.value;if(e.trim()!=="")try{let{body:t}=await this.client.request("unknown",{query:e},{lane:"unknown"});this.input.value===e&&this.#i(t.unknown)}catch{}}async#c(){let{body:e}=await this.client.request("suggestions",{},{lane:"suggestions"}),t=this.input.value.toLowerCase(),n=e.recent.filter(u=>u!==this.input.value&&u.toLowerCase().startsWith(t)).slice(0,t?3:8).map(u=>({text:u,value:u,recent:!0})),s=(/[^,]*$/.exec(this.input.value)?.[0]??"").trim(),r=s.replace(/^[-−]\s*/,"").toLowerCase();if(r===""&&this.input.value.trim()!==""&&s==="")return n;let i=this.input.value.slice(0,this.input.value.length-/[^,]*$/.exec(this.input.value)[0].length),l=/^[-−]/.test(s)?"-":"",a=e.words.filter(u=>u.toLowerCase()!==r),d=a.filter(u=>u.toLowerCase().startsWith(r)),h=a.filter(u=>!u.toLowerCase().startsWith(r)&&u.toLowerCase().includes(r));return[...n,...[...d,...h].slice(0,8).map(u=>({text:u,value:`${i}${i?" ":""}${l}${u}`.replace(/,\s+/g,", "),recent:!1}))]}#d(e){this.input.value=e.value,this.submit()}async#h(){let e=this.shared.values.images;this.#t.replaceChildren(...e.map(t=>this.#u(t))),this.#p()}#u(e){let t=e.startsWith("-"),n=t?e.slice(1):e,s=c("img",{alt:""}),r=c("span"),i=()=>this.shared.values.images.filter(h=>h!==e),l=c("button",{type:"button","aria-pressed":String(t),title:t?"Not this: click to search for what matches it":"Click to exclude what matches this image",onclick:()=>this.shared.set("images",this.shared.values.images.map(h=>h===e?t?n:`-${n}`:h))},t?"not this":"like this"),a=U("M4 4l8 8M12 4l-8 8","Remove this image from the query",()=>{this.shared.set("images",i()),this.input.focus()}),d=(h,u)=>{s.src=h,r.textContent=u,r.title=u};return this.client.request("query_image",{digest:n}).then(({body:h,buffers:u})=>{u[0]&&d(this.#s.put(n,u[0]),String(h.name))}).catch(this.failed),c("span",{class:"slens-chip",role:"listitem","data-unwanted":String(t)},s,r,l,a)}#p(){this.asked.hidden=this.#n.hidden&&this.shared.values.images.length===0}};async function pn(o){let e=await createImageBitmap(o).catch(()=>{let r=(o.size/1e6).toFixed(1);throw new Error(`“${o.name}” has ${r} MB and can't be read here; save it as a JPEG below 3 MB.`)}),t=Math.min(1,dn/Math.max(e.width,e.height)),n=c("canvas",{width:Math.max(1,e.width*t),height:Math.max(1,e.height*t)});n.getContext("2d")?.drawImage(e,0,0,n.width,n.height),e.close();let s=await new Promise(r=>n.toBlob(r,"image/jpeg",.92));if(!s)throw new Error(`“${o.name}” can't be scaled down; save it as a JPEG below 3 MB.`);return s.arrayBuffer()}function ht(o,e,t,n){let s=[];for(let l=0;l<o.total;l++)e.layer!==null&&o.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||s.push(l);let r=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!r)return s;let i=l=>Number.isFinite(r[l])?r[l]:-1/0;return s.sort((l,a)=>{let[d,h]=[i(l),i(a)];return d===h?l-a:h>d?1:-1})}function ut(o,e,t,n,s){let r=o[e];if(r===void 0)return n;if(s.extend&&t>=0){let i=o.slice(Math.min(t,e),Math.max(t,e)+1);return s.toggle?[...new Set([...n,...i])]:i}return s.toggle?n.includes(r)?n.filter(i=>i!==r):[...n,r]:[r]}var pt=15e6,mt=3,ce=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=c("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#p(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#s=Number(n.dataset.index),this.options.choose(this.#s,t),this.#u())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=c("div",{role:"presentation"});#t=[];#n=0;#s=0;#r="";#o=0;#i;get active(){return this.#s}set count(e){this.#n=e,this.#s=Math.min(this.#s,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,pt)}px`,this.redraw()}top(){this.#s=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#n)return;this.#s=e;let t=this.options.rowHeight,n=this.element.clientHeight,s=e*t,r=this.#l();s<r?this.#c(s):s+t>r+n&&this.#c(s+t-n),this.redraw()}redraw(){this.#r="",this.#h()}close(){cancelAnimationFrame(this.#o),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#o),this.#o=requestAnimationFrame(()=>this.#h())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#n*this.options.rowHeight-e,n=Math.min(this.#n*this.options.rowHeight,pt)-e;return n>0&&t>0?t/n:1}#h(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),s=Math.max(0,Math.floor(n/e)-mt),r=Math.min(this.#n,Math.ceil((n+t)/e)+mt),i=`${s} ${r} ${n}`;if(i===this.#r)return;for(this.#r=i;this.#t.length<r-s;){let a=c("div",{role:"row",class:"slens-row"});a.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(a),this.#e.append(a)}let l=this.element.scrollTop-n;if(this.#t.forEach((a,d)=>{let h=s+d;a.hidden=h>=r,!a.hidden&&(a.style.transform=`translateY(${h*e+l}px)`,a.dataset.index=String(h),a.setAttribute("aria-rowindex",String(h+1)),a.tabIndex=h===this.#s?0:-1,this.options.draw(a,h))}),this.#s<s||this.#s>=r){let a=this.#t[0];a&&(a.tabIndex=0)}this.options.shown?.(s,r)}#u(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#s))?.focus({preventScroll:!0})}#p(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),r={ArrowDown:this.#s+1,ArrowUp:this.#s-1,PageDown:this.#s+n,PageUp:this.#s-n,Home:0,End:this.#n-1}[e.key];r!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(r,0),this.#n-1)),this.#u(),e.shiftKey&&this.options.choose(this.#s,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#s,e))}};var mn=92;function fn({frame:o,client:e,shared:t,onClose:n}){let{components:s}=t,r=[],i,l,a=[],d,h=-1,u=null,f=!1,p=new Set(t.values.selection),b=new Ae(e,t,o.fail,()=>{H()});o.tools.style.flex="1 1 260px",o.tools.append(b.form),b.acceptDrops(o.root);let w=c("select",{title:"What the list is sorted by",onchange:()=>C(!0)});for(let[k,$]of[["score","match"],["clarity","clarity"],["name","layer"]])w.append(c("option",{value:k},$));let M=c("select",{title:"List one layer only",onchange:()=>{u=M.value===""?null:Number(M.value),C(!0)}},c("option",{value:""},"all layers"));s.layers.forEach((k,$)=>{M.append(c("option",{value:$},k.name))});let y=c("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{f=!f,C(!0)}}),x=c("div",{});x.style.cssText="display:flex;flex:1";let R=new W(e,o.fail,(k,$)=>{for(let S of A.element.querySelectorAll(`[data-component="${k}"] .slens-strip`))Y(S,$)}),A=new ce({label:"Components",rowHeight:mn,draw:L,choose:P,shown:(k,$)=>R.want(r.slice(k,$))}),T=new Se(e,t,o.fail,()=>A.element.focus());o.body.append(b.asked,c("div",{class:"slens-bar2"},c("label",{class:"slens-field"},"Sort by",w),c("label",{class:"slens-field"},"Layer",M),y),A.element,x,T.element);function L(k,$){let S=r[$];k.setAttribute("aria-selected",String(p.has(S)));let N=t.values.pruned.includes(S),F=`${S} ${i?.[S]} ${d?.[S]} ${l?.[S]} ${N}`;if(k.dataset.state===F)return;k.dataset.state=F,k.dataset.component=String(S);let I=c("div",{class:"slens-line",role:"gridcell"},c("b",{},s.name(S)));N&&I.append(c("span",{class:"slens-tag"},"pruned")),i&&a.length>1&&I.append(c("span",{class:"slens-tag"},a[l?.[S]??0]??""));let Z=c("span",{class:"slens-facts"}),G=(J,re,g)=>{re&&Z.append(c("span",{class:"slens-fact",title:g},`${J} ${re[S].toFixed(2)}`))};G("match",i,"Cosine of the query with the component"),G("clarity",d,"How alike the examples are, 0 to 1"),I.append(Z);let ee=c("div",{class:"slens-strip"});Y(ee,R.get(S)),k.replaceChildren(I,c("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},ee))}function P(k,$){let S={toggle:$.ctrlKey||$.metaKey,extend:$.shiftKey},N=ut(r,k,h,t.values.selection,S);S.extend||(h=k),t.set("selection",N),T.open(r[k])}function C(k){for(let F of w.options)F.value==="score"&&(F.disabled=!i);!i&&w.value==="score"&&(w.value="clarity"),y.setAttribute("aria-pressed",String(f)),y.textContent=`Selected only (${p.size.toLocaleString("en")})`,r=ht(s,{order:w.value,layer:u,only:f?p:null},i,d),A.element.hidden=r.length===0,x.hidden=r.length>0,r.length===0&&x.replaceChildren(B("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),k&&(A.top(),h=-1),A.count=r.length;let $=t.values.images.length,S=[...t.values.query?[`“${t.values.query}”`]:[],...$?[`${$} image${$>1?"s":""}`]:[]],N=S.length?`by match with ${S.join(" and ")}`:"type a query to rank them by what they encode";o.status(`${r.length.toLocaleString("en")} components, ${N}`)}async function H(){let{query:k,images:$}=t.values;if(b.mark([]),k===""&&$.length===0){e.cancel("search"),i=void 0,o.busy(null),C(!0);return}o.busy("Searching …");try{let{body:S,buffers:N}=await e.request("search",{query:k,images:$},{lane:"search",progress:F=>o.busy(F.stage,F)});o.clearError(),a=S.texts,i=N[0]?z(N[0]):void 0,l=ne(N[1]),b.mark(S.unknown),i&&(w.value="score"),o.root.dataset.query=k,C(!0),o.busy(null)}catch(S){o.fail(S),t.values.query===k&&o.busy(null)}}t.on(["query","images"],()=>{H()}),t.on(["selection"],()=>{p=new Set(t.values.selection),C(!1);let[k]=t.values.selection;p.size===1&&k!==void 0&&k!==r[A.active]&&(A.reveal(r.indexOf(k)),T.open(k))}),t.on(["pruned"],()=>A.redraw()),n(()=>{b.close(),A.close(),R.close()}),C(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:k})=>{d=z(k[0]),C(!1)}).catch(o.fail).finally(()=>{(t.values.query||t.values.images.length)&&H(),o.ready()})}var ft=K({name:"gallery",title:"Components",css:dt},fn);function gt(o,e){let t,n=s=>{let r=o.getBoundingClientRect();return[s.clientX-r.left,s.clientY-r.top]};o.addEventListener("pointerdown",s=>{if(s.button!==0)return;o.setPointerCapture?.(s.pointerId);let r=n(s);t={from:r,last:r,lasso:e.lasso()||s.shiftKey?[r]:null,moved:!1}}),o.addEventListener("pointermove",s=>{let r=n(s);if(!t){e.hover(r);return}Math.hypot(r[0]-t.from[0],r[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(r),e.outline(t.lasso)):e.pan(r[0]-t.last[0],r[1]-t.last[1]),t.last=r)}),o.addEventListener("pointerup",s=>{let r=t;if(t=void 0,e.outline([]),!r)return;let i=s.ctrlKey||s.metaKey;r.moved&&r.lasso?e.lassoed(r.lasso,i):r.moved||e.clicked(r.from,i||s.shiftKey)}),o.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),o.addEventListener("pointerleave",()=>e.hover(null)),o.addEventListener("wheel",s=>{s.preventDefault(),e.hover(null),e.zoom(Math.exp(-s.deltaY*(s.deltaMode===1?.05:.002)),n(s))},{passive:!1})}var de=class{constructor(e,t,n){this.shared=e;this.failed=t;this.changed=n;e.on(["vocabulary"],()=>{this.#o()}),this.#o()}shared;failed;changed;#e=[];#t=new Uint32Array;#n=[];#s=1;#r="";name(e){return this.#e[this.#t[e]??-1]}score(e){return this.#n[0]?.[e]??Number.NaN}margin(e){return this.#n[1]?.[e]??Number.NaN}certificate(e){return this.#n[2]?.[e]??Number.NaN}trust(e){let t=this.certificate(e);return Number.isNaN(t)?"open":t>=this.#s?"certified":"doubtful"}chip(e){let t=this.name(e);if(t===void 0)return c("span",{class:"slens-label",hidden:!0});let n=this.trust(e),s=`score ${this.score(e).toFixed(2)}, ${this.margin(e).toFixed(2)} ahead of the next label`,r=`certificate ${this.certificate(e).toFixed(2)}`,i={certified:`“${t}”, ${r}: the component also fires on images of it that did not name it`,doubtful:`“${t}”? Do not rely on it: ${r}, below ${this.#s}`,open:`“${t}”, not certified: ${this.#r}`}[n],l=n==="doubtful"?" ?":"",a={class:"slens-label","data-trust":n,title:`${i}; ${s}`};return c("span",a,c("span",{},t),l)}async#o(){try{let{body:e,buffers:t}=await this.shared.client.request("labels",{},{lane:"labels"});this.#e=e.names,this.#t=ne(t[0]),this.#n=t.slice(1).map(z),this.#s=Number(e.trusted_from),this.#r=String(e.reason),this.changed()}catch(e){this.failed(e)}}};var bt=`.slens-plane {
  position: relative;
  flex: 1;
  min-height: 180px;
  overflow: hidden;
  touch-action: none;
  cursor: grab;
  outline-offset: -3px;
}
.slens-plane.slens-lasso {
  cursor: crosshair;
}
.slens-plane.slens-over {
  cursor: pointer;
}
.slens-plane svg {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  pointer-events: none;
}
.slens-plane polygon {
  fill: color-mix(in srgb, var(--s-accent) 14%, transparent);
  stroke: var(--s-accent);
  stroke-width: 1.5;
  stroke-dasharray: 4 3;
}
.slens-plane circle {
  fill: none;
  stroke: var(--s-fg);
  stroke-width: 1.5;
}
.slens-legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 4px;
  align-items: center;
  padding: 4px 10px 6px;
  font-size: 12px;
  color: var(--s-muted);
}
.slens button.slens-key {
  border-color: transparent;
  background: none;
  height: 22px;
  padding: 0 6px;
  display: inline-flex;
  align-items: center;
  gap: 5px;
  color: var(--s-fg);
}
.slens button.slens-key[aria-pressed="true"] {
  border-color: var(--s-accent);
  background: var(--s-selected);
}
.slens-dot {
  width: 9px;
  height: 9px;
  border-radius: 50%;
  flex: none;
}
.slens-bins {
  display: flex;
  align-items: flex-end;
  touch-action: none;
}
.slens button.slens-bin {
  display: flex;
  flex-direction: column;
  justify-content: flex-end;
  width: 11px;
  height: 26px;
  padding: 1px 1px 0;
  border: 0;
  border-bottom: 2px solid var(--s-line);
  border-radius: 0;
  background: none;
}
.slens button.slens-bin[aria-pressed="true"] {
  background: var(--s-selected);
  border-bottom-color: var(--s-accent);
}
.slens-card {
  position: absolute;
  z-index: 5;
  width: 252px;
  padding: 8px;
  pointer-events: none;
  background: var(--s-bg);
  border: 1px solid var(--s-line);
  border-radius: 6px;
  box-shadow: 0 4px 16px rgb(0 0 0 / 22%);
}
.slens-card b {
  display: block;
  font-size: 12px;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens-card div:has(> .slens-label):not(:has(> [hidden])) {
  margin: 3px 0 2px;
}
.slens-card p {
  margin: 1px 0 6px;
  font-size: 12px;
  color: var(--s-muted);
}
.slens-card .slens-strip {
  height: 58px;
}
.slens-crops {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  pointer-events: none;
}
.slens-regions text {
  font-size: 12px;
  font-weight: 600;
  text-anchor: middle;
  fill: var(--s-fg);
  stroke: var(--s-bg);
  stroke-width: 4px;
  stroke-linejoin: round;
  paint-order: stroke;
}
.slens-regions text.slens-doubtful {
  font-weight: 400;
  font-style: italic;
  fill: var(--s-muted);
}
`;var bn={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},vn={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},yn={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},ie=48,ae=16,V=63;function xn(o,e){let t=Math.min(Math.max(e,0),1)*(o.length-1),n=Math.min(Math.floor(t),o.length-2),[s,r]=[_(o[n]),_(o[n+1])];return`#${s.map((l,a)=>Math.round(l+(r[a]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function fe(o,e,t=8){if(o==="categories"&&t<=8)return bn[e];let n=o==="diverging"?yn[e]:vn[e],s=o==="categories"?Math.min(t,V):ie;return Array.from({length:s},(r,i)=>xn(n,i/(s-1)))}function vt(o,e){let[t,n]=[1/0,-1/0];for(let s of o)Number.isFinite(s)&&(s<t&&(t=s),s>n&&(n=s));if(t>n)return[0,1];if(e==="diverging"){let s=Math.max(Math.abs(t),Math.abs(n))||1;return[-s,s]}return t===n?[t,t+1]:[t,n]}function yt(o,[e,t]){let n=new Uint8Array(o.length),s=ie/(t-e);for(let r=0;r<o.length;r++){let i=Math.floor((o[r]-e)*s);n[r]=Number.isNaN(i)?V:Math.min(Math.max(i,0),ie-1)}return n}var Te=[{by:"layer",label:"layer",scale:"categories"},{by:"label",label:"label",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"polysemanticity",label:"polysemanticity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging",ends:["spurious","valid"],needs:["valid","spurious"]},{by:"relevance",label:"relevance",scale:"sequential",needs:["target"]},{by:"score",label:"search score",scale:"sequential",needs:["query","images"]},{by:"pruned",label:"pruned",scale:"categories"}],$e=class{constructor(e,t,n){this.drawn=e;this.labels=t;this.changed=n;let{shared:s}=e;s.on(["color_by"],()=>{n(!0),this.load()}),s.on(["query","images","valid","spurious","target"],r=>{this.colouring.needs?.includes(r)&&this.load()})}drawn;labels;changed;#e;#t=!1;get colouring(){let{color_by:e}=this.drawn.shared.values;return Te.find(({by:t})=>t===e)??Te[0]}value(e){let t=this.#e?.[e];return t===void 0?"":`${this.colouring.label} ${Number.isFinite(t)?t.toFixed(2):"unknown"}`}async load(){let{client:e,frame:t}=this.drawn,{by:n,scale:s}=this.colouring;if(this.#e=void 0,this.#t=s!=="categories",!this.#t)e.cancel("colour");else{this.changed(!1);try{let{body:r,buffers:i}=await e.request("colour",{by:n},{lane:"colour",progress:l=>t.busy(l.stage,l)});t.clearError(),this.#e=r.available===!0?z(i[0]):void 0}catch(r){t.fail(r)}if(t.busy(null),n!==this.colouring.by)return;this.#t=!1}this.changed(!1)}paint(e){let{by:t,scale:n}=this.colouring;return t==="layer"?this.#r(e):t==="pruned"?this.#o(e):t==="label"?this.#s(e)??this.#n(e):this.#e?this.#i(e,n,this.#e):this.#n(e)}controls(){let{about:e,values:t}=this.drawn.shared;if(this.colouring.by!=="relevance"||!e.live)return[];let n=c("select",{title:"The class whose relevance colours the points",onchange:()=>this.drawn.shared.set("target",n.value||null)});n.append(c("option",{value:""},"choose …"));for(let s of e.classes)n.append(c("option",{value:s},s));return n.value=t.target??"",[c("label",{class:"slens-field"},"For class",n)]}#n(e){let t=new Uint8Array(this.drawn.shared.components.total);return{levels:t,palette:[e.muted],groups:t,legend:{text:this.#a()}}}#s(e){let{total:t}=this.drawn.shared.components,n=new Map;for(let u=0;u<t;u++){let f=this.labels.name(u);f!==void 0&&n.set(f,(n.get(f)??0)+1)}if(n.size===0)return;let s=fe("categories",e.theme),r=[...n].sort((u,f)=>f[1]-u[1]).slice(0,n.size>8?7:8),i=new Map(r.map(([u],f)=>[u,f])),l=new Uint8Array(t);for(let u=0;u<t;u++)l[u]=i.get(this.labels.name(u)??"")??V;let a=r.map(([u,f],p)=>({group:p,name:u,tone:s[p],count:f})),d=t-a.reduce((u,{count:f})=>u+f,0),h=n.size-r.length;return d>0&&a.push({group:V,name:h>0?`${h.toLocaleString("en")} more labels`:"no label",tone:e.muted,count:d}),{levels:l,palette:xt(s.slice(0,8),e),groups:l,legend:{keys:a}}}#r(e){let{layers:t,layerOf:n}=this.drawn.shared.components,s=fe("categories",e.theme,t.length),r=t.map(({name:l,count:a},d)=>({group:d,name:l,tone:s[d%s.length],count:a}));return{levels:Uint8Array.from(n,l=>l%s.length),palette:s,groups:n,legend:{keys:r}}}#o(e){let{components:t,values:n}=this.drawn.shared,s=new Uint8Array(t.total);for(let a of n.pruned)s[a]=1;let r=fe("categories",e.theme).slice(0,2),l=[t.total-n.pruned.length,n.pruned.length].map((a,d)=>({group:d,name:`${d?"pruned":"kept"} (${a.toLocaleString("en")})`,tone:r[d],count:a}));return{levels:s,palette:r,groups:s,legend:{keys:l}}}#i(e,t,n){let s=vt(n,t),r=fe(t,e.theme),i=yt(n,s),l=new Array(ae).fill(0),a=0,d=i.map(f=>{if(f===V)return a++,V;let p=Math.floor(f*ae/ie);return l[p]++,p}),{label:h,ends:u=["low","high"]}=this.colouring;return{levels:i,palette:xt(r,e),groups:d,legend:{label:h,tones:r,limits:s,ends:u,counts:l,missing:a,muted:e.muted}}}#a(){let{by:e,label:t}=this.colouring;if(this.#t)return`Computing ${t} …`;let{about:n,values:s}=this.drawn.shared;return e==="label"?"Set audit.session.vocabulary to a list of texts to colour the points by their labels.":e==="score"?"Type a query in the gallery to colour the points by how well they match it.":e==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":e==="relevance"&&!n.live?"Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….":e==="relevance"&&s.target===null?"Choose the class whose relevance colours the points.":`There is no ${t} to colour the points by.`}};function xt(o,e){return Array.from({length:V+1},(t,n)=>o[n]??e.muted)}function se(o,e){let t=o>1e5?2.6:o>1e4?4:o>2e3?6:9;return Math.min(t*e**.35,22)}function he(o,e,t){let[n,s]=[Math.round(e.width*t),Math.round(e.height*t)];o.width!==n&&(o.width=n),o.height!==s&&(o.height=s)}var ze=300,wn=600,[wt,kn]=[30,76],Mn=.55;function En(o,e){let t=new Map,n=[];return o.forEach(([s,r],i)=>{let[l,a]=[Math.floor(s/e),Math.floor(r/e)];for(let h=l-1;h<=l+1;h++)for(let u=a-1;u<=a+1;u++)for(let[f,p]of t.get(`${h},${u}`)??[])if(Math.abs(f-s)<e*.9&&Math.abs(p-r)<e*.9)return;let d=`${l},${a}`;t.set(d,[...t.get(d)??[],[s,r]]),n.push(i)}),n}var Ce=class{constructor(e,t){this.drawn=e;this.arrived=t;let{client:n,frame:s,onClose:r}=e;this.#n=new W(n,s.fail,(i,l)=>{this.#l(i,l)},"crops"),r(()=>{clearTimeout(this.#r),this.#n.close(),this.#t.clear()})}drawn;arrived;canvas=c("canvas",{class:"slens-crops","aria-hidden":"true"});on=!0;side=0;#e=[];#t=new Map;#n;#s="";#r;draw(e,t,n,s){if(this.#o(e,t,s),this.canvas.hidden=this.side===0,this.side===0)return;he(this.canvas,t,n);let r=this.canvas.getContext?.("2d");if(r){r.setTransform(n,0,0,n,0,0),r.clearRect(0,0,t.width,t.height);for(let{id:i,at:l}of this.#e)this.#i(r,i,l,s)}}at(e,t){let n=this.side/2;return this.#e.find(({at:r})=>Math.abs(r[0]-e)<=n&&Math.abs(r[1]-t)<=n)?.id??-1}shows(e){return this.#e.some(t=>t.id===e)}#o(e,t,{xy:n,flags:s}){if(this.side=0,this.#e=[],!this.on||e.length===0||e.length>ze)return;let r=u=>s[u]&2?0:s[u]&1?2:1,i=[...e].sort((u,f)=>r(u)-r(f)||u-f),l=i.map(u=>t.toScreen(n[2*u],n[2*u+1])),d=Math.min(.7*Math.sqrt(t.width*t.height/e.length),kn),h=[];for(;d>=wt&&(h=En(l,d),!(h.length>=Mn*e.length));d*=.8);d<wt||(this.side=d,this.#e=h.map(u=>({id:i[u],at:l[u]})),this.#a())}#i(e,t,[n,s],r){let i=r.flags[t],l=this.side/2,a=(i&2)!==0,d=()=>{e.beginPath(),e.roundRect(n-l,s-l,this.side,this.side,4)};e.save(),e.globalAlpha=(i&1)!==0&&!a?.3:1,d(),e.fillStyle=r.background,e.fill(),e.clip();let h=this.#t.get(t);h&&e.drawImage(h,n-l,s-l,this.side,this.side),d(),e.lineWidth=a?8:5,e.strokeStyle=r.palette[r.levels[t]%r.palette.length],e.stroke(),i&4&&(e.lineWidth=3,e.strokeStyle=r.background,e.beginPath(),e.moveTo(n-l,s+l),e.lineTo(n+l,s-l),e.stroke()),e.restore(),a&&(d(),e.lineWidth=1.5,e.strokeStyle=r.ring,e.stroke())}#a(){let e=this.#e.map(({id:n})=>n).filter(n=>!this.#t.has(n)),t=e.join();t!==this.#s&&(this.#s=t,clearTimeout(this.#r),this.#r=setTimeout(()=>{for(let n of e){let s=this.#n.get(n);s&&this.#l(n,s)}this.#n.want(e)},80))}async#l(e,t){let n=new Image;n.src=t;try{await n.decode()}catch{return}let s=Math.min(this.drawn.shared.about.tile,96),r=c("canvas",{width:s,height:s});r.getContext("2d")?.drawImage(n,0,0,n.height,n.height,0,0,s,s),this.#t.delete(e),this.#t.set(e,r);for(let i of this.#t.keys()){if(this.#t.size<=wn)break;this.#t.delete(i)}this.arrived()}};var Sn=10,Pe=class{element=c("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=c("b");#t=c("p");#n=c("div");#s=c("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#n,this.#t,this.#s)}show(e,t,n,s,r){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,this.#n.replaceChildren(s),Y(this.#s,r)}place([e,t],n,[s,r]){let[i,l]=[this.element.offsetWidth||252,this.element.offsetHeight||116],a=n+Sn,d=e+a+i>s?e-i-a:e+a,h=Math.min(Math.max(t-l/2,4),r-l-4);this.element.style.left=`${Math.max(d,4)}px`,this.element.style.top=`${Math.max(h,4)}px`}arrived(e,t){e===this.#r&&Y(this.#s,t)}};var Ln=50,Re=class{constructor(e,t,n,s){this.drawn=e;this.labels=t;this.view=n;this.on=s;let{client:r,frame:i,shared:l,onClose:a}=e;this.#e=new W(r,i.fail,(d,h)=>this.card.arrived(d,h)),l.on(["hovered"],()=>{let{hovered:d}=l.values;(d??-1)!==this.id&&this.#n(d??-1)}),a(()=>{this.#t.cancel(),this.#e.close()}),this.place()}drawn;labels;view;on;id=-1;card=new Pe;ring=document.createElementNS("http://www.w3.org/2000/svg","circle");#e;#t=ke(Ln,()=>this.drawn.shared.set("hovered",this.id<0?null:this.id));point(e){e!==this.id&&(this.#n(e),this.#t())}place(){let{id:e,ring:t,card:n,on:s,view:r}=this,i=e<0?void 0:s.place(e),l=i&&i[0]>=0&&i[1]>=0&&i[0]<=r.width&&i[1]<=r.height;t.style.display=l?"":"none",n.element.hidden=!l,!(!i||!l)&&(t.setAttribute("cx",String(i[0])),t.setAttribute("cy",String(i[1])),t.setAttribute("r",String(s.radius(e))),n.place(i,s.radius(e),[r.width,r.height]))}#n(e){let{shared:t,frame:n}=this.drawn;if(this.id=e,e<0){this.place(),this.on.left();return}let s=t.components.name(e),r=t.values.pruned.includes(e)?"pruned":"",i=[this.on.facts(e),r].filter(Boolean).join(" · "),l=i||`its ${t.about.m} strongest examples`;this.card.show(e,s,l,this.labels.chip(e),this.#e.get(e)),this.place(),this.#e.want([e]),n.status([s,this.labels.name(e),i].filter(Boolean).join(", "))}};function Mt(o){let[e,t,n,s]=[1/0,-1/0,1/0,-1/0];for(let d=0;d<o.length;d+=2)e=Math.min(e,o[d]),t=Math.max(t,o[d]),n=Math.min(n,o[d+1]),s=Math.max(s,o[d+1]);let[r,i]=[(e+t)/2,(n+s)/2],l=Math.max(t-e,s-n)/2||1,a=new Float32Array(o.length);for(let d=0;d<o.length;d+=2)a[d]=(o[d]-r)/l,a[d+1]=(o[d+1]-i)/l;return a}var He=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[s,r]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[i,l]=this.toWorld(t,n);this.x+=s-i,this.y+=r-l,this.#e()}show(e,t){let[n,s]=this.toScreen(e,t),r=Math.min(this.width,this.height)*.06;n>r&&s>r&&n<this.width-r&&s<this.height-r||(this.x=e,this.y=t)}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},Ne=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let r=0;r<t;r++)n[r]=this.#n(e[2*r])+this.#n(e[2*r+1])*this.side,this.#e[n[r]+1]++;for(let r=0;r<this.side**2;r++)this.#e[r+1]+=this.#e[r];let s=this.#e.slice();this.#t=new Uint32Array(t);for(let r=0;r<t;r++)this.#t[s[n[r]]++]=r}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let s=-1,r=n*n;for(let i=this.#n(t-n);i<=this.#n(t+n);i++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let a=i*this.side+l;for(let d=this.#e[a];d<this.#e[a+1];d++){let h=this.#t[d],u=(this.xy[2*h]-e)**2+(this.xy[2*h+1]-t)**2;u<=r&&(s=h,r=u)}}return s}within([e,t],[n,s],r=1/0){let i=[];for(let l=this.#n(t);l<=this.#n(s);l++){let a=l*this.side+this.#n(e),d=l*this.side+this.#n(n);for(let h=this.#e[a];h<this.#e[d+1];h++){let u=this.#t[h],[f,p]=[this.xy[2*u],this.xy[2*u+1]];if(!(f<e||f>n||p<t||p>s)&&(i.push(u),i.length>r))return i}}return i}nearestOnes(e,t,n){let s=Math.min(n,this.xy.length/2),r=i=>(this.xy[2*i]-e)**2+(this.xy[2*i+1]-t)**2;for(let i=2/this.side;;i*=1.5){let l=this.within([e-i,t-i],[e+i,t+i]).filter(a=>r(a)<=i*i);if(l.length>=s)return l.sort((a,d)=>r(a)-r(d)).slice(0,s)}}lassoed(e){if(e.length<3)return new Uint32Array;let t=this.#r(e),[n,s]=[e.map(h=>h[0]),e.map(h=>h[1])],[r,i]=[this.#n(Math.min(...n)),this.#n(Math.max(...n))],l=new Uint8Array(this.xy.length/2),a=0;for(let h=this.#n(Math.min(...s));h<=this.#n(Math.max(...s));h++)for(let u=r;u<=i;u++){let f=h*this.side+u,[p,b]=[this.#e[f],this.#e[f+1]];if(p===b)continue;let w=t[f]?void 0:kt(this.#s(u),this.#s(h),e);if(w!==!1)for(let M=p;M<b;M++){let y=this.#t[M];(w||kt(this.xy[2*y],this.xy[2*y+1],e))&&(l[y]=1,a++)}}let d=new Uint32Array(a);for(let h=0,u=0;u<a;h++)l[h]&&(d[u++]=h);return d}#s(e){return(e+.5)/this.side*2-1}#r(e){let{side:t}=this,n=new Uint8Array(t*t);for(let s=0;s<t;s++)for(let r of[s,t*(t-1)+s,s*t,s*t+t-1])n[r]=1;return e.forEach(([s,r],i)=>{let[l,a]=e[(i+1)%e.length],d=Math.ceil(Math.max(Math.abs(l-s),Math.abs(a-r))*t)+1;for(let h=0;h<=d;h++){let u=this.#n(s+(l-s)*h/d),f=this.#n(r+(a-r)*h/d);for(let p=Math.max(f-1,0);p<=Math.min(f+1,t-1);p++)for(let b=Math.max(u-1,0);b<=Math.min(u+1,t-1);b++)n[p*t+b]=1}}),n}};function kt(o,e,t){let n=!1;for(let s=0,r=t.length-1;s<t.length;r=s++){let[i,l]=t[s],[a,d]=t[r];l>e!=d>e&&o<(a-i)*(e-l)/(d-l)+i&&(n=!n)}return n}function Et(o,e,t,n){let s=-1,r=1/0,[i,l]=[o[2*e],o[2*e+1]];for(let a=0;a<o.length/2;a++){let[d,h]=[o[2*a]-i,o[2*a+1]-l],u=d*t+h*n,f=Math.abs(d*n-h*t);if(a===e||u<=0||f>2*u)continue;let p=u+2*f;p<r&&(s=a,r=p)}return s}var An={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},Tn=8;function St(o,e){let{view:t}=e,n={centre:-1,count:0};function s(i,l){let[a,d]=[e.hovered(),e.xy()],h=a>=0?Et(d,a,...i):e.selection()[0]??l.nearest(t.x,t.y,4);h<0||(t.show(d[2*h],d[2*h+1]),e.point(h))}function r(i,l){let a=e.hovered()>=0?e.hovered():e.selection()[0];if(a===void 0)return;let h=n.centre===a&&n.count===e.selection().length?Math.floor(i?n.count/2:n.count*2):i?1:Tn,u=l.nearestOnes(e.xy()[2*a],e.xy()[2*a+1],Math.max(h,1));n={centre:a,count:u.length},e.choose(u,!1)}o.addEventListener("keydown",i=>{let l=[t.width/2,t.height/2],a=An[i.key],d=e.grid();if(a&&i.ctrlKey)t.pan(-60*a[0],60*a[1]);else if(a&&d)s(a,d);else if(i.key==="+"||i.key==="=")t.zoomAt(1.4,...l);else if(i.key==="-")t.zoomAt(1/1.4,...l);else if(i.key==="0")t.fit();else if(i.key.toLowerCase()==="g"&&d)r(i.shiftKey,d);else if(i.key==="Escape")e.choose([],!1);else if((i.key==="Enter"||i.key===" ")&&e.hovered()>=0)e.choose([e.hovered()],i.ctrlKey||i.shiftKey);else return;i.preventDefault(),e.paint()})}var Be=o=>Math.abs(o)>=.01||o===0?o.toFixed(2):o.toExponential(1),De=class{constructor(e){this.changed=e;this.element.addEventListener("keydown",t=>this.#o(t)),this.element.addEventListener("pointerup",()=>{this.#e=-1}),this.element.addEventListener("pointerleave",()=>{this.#e=-1})}changed;element=c("div",{class:"slens-legend"});highlighted=new Set;#e=-1;draw(e,t=[]){let n=this.element.getRootNode().activeElement,s=n&&this.element.contains(n)?n.dataset.group:void 0,r=c("button",{type:"button",class:"slens-key",title:"Highlight everything again",onclick:()=>this.clear()},"show all");r.hidden=this.highlighted.size===0,"text"in e?this.element.replaceChildren(...t,e.text):"keys"in e?this.element.replaceChildren(...t,...e.keys.map(i=>this.#n(i)),r):this.element.replaceChildren(...t,...this.#s(e),r),s!==void 0&&this.element.querySelector(`[data-group="${s}"]`)?.focus()}clear(){this.highlighted.clear(),this.changed()}#t(e){this.highlighted.delete(e)||this.highlighted.add(e),this.changed()}#n({group:e,name:t,tone:n,count:s}){let r=c("span",{class:"slens-dot","aria-hidden":"true"});return r.style.background=n,c("button",{type:"button",class:"slens-key","data-group":e,"aria-pressed":String(this.highlighted.has(e)),title:`Highlight ${t}: ${s.toLocaleString("en")} components`,onclick:()=>this.#t(e)},r,c("span",{},t))}#s(e){let[t,n]=e.limits,s=Math.max(1,...e.counts),r=e.counts.map((a,d)=>{let h=p=>Be(t+(n-t)*p/ae),u=c("span",{"aria-hidden":"true"});u.style.height=`${a?Math.max(2,22*(a/s)):0}px`,u.style.background=e.tones[Math.floor((d+.5)*ie/ae)];let f=`${h(d)} to ${h(d+1)}`;return c("button",{type:"button",class:"slens-bin",tabindex:d===0?0:-1,"data-group":d,"aria-pressed":String(this.highlighted.has(d)),"aria-label":`${f}: ${a} components`,title:`${f}: ${a.toLocaleString("en")} components. Click or drag to highlight them`,onpointerdown:p=>{this.#e=d,p.currentTarget.releasePointerCapture?.(p.pointerId)},onpointerenter:()=>this.#e>=0&&this.#e!==d&&this.#r(this.#e,d),onclick:()=>this.#t(d)},u)}),i=c("div",{class:"slens-bins",role:"group","aria-label":`Values of ${e.label}`});i.append(...r);let l=[c("span",{},`${e.label}:`),c("span",{},`${e.ends[0]} ${Be(t)}`),i,c("span",{},`${Be(n)} ${e.ends[1]}`)];return e.missing>0&&l.push(this.#n({group:V,name:"no value",tone:e.muted,count:e.missing})),l}#r(e,t){this.highlighted.clear();for(let n=Math.min(e,t);n<=Math.max(e,t);n++)this.highlighted.add(n);this.changed()}#o(e){let t=e.target,n={ArrowLeft:-1,ArrowRight:1}[e.key];if(!n||!t.classList.contains("slens-bin"))return;let s=Number(t.dataset.group),r=Math.min(Math.max(s+n,0),ae-1);e.preventDefault(),this.element.querySelector(`.slens-bin[data-group="${r}"]`)?.focus(),e.shiftKey&&(this.highlighted.add(s).add(r),this.changed())}};var Lt="http://www.w3.org/2000/svg";var[$n,ge,_e]=[6.8,17,26];function Cn(o,e,t,n){let s=new Map;for(let i of o){let l=n.name(i);if(l===void 0)continue;let[a,d]=[e[2*i],e[2*i+1]],h=`${Math.floor(a/t)},${Math.floor(d/t)}`,u=s.get(h)??{total:0,names:new Map};s.set(h,u),u.total++;let f=u.names.get(l)??[0,0,0,0,-1/0];u.names.set(l,f),f[0]++,f[1]+=a,f[2]+=d,f[3]+=+(n.trust(i)==="doubtful"),f[4]=Math.max(f[4],d)}let r=[];for(let{total:i,names:l}of s.values()){let[a,[d,h,u,f,p]]=[...l].sort((b,w)=>w[1][0]-b[1][0])[0];d>=.4*i&&r.push({name:a,x:h/d,y:u/d,top:p,count:d,doubtful:2*f>d})}return r.sort((i,l)=>l.count-i.count)}function Pn(o,e,t){let n=[];for(let s of o){if(n.length===40)break;let[r,i]=e.toScreen(s.x,s.y),l=e.toScreen(s.x,s.top)[1]-14,a=t>0&&s.count===1?i+t:s.count>40?i:l,d=i>ge?Math.max(a,ge):a,h=Math.min(s.name.length,_e)*$n/2+4;if(r<h||d<ge||r>e.width-h||d>e.height-ge/2)continue;n.some(({region:f,at:p,half:b})=>{let[w,M]=[Math.abs(p[0]-r),Math.abs(p[1]-d)];return f.name===s.name&&Math.hypot(w,M)<1.6*130&&s.count>1||w<h+b&&M<ge})||n.push({region:s,at:[r,d],half:h})}return n}var Fe=class{constructor(e){this.labels=e;this.element.setAttribute("class","slens-regions"),this.element.setAttribute("aria-hidden","true")}labels;element=document.createElementNS(Lt,"g");on=!0;#e=[];#t;forget(){this.#t=void 0}draw(e,t,n,s){let r=this.on?Pn(this.#n(e,t,n),e,s):[];for(;this.#e.length<r.length;){let i=document.createElementNS(Lt,"text");this.#e.push(i),this.element.append(i)}this.#e.forEach((i,l)=>{let a=r[l];if(i.style.display=a?"":"none",!a)return;let{name:d,doubtful:h}=a.region,u=d.length>_e?`${d.slice(0,_e-1)}…`:d;i.textContent=h?`${u} ?`:u,i.classList.toggle("slens-doubtful",h),i.setAttribute("x",a.at[0].toFixed(1)),i.setAttribute("y",(a.at[1]+4).toFixed(1))})}#n(e,t,n){let s=Math.round(2*Math.log2(e.zoom)),[r,i]=e.toWorld(0,0),[l,a]=e.toWorld(e.width,e.height),d=this.#t,[h,u]=[d?.from,d?.to],f=h&&u&&h[0]<=r&&h[1]<=a&&u[0]>=l&&u[1]>=i;if(d&&d.octave===s&&f)return d.found;let[p,b]=[(l-r)/2,(i-a)/2],w=[[r-p,a-b],[l+p,i+b]],M=n(...w),y=Math.ceil(M.length/2e4);y>1&&(M=M.filter(R=>R%y===0));let x=Cn(M,t,130/e.scale,this.labels);return this.#t={octave:s,from:w[0],to:w[1],found:x},x}};var Hn=2e4,At=.28,be=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){he(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),s=this.#e;!n||!s||(n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height),s.levels.length>Hn?Dn(n,s,e,t):Nn(n,s,e))}close(){}};function Ke(o,e){let{flags:t}=o;for(let n of[0,2])for(let s=0;s<t.length;s++)(t[s]&2)===n&&e(s,t[s])}function Nn(o,e,t){let n=se(e.levels.length,t.zoom)/2,s=(r,i,l,a)=>{if(o.beginPath(),a&8){let d=l*1.18;o.moveTo(r-d,i);for(let[h,u]of[[0,-1],[1,0],[0,1]])o.lineTo(r+h*d,i+u*d);o.closePath()}else o.arc(r,i,l,0,2*Math.PI)};Ke(e,(r,i)=>{let[l,a]=t.toScreen(e.xy[2*r],e.xy[2*r+1]);if(l<-20||a<-20||l>t.width+20||a>t.height+20)return;let d=(i&2)!==0;o.globalAlpha=(i&1)!==0&&!d?At:.92,o.fillStyle=e.palette[e.levels[r]%e.palette.length],s(l,a,d?n+2:n,i),o.fill(),i&4&&(o.fillStyle=e.background,s(l,a,n*.55,i),o.fill()),d&&(o.strokeStyle=e.ring,o.lineWidth=1.5,s(l,a,n+1.2,i),o.stroke())})}function Dn(o,e,t,n){let{width:s,height:r}=o.canvas,i=o.createImageData(s,r),l=new Uint32Array(i.data.buffer),a=_(e.background),d=(L,P)=>{let[C,H,k]=_(L).map(($,S)=>Math.round(a[S]+($-a[S])*P));return(255<<24|k<<16|H<<8|C)>>>0},h=e.palette.map(L=>d(L,.95)),u=e.palette.map(L=>d(L,At)),[f,p]=[d(e.ring,1),d(e.background,1)],b=Math.max(1,Math.round(se(e.levels.length,t.zoom)*n*.85)),w=(L,P,C,H)=>{let[k,$]=[Math.round(L-C/2),Math.round(P-C/2)];for(let S=Math.max($,0);S<Math.min($+C,r);S++)for(let N=Math.max(k,0);N<Math.min(k+C,s);N++)l[S*s+N]=H},{xy:M,levels:y,palette:x}=e,R=t.scale*n,A=L=>(L&3)===1,T=(L,P)=>{let C=s/2+(M[2*L]-t.x)*R,H=r/2-(M[2*L+1]-t.y)*R;if(C<-b||H<-b||C>s+b||H>r+b)return;let k=y[L]%x.length;P&2&&w(C,H,b+4,f),w(C,H,P&2?b+2:b,A(P)?u[k]:h[k]),P&4&&b>3&&w(C,H,Math.ceil(b/2),p)};Ke(e,(L,P)=>A(P)&&T(L,P)),Ke(e,(L,P)=>!A(P)&&T(L,P)),o.putImageData(i,0,0)}var Fn=`#version 300 es
layout(location=0) in vec2 position;
layout(location=1) in uint level;
layout(location=2) in uint flag;
uniform vec2 centre; uniform vec2 scale; uniform float size; uniform uint pass;
uniform vec3 palette[64];
flat out vec3 colour; flat out uint bits; flat out float diameter;
void main() {
  bool front = (flag & 2u) != 0u;
  bits = flag;
  colour = palette[min(level, 63u)];
  diameter = front ? size + 4.0 : size;
  gl_PointSize = diameter + 2.0;
  gl_Position = front == (pass == 1u) ? vec4((position - centre) * scale, 0.0, 1.0) : vec4(2.0, 2.0, 0.0, 1.0);
}`,In=`#version 300 es
precision highp float;
flat in vec3 colour; flat in uint bits; flat in float diameter;
uniform vec3 ring; uniform vec3 back;
out vec4 result;
void main() {
  vec2 from = abs(gl_PointCoord - 0.5) * (diameter + 2.0);
  float r = (bits & 8u) != 0u ? (from.x + from.y) * 0.85 : length(from);
  float edge = diameter * 0.5;
  float cover = clamp(edge + 0.5 - r, 0.0, 1.0);
  vec3 c = colour;
  float width = max(1.0, diameter * 0.12);
  if ((bits & 4u) != 0u) c = mix(c, back, clamp(edge * 0.55 + 0.5 - r, 0.0, 1.0));
  if ((bits & 2u) != 0u) c = mix(c, ring, clamp(r - (edge - 1.6 * width) + 0.5, 0.0, 1.0));
  float alpha = cover * ((bits & 3u) == 1u ? 0.28 : 0.92);
  if (alpha < 0.01) discard;
  result = vec4(c * alpha, alpha);
}`,We=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,s]of[[t.VERTEX_SHADER,Fn],[t.FRAGMENT_SHADER,In]]){let r=t.createShader(n);t.shaderSource(r,s),t.compileShader(r),t.attachShader(this.#t,r)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#s;#r;#o=new Float32Array(192);#i=!1;update(e){let t=this.#e;this.#s=e;let n=(r,i)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[r]),t.bufferData(t.ARRAY_BUFFER,i,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags);let{palette:s}=e;for(let r=0;r<64;r++)this.#o.set(je(s[r%s.length]),r*3);this.#i=e.flags.some(r=>(r&2)!==0)}draw(e,t){let n=this.#e,s=this.#s;if(he(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!s)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let r=i=>n.getUniformLocation(this.#t,i);n.uniform3fv(r("palette"),this.#o),n.uniform3fv(r("ring"),je(s.ring)),n.uniform3fv(r("back"),je(s.background)),n.uniform2f(r("centre"),e.x,e.y),n.uniform2f(r("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(r("size"),se(s.levels.length,e.zoom)*t);for(let i of this.#i?[0,1]:[0])n.uniform1ui(r("pass"),i),n.drawArrays(n.POINTS,0,s.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}};function je(o){let[e,t,n]=_(o);return[e/255,t/255,n/255]}function Tt(o,e){let t=()=>{let s=document.createElement("canvas");return s.style.cssText="position:absolute;inset:0;width:100%;height:100%",s.setAttribute("aria-hidden","true"),o.prepend(s),s},n=t();try{let s=new We(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new be(t())))}),s}catch{return n.remove(),new be(t())}}var Un="Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";function qn(o){let{frame:e,client:t,shared:n,onClose:s}=o,r=n.components.total,i=new He,l=new de(n,e.fail,()=>{a.forget(),N(!1)}),a=new Fe(l),d=new Ce(o,I),h=new $e(o,l,N),u=new De(F),f=new Float32Array,p,b,w=!1,M=0,y=document.createElementNS("http://www.w3.org/2000/svg","svg"),x=document.createElementNS("http://www.w3.org/2000/svg","polygon"),R=m=>i.toScreen(f[2*m],f[2*m+1]),A=new Re(o,l,i,{place:R,radius:m=>(d.shows(m)?.62*d.side:se(r,i.zoom)/2)+4,facts:m=>h.value(m),left:Z});y.append(a.element,x,A.ring);let T=c("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":`Map of components. ${Un}`});T.append(d.canvas,y,A.card.element),e.body.append(T,u.element);let L=Tt(T,m=>{L=m,T.dataset.engine=m.kind,F()});T.dataset.engine=L.kind;let P=c("select",{title:"What the colours of the points mean",onchange:()=>n.set("color_by",P.value)});for(let{by:m,label:v}of Te)P.append(c("option",{value:m},v));let C=(m,v,E)=>c("button",{type:"button",title:v,onclick:()=>S(E)},m),H=C("Pan","Drag to move the map (shift-drag draws a lasso)",!1),k=C("Lasso","Drag around points to select them",!0);e.tools.append(c("label",{class:"slens-field"},"Colour",P),c("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},H,k),c("span",{class:"slens-segments",role:"group","aria-label":"What is drawn of the components"},$("Crops","Show crops instead of points where the view is near enough",d),$("Names","Name the regions by the labels of their components",a)),U("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{i.fit(),I()}));function $(m,v,E){let D=c("button",{type:"button",title:v,"aria-pressed":"true"},m);return D.addEventListener("click",()=>{E.on=!E.on,D.setAttribute("aria-pressed",String(E.on)),I()}),D}function S(m){w=m,H.setAttribute("aria-pressed",String(!m)),k.setAttribute("aria-pressed",String(m)),T.classList.toggle("slens-lasso",m)}S(!1);function N(m){m&&u.highlighted.clear(),P.value=h.colouring.by,F()}function F(){if(!p)return;let m=ye(e.root),v=h.paint(m);u.draw(v.legend,h.controls());let{selection:E,pruned:D}=n.values,{highlighted:oe}=u,ve=new Uint8Array(r).fill(E.length>0?1:0);if(oe.size>0)for(let te=0;te<r;te++)oe.has(v.groups[te])||(ve[te]=1);for(let te of E)ve[te]=2;for(let te of D)ve[te]|=4;let{levels:Ut,palette:qt}=v;b={xy:f,levels:Ut,palette:qt,flags:ve,ring:m.foreground,background:m.background},L.update(b),I(),Z()}function I(){cancelAnimationFrame(M),M=requestAnimationFrame(()=>{i.width=T.clientWidth||400,i.height=T.clientHeight||300;let m=Math.min(globalThis.devicePixelRatio||1,2);if(L.draw(i,m),p&&b){let v=(E,D)=>p.within(i.toWorld(-E,i.height+E),i.toWorld(i.width+E,-E),D);d.draw(v(20,ze),i,m,b),a.draw(i,f,(E,D)=>p.within(E,D),d.side&&d.side/2+10),T.dataset.crops=String(Math.round(d.side)),e.ready()}A.place()})}function Z(){let{selection:m}=n.values,v=n.components.layers.length;e.status(m.length>0?`${m.length.toLocaleString("en")} of ${r.toLocaleString("en")} components selected`:`${r.toLocaleString("en")} components of ${v} layer${v===1?"":"s"}; shift-drag draws a lasso`)}function G(m,v){if(!v){n.set("selection",m);return}let E=new Set(n.values.selection),D=m.length===1&&E.has(m[0]);for(let oe of m)D?E.delete(oe):E.add(oe);n.set("selection",[...E])}let ee=(m,v)=>{let E=d.at(m,v);if(E>=0)return E;let[D,oe]=i.toWorld(m,v);return p?.nearest(D,oe,(se(r,i.zoom)/2+5)/i.scale)??-1};function J(m){T.classList.toggle("slens-over",m>=0),A.point(m)}gt(T,{lasso:()=>w,hover:m=>J(m?ee(...m):-1),outline:m=>x.setAttribute("points",m.map(v=>v.join(",")).join(" ")),pan:(m,v)=>{i.pan(m,v),I()},zoom:(m,v)=>{i.zoomAt(m,...v),I()},lassoed:(m,v)=>{let E=m.map(D=>i.toWorld(...D));G(Array.from(p?.lassoed(E)??[]),v)},clicked:(m,v)=>{let E=ee(...m);E>=0?G([E],v):v||G([],!1)}}),St(T,{view:i,grid:()=>p,xy:()=>f,hovered:()=>A.id,selection:()=>n.values.selection,point:J,choose:G,paint:I});async function re(){e.busy("Laying out the map …");try{let{buffers:m}=await t.request("points",{},{lane:"points",progress:v=>e.busy(v.stage,v)});f=Mt(z(m[0])),p=new Ne(f),a.forget(),e.busy(null),await h.load()}catch(m){e.fail(m)}e.busy(null)}n.on(["selection","pruned"],F),e.onTheme(F);let g=new ResizeObserver(I);g.observe(T),s(()=>{g.disconnect(),cancelAnimationFrame(M),L.close()}),re()}var $t=K({name:"map",title:"Concept map",css:bt},qn);var Ct=`.slens-numbers {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(104px, 1fr));
  gap: 8px;
  padding: 10px;
}
.slens-number {
  padding: 6px 10px;
  background: var(--s-bg2);
  border-radius: 6px;
  min-width: 0;
}
.slens-number small {
  display: block;
  color: var(--s-muted);
  font-size: 11px;
}
.slens-number strong {
  font-size: 19px;
  font-weight: 600;
}
.slens-number em {
  font-style: normal;
  font-size: 12px;
  color: var(--s-muted);
  display: block;
  white-space: pre-line;
}
.slens-stale .slens-number strong {
  opacity: 0.5;
}
.slens-compared {
  display: flex;
  gap: 6px;
  padding: 0 10px 8px;
}
.slens-compared button {
  height: auto;
  padding: 4px 10px;
  text-align: left;
}
.slens-compared button[aria-pressed] {
  flex: 1 1 0;
  display: flex;
  gap: 9px;
  align-items: center;
  overflow: hidden;
  line-height: 1.3;
}
.slens-compared span {
  overflow: hidden;
  text-overflow: ellipsis;
}
.slens-compared em {
  font-style: normal;
  color: var(--s-muted);
}
.slens-tabs {
  display: flex;
  gap: 2px;
  padding: 6px 10px 0;
  border-bottom: 1px solid var(--s-line);
}
.slens .slens-tabs button {
  border: 0;
  border-bottom: 2px solid transparent;
  border-radius: 0;
  background: none;
  color: var(--s-muted);
}
.slens .slens-tabs button[aria-selected="true"] {
  border-color: var(--s-accent);
  color: var(--s-fg);
}
.slens-panel {
  flex: 1 1 0;
  min-height: 110px;
  display: flex;
  flex-direction: column;
}
.slens-panel > * {
  flex: 1 1 0;
}
.slens-panel > .slens-listbar {
  flex: none;
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 5px 10px;
}
.slens-classes {
  display: grid;
  grid-template-columns: minmax(50px, 32%) 1fr max-content max-content;
  gap: 5px 8px;
  align-content: start;
  align-items: center;
  padding: 8px 10px;
  font-size: 12px;
}
.slens-classes h4 {
  grid-column: 1 / -1;
  margin: 2px 0 0;
  font-size: 12px;
}
.slens-classes > span {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens-confusions,
.slens-images {
  padding: 8px 10px;
}
.slens-confusion {
  border-collapse: collapse;
  font-size: 12px;
}
.slens-confusion caption {
  text-align: left;
  color: var(--s-muted);
  padding-bottom: 5px;
}
.slens-confusion th {
  font-weight: 500;
  text-align: left;
  padding: 3px 10px 3px 0;
  max-width: 22ch;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.slens-confusion thead th {
  padding: 3px 8px;
}
.slens-confusion tbody td {
  padding: 4px 10px;
  border: 1px solid var(--s-line);
  min-width: 84px;
}
.slens-confusion small {
  color: var(--s-fg);
  margin-left: 8px;
}
.slens-flips,
.slens-why {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
  gap: 8px;
  margin: 8px 0;
}
.slens-flips > .slens-empty,
.slens-why > p {
  grid-column: 1 / -1;
}
.slens button.slens-flip {
  height: auto;
  padding: 4px;
  display: grid;
  gap: 1px;
  text-align: left;
  align-content: start;
  min-width: 0;
}
.slens-flip > * {
  overflow: hidden;
  text-overflow: ellipsis;
}
.slens-flip :is(img, .slens-thumb) {
  width: 100%;
  aspect-ratio: 1;
  border-radius: 3px;
  background: var(--s-bg2);
}
.slens-flip small {
  color: var(--s-muted);
  font-size: 11px;
}
.slens-flip[data-change="fixed"] b {
  color: var(--s-valid);
}
.slens-flip[data-change="broken"] b {
  color: var(--s-spurious);
}
.slens-image {
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
  padding-bottom: 8px;
  margin-bottom: 8px;
  border-bottom: 1px solid var(--s-line);
}
.slens-image > :is(img, .slens-thumb) {
  width: 180px;
  height: 180px;
  border-radius: 4px;
}
.slens-image > div {
  flex: 1 1 220px;
  min-width: 0;
}
.slens-image p {
  margin: 2px 0 6px;
}
.slens-logits {
  display: grid;
  grid-template-columns: max-content 1fr max-content;
  gap: 4px 8px;
  align-items: center;
  font-size: 12px;
}
.slens-bar > .slens-negative {
  background: var(--s-spurious);
}
.slens-bar {
  position: relative;
  height: 12px;
  background: var(--s-bg2);
  border-radius: 3px;
}
.slens-bar > span {
  position: absolute;
  inset: 0 auto 0 0;
  background: var(--s-accent);
  border-radius: 3px;
}
.slens-bar > i {
  position: absolute;
  top: -2px;
  bottom: -2px;
  width: 2px;
  background: var(--s-fg);
}
.slens-acts {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  padding: 8px 10px;
  border-top: 1px solid var(--s-line);
  border-bottom: 1px solid var(--s-line);
}
.slens-pruning .slens-list {
  min-height: 90px;
}
.slens-named {
  flex: 1;
  overflow: hidden;
}
.slens-pruning .slens-row {
  cursor: default;
}
.slens-pruning .slens-row label {
  display: flex;
  gap: 7px;
  align-items: center;
  overflow: hidden;
  cursor: pointer;
}
.slens .slens-row input[type="checkbox"] {
  width: 15px;
  height: 15px;
  margin: 0;
  flex: none;
  accent-color: var(--s-accent);
}
.slens-pruning .slens-cell {
  height: 40px;
}
.slens-restored .slens-cell {
  opacity: 0.45;
}
.slens-pruning .slens-line {
  align-items: center;
}
`;var Pt=o=>o>0?`+${o}`:o<0?`−${-o}`:"0";function Rt(o){let e=o.classes,t=o.matrix,n=o.changes;return n.length===0?B("No confusion changes","Prune something: what images are taken for is compared here."):t?zn(e,t):Bn(n)}function Ht(o,e,t,n){if(e===0)return;let s=e>0===n,r=Math.round(12+48*(Math.abs(e)/t));o.style.background=`color-mix(in srgb, var(--s-${s?"valid":"spurious"}) ${r}%, var(--s-bg))`}function zn(o,e){let t=e.after.map((s,r)=>s.map((i,l)=>i-e.before[r][l])),n=Math.max(...t.flat().map(Math.abs),1);return c("table",{class:"slens-confusion"},c("caption",{},"Change in images: rows are what they are, columns what they get"),c("thead",{},c("tr",{},c("td"),...o.map(s=>c("th",{scope:"col",title:s},`→ ${s}`)))),c("tbody",{},...t.map((s,r)=>c("tr",{},c("th",{scope:"row",title:o[r]},o[r]),...s.map((i,l)=>{let[a,d]=[e.before[r][l],e.after[r][l]],h=c("td",{title:`${o[r]} taken for ${o[l]}: ${a} → ${d}`},c("b",{},Pt(i)),c("small",{},`${a} → ${d}`));return Ht(h,i,n,r===l),h})))))}function Bn(o){let e=Math.max(...o.map(({before:t,after:n})=>Math.abs(n-t)),1);return c("table",{class:"slens-confusion"},c("caption",{},`The ${o.length} largest changes in images`),c("tbody",{},...o.map(({label:t,predicted:n,right:s,before:r,after:i})=>{let l=c("td",{},c("b",{},Pt(i-r)),c("small",{},`${r} → ${i}`));return Ht(l,i-r,e,s),c("tr",{},c("th",{scope:"row"},s?`${t}, right`:`${t} taken for ${n}`),l)})))}var Q=o=>`${(100*o).toFixed(1)} %`;function Nt(o,e){return pe(100*(e-o)," points")}function pe(o,e=""){return Number.isNaN(o)?"–":Math.abs(o)<.05?e?"unchanged":"±0":`${o>0?"▲ +":"▼ −"}${Math.abs(o).toFixed(1)}${e}`}function Dt({before:o,after:e,flips:t,pruned:n}){let s=t.fixed+t.broken+t.other,r=(a,d)=>n>0?`${Nt(a,d)}
from ${Q(a)}`:"nothing pruned",i=(a,d,h,u)=>c("div",{class:"slens-number"},c("small",{},a),c("strong",{"data-value":u},d),c("em",{},h)),l=[i("accuracy",Q(e.accuracy),r(o.accuracy,e.accuracy),"accuracy")];return e.worst_group!==null&&o.worst_group!==null&&l.push(i("worst group",Q(e.worst_group),r(o.worst_group,e.worst_group),"worst-group")),l.push(i("flipped images",String(s),`${t.fixed} fixed
${t.broken} broken`,"flips")),l}function Ft({before:o,after:e}){return[["Classes",o.per_class,e.per_class],["Groups",o.per_group??{},e.per_group??{}]].flatMap(([n,s,r])=>{let i=Object.entries(r).flatMap(([l,a])=>_n(l,s[l]??0,a));return i.length>0?[c("h4",{},n),...i]:[]})}function _n(o,e,t){let n=c("span");n.style.width=`${100*t}%`;let s=c("i",{title:`before: ${Q(e)}`});s.style.left=`calc(${100*e}% - 1px)`;let r=`${o}: ${Q(t)}, before ${Q(e)}`;return[c("span",{title:o},o),c("div",{class:"slens-bar",role:"img","aria-label":r,title:r},n,s),c("span",{},Q(t)),c("span",{class:"slens-quiet"},pe(100*(t-e)))]}var Ie=class{element;#e={};#t;#n="B";constructor(e,t){let n=s=>c("button",{type:"button",title:`Set ${s}`,onclick:()=>s!==this.#n&&e()});this.#e={A:n("A"),B:n("B")},this.#t=c("button",{type:"button",title:"Copy",onclick:t}),this.element=c("div",{class:"slens-compared",role:"group","aria-label":"Two pruned sets to compare"},this.#e.A,this.#e.B,this.#t)}show(e,t){this.#n=e;let n=e==="A"?"B":"A";for(let[s,r]of Object.entries(this.#e)){let{pruned:i,mode:l,result:a}=t[s]??{pruned:0,mode:"mean",result:null},d=i>0?`${i.toLocaleString("en")} pruned (${l})`:"nothing pruned",h=a&&a.worst_group!==null?` · worst group ${Q(a.worst_group)}`:"",u=a?Q(a.accuracy)+h:"not evaluated yet";r.setAttribute("aria-pressed",String(s===e)),r.title=s===e?`Set ${s} is shown; what you toggle changes it`:`Flip to set ${s} (press x): every view then shows it`,r.replaceChildren(c("b",{},s),c("span",{},d,c("br"),c("em",{},u)))}this.#t.textContent=`Copy to ${n}`,this.#t.title=`Keep set ${e} as set ${n} too, and go on changing ${e}`}};var Kn=["all","fixed","broken","other"],jn={all:"Every image that gets another class",fixed:"Images that were wrong and now get their own class",broken:"Images that were right and now are wrong",other:"Images that were wrong and now are wrong in another way"};function Ve(o,e){if(!o||o.length===0)return c("span",{class:"slens-thumb slens-quiet"},"no picture");let t=URL.createObjectURL(new Blob([o],{type:"image/jpeg"})),n=c("img",{src:t,alt:e,draggable:"false"});return n.addEventListener("load",()=>URL.revokeObjectURL(t),{once:!0}),n}var Ue=class{constructor(e,t,n){this.client=e;this.shared=t;this.failed=n;this.#t=Kn.map(s=>c("button",{type:"button",title:jn[s],onclick:()=>this.#i(s)},s)),this.#s=c("button",{type:"button",title:"Show more images",onclick:()=>this.#a()}),this.element=c("div",{class:"slens-scroll slens-images"},this.#r,c("span",{class:"slens-segments",role:"group","aria-label":"Which images are shown"},...this.#t),this.#n,this.#s)}client;shared;failed;element;#e="all";#t;#n=c("div",{class:"slens-flips"});#s;#r=c("section",{class:"slens-image",hidden:!0,"aria-label":"One image"});#o=0;refresh(){this.#o=0,this.#r.hidden=!0,this.#a()}#i(e){this.#e=e,this.refresh()}#a(){for(let e of this.#t)e.setAttribute("aria-pressed",String(e.textContent===this.#e));this.client.request("flips",{change:this.#e,start:this.#o},{lane:"flips"}).then(({body:e,buffers:t})=>this.#l(e,t)).catch(this.failed)}#l(e,t){let n=e.rows,s=n.map((i,l)=>this.#c(i,t[l]));this.#o===0?this.#n.replaceChildren(...s):this.#n.append(...s),this.#o+=n.length;let r=Number(e.total);r===0&&this.#n.replaceChildren(B("No such image","Images appear here when pruning changes the class that they get.")),this.#s.hidden=this.#o>=r,this.#s.textContent=`Show more (${(r-this.#o).toLocaleString("en")} left)`}#c(e,t){let n={fixed:"✓ fixed",broken:"✗ broken"}[e.change]??"changed",s=`${n}: ${e.label} got ${e.before}, now gets ${e.after}`;return c("button",{type:"button",class:"slens-flip","data-change":e.change,"data-image":e.image,title:`${s}${e.group?` (group ${e.group})`:""}. Click to explain`,onclick:()=>this.#d(e.image)},Ve(t,s),c("b",{},n),c("span",{},e.label),c("small",{},`${e.before} → ${e.after}`))}#d(e){this.client.request("image",{image:e},{lane:"image"}).then(({body:t,buffers:n})=>this.#h(t,n[0])).catch(this.failed)}#h(e,t){let n=e.logits,s=Math.max(...n.flatMap(({before:a,after:d})=>[Math.abs(a),Math.abs(d)]),1e-9),r=c("div",{class:"slens-why","aria-live":"polite"},"Asking what the decision rests on …"),i=U("M4 4l8 8M12 4l-8 8","Close this image",()=>{this.#r.hidden=!0}),l=({name:a,before:d,after:h})=>{let u=c("span");return u.style.width=`${100*Math.abs(h)/s}%`,u.className=h<0?"slens-negative":"",[c("span",{},a),c("div",{class:"slens-bar","aria-hidden":"true"},u),c("span",{},`${d.toFixed(2)} → ${h.toFixed(2)}`)]};this.#r.replaceChildren(Ve(t,`Evaluation image ${String(e.image)}`),c("div",{},c("b",{},`${String(e.label)}: ${String(e.before)} → ${String(e.after)}`),c("p",{class:"slens-quiet"},`image ${String(e.image)}${e.group?` · group ${String(e.group)}`:""} · logits before → after`),c("div",{class:"slens-logits"},...n.flatMap(l)),r),i),this.#r.hidden=!1,this.#r.scrollIntoView?.({block:"nearest"}),i.focus({preventScroll:!0}),this.client.request("explain",{image:e.image,target:e.before},{lane:"explain"}).then(a=>this.#u(r,a.body,a.buffers)).catch(a=>{r.textContent=a instanceof Error?a.message:String(a)})}#u(e,t,n){let s=t.rows;e.replaceChildren(c("p",{class:"slens-quiet"},`Unpruned, “${String(t.target)}” rests most on`),...s.map(({component:r,share:i,pruned:l},a)=>{let d=this.shared.components.name(r),h=l?"pruned":"kept";return c("button",{type:"button",class:"slens-flip",title:`${d}, ${pe(100*i)} % of the layer's relevance, ${h}. Click to select it`,onclick:()=>this.shared.set("selection",[r])},Ve(n[a],`Where ${d} looks`),c("b",{},d),c("small",{},`${(100*i).toFixed(1)} % · ${h}`))}))}};var Wn=[["listed","as listed"],["accuracy","effect on accuracy"],["worst_group","effect on the worst group"],["target","effect on the target class"]],Vn={accuracy:"acc.",worst_group:"worst",target:"target"},Gn=500,qe=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.labels=n;this.failed=s;for(let[r,i]of Wn)this.#n.append(c("option",{value:r},i));this.#t=new W(e,s,(r,i)=>{for(let l of this.#e.element.querySelectorAll(`[data-component="${r}"] .slens-strip`))Y(l,i)}),this.#e=new ce({label:"Pruned and selected components",rowHeight:74,draw:(r,i)=>this.#u(r,i),choose:(r,i)=>{let l=this.#o[r];i instanceof KeyboardEvent?this.toggle(l):this.shared.values.selection.includes(l)||this.shared.set("selection",[l])},shown:(r,i)=>this.#t.want(this.#o.slice(r,i))}),this.element=this.#e.element,this.bar=c("div",{class:"slens-listbar"},c("label",{class:"slens-field"},"Sort by",this.#n),this.#s)}client;shared;labels;failed;element;bar;#e;#t;#n=c("select",{title:"What the components are sorted by",onchange:()=>this.draw()});#s=c("button",{type:"button",hidden:!0,title:"Each takes a pass through the rest of the network; pruning goes on meanwhile",onclick:()=>this.#d(!0)});#r=[];#o=[];#i=new Set;#a=new Map;#l=[];#c="";get count(){return this.#o.length}set listed(e){this.#r=e,this.draw()}toggle(e){let t=new Set(this.shared.values.pruned);t.delete(e)||t.add(e),this.shared.set("pruned",[...t])}draw(){let{pruned:e,selection:t}=this.shared.values;this.#i=new Set(e),this.#o=[...new Set([...this.#r,...t])];let n=this.#l.indexOf(this.#n.value);if(n>=0){let s=r=>{let i=this.#a.get(r)?.[n];return i===void 0||Number.isNaN(i)?Number.NEGATIVE_INFINITY:i};this.#o.sort((r,i)=>s(r)===s(i)?0:s(i)-s(r))}this.bar.hidden=this.#o.length===0,this.element.hidden=this.#o.length===0,this.#e.count=this.#o.length,this.#d(!1)}forget(){this.#a.clear(),this.#c="",this.draw()}take(e,t){this.#l=e.columns??[];let n=z(t[1]),s=this.#l.length;ne(t[0]).forEach((i,l)=>{let a=Array.from(n.subarray(l*s,(l+1)*s));Number.isNaN(a[0])||this.#a.set(i,a)});let r=e.seconds;this.#s.hidden=typeof r!="number",typeof r=="number"&&(this.#s.textContent=`Compute all effects (about ${Math.ceil(r)} s)`),this.draw()}close(){this.#e.close(),this.#t.close()}#d(e){let t=[...new Set([...this.shared.values.selection,...this.#r])].slice(0,Gn),n=t.join();n===this.#c&&!e||t.length===0||(this.#c=n,this.#s.hidden=!0,this.client.request("effects",{ids:t,anyway:e},{lane:"effects"}).then(({body:s,buffers:r})=>this.take(s,r)).catch(this.failed))}#h(e){let t=this.#a.get(e);return t?this.#l.flatMap((n,s)=>Number.isNaN(t[s])?[]:[`${Vn[n]} ${pe(t[s])}`]).join(" · "):""}#u(e,t){let n=this.#o[t],s=this.#i.has(n),r=this.shared.components.name(n),i=!s&&!this.#r.includes(n);e.classList.toggle("slens-restored",!s&&!i);let l=s?"pruned":i?"selected":"kept",a=this.#h(n),d=this.labels()?.name(n)??"",h=`${n} ${l} ${a} ${d}`;if(e.dataset.state===h)return;e.dataset.state=h;let u=e.dataset.component===String(n)?e.querySelector("input"):null;if(!u){e.dataset.component=String(n),u=c("input",{type:"checkbox","aria-label":`Prune ${r}`,title:"Checked: pruned. Unchecked: in the model.",onchange:()=>this.toggle(n)});let p=c("div",{class:"slens-strip"});Y(p,this.#t.get(n)),e.replaceChildren(c("div",{class:"slens-line",role:"gridcell"},c("label",{},u,c("b",{},r)),c("span",{class:"slens-named"}),c("span",{class:"slens-quiet"})),c("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},p))}u.checked=s,e.querySelector(".slens-named").replaceChildren(...d?[this.labels().chip(n)]:[]);let f=e.querySelector(".slens-quiet");f.textContent=a?`${l} · alone: ${a}`:l,f.title=a?"What pruning this component alone changes, in points: accuracy, worst group, target class":""}};var le=[["components","Components","What is pruned, and what is selected and might be"],["classes","Classes","Accuracy of every class and group, before and after"],["confusion","Confusions","What images are taken for, and how that changes"],["images","Images","The images whose class changes"]];function Jn({frame:o,client:e,shared:t,onClose:n}){if(!t.about.live){o.body.append(B("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),o.ready();return}let s,r="",i="components",l,a=new qe(e,t,()=>l,o.fail);l=new de(t,o.fail,()=>a.draw());let d=new Ue(e,t,o.fail),h=(g,m,v,E=!1)=>c("button",{type:"button",title:m,class:E?"slens-main":"",onclick:v},g),u=(g,m={})=>{e.request(g,m).catch(o.fail)},f=["mean","zero"].map(g=>h(g,g==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",()=>t.set("mode",g))),p=h("Cancel","Stop evaluating",()=>u(p.textContent==="Cancel"?"stop":"evaluate"));p.hidden=!0,o.tools.append(c("label",{class:"slens-field"},"Replace by"),c("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...f));let b=c("div",{class:"slens-numbers","aria-live":"polite"}),w=new Ie(()=>u("flip"),()=>u("copy")),M=h("Prune selection","Take the selected components out of the model",()=>t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])]),!0),y=c("select",{"aria-label":"Prune a quadrant of the alignment plot",title:"Prune every component of one quadrant of the alignment plot",onchange:()=>{y.value&&e.request("prune_quadrant",{name:y.value}).catch(o.fail),y.value=""}}),x=h("Undo","Go back to the pruned set before the last change (Ctrl+Z)",()=>u("undo")),R=h("Redo","Take back the last undo (Ctrl+Shift+Z)",()=>u("redo")),A=h("Clear","Restore every component and empty the list",()=>u("clear")),T=c("input",{type:"file",accept:".json,application/json",hidden:!0,title:"A pruned set saved as JSON",onchange:()=>{let[g]=T.files??[];T.value="",g?.text().then(m=>e.request("import",{value:JSON.parse(m)})).catch(o.fail)}}),L=h("Save","Save the pruned set as a JSON file",()=>{e.request("export").then(({body:g})=>{let m=`${JSON.stringify(g.value,null,1)}
`,v=URL.createObjectURL(new Blob([m],{type:"application/json"}));c("a",{href:v,download:"pruned.json"}).click(),setTimeout(()=>URL.revokeObjectURL(v),1e4)}).catch(o.fail)}),P=h("Load","Load a pruned set from a JSON file",()=>T.click()),C=B("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed."),H=c("div",{class:"slens-classes slens-scroll",tabindex:0,role:"group"});H.setAttribute("aria-label","Accuracy per class and group");let k=c("div",{class:"slens-scroll slens-confusions",tabindex:0,role:"group"});k.setAttribute("aria-label","Changed confusions");let $={components:[a.bar,a.element,C],classes:[H],confusion:[k],images:[d.element]},S=le.map(([g,m,v])=>c("button",{type:"button",role:"tab",title:v,"data-tab":g,onclick:()=>I(g)},m)),N=le.map(([g,m])=>c("div",{class:"slens-panel",role:"tabpanel","aria-label":m},...$[g])),F=c("div",{class:"slens-tabs",role:"tablist","aria-label":"Details of pruning"},...S);F.addEventListener("keydown",g=>{let m={ArrowRight:1,ArrowLeft:-1}[g.key];if(!m)return;let v=(le.findIndex(([E])=>E===i)+m+le.length)%le.length;I(le[v][0]),S[v].focus()}),o.body.append(b,w.element,c("div",{class:"slens-acts"},M,y,x,R,A,L,P,p,T),F,...N),o.root.addEventListener("keydown",g=>{let m=g.target;m instanceof HTMLInputElement&&m.type!=="checkbox"||(g.key==="x"&&!g.ctrlKey&&!g.metaKey&&!g.altKey&&(g.preventDefault(),u("flip")),!(g.key.toLowerCase()!=="z"||!(g.ctrlKey||g.metaKey))&&(g.preventDefault(),u(g.shiftKey?"redo":"undo")))});function I(g){i=g,le.forEach(([m],v)=>{S[v].setAttribute("aria-selected",String(m===i)),S[v].tabIndex=m===i?0:-1,N[v].hidden=m!==i}),i==="components"&&a.draw(),Z()}function Z(){let g=`${i} ${r}`;!s||o.root.dataset.asked===g||(o.root.dataset.asked=g,i==="images"&&d.refresh(),i==="confusion"&&e.request("confusion",{},{lane:"confusion"}).then(({body:m})=>k.replaceChildren(Rt(m))).catch(o.fail))}function G(g,m){s=g,b.replaceChildren(...Dt(g)),H.replaceChildren(...Ft(g)),o.root.dataset.accuracy=String(g.after.accuracy),o.root.dataset.pruned=String(g.pruned);let v=typeof m=="string"?` · ${m}`:"";o.status(`${g.pruned} pruned (${g.mode}) · ${g.after.n.toLocaleString("en")} images · tick: before${v}`)}function ee(g,m){x.disabled=g.undo!==!0,R.disabled=g.redo!==!0;let v=g.evaluating===!0;o.root.classList.toggle("slens-stale",v),o.root.dataset.evaluating=String(v),o.busy(v?"Evaluating …":null);let E=!v&&g.current===!1;p.hidden=!v&&!E,p.textContent=v?"Cancel":"Evaluate",p.title=v?"Stop evaluating, and go back to the set that the figures are for":"Evaluate the model with the pruned set as it is now",g.kept&&w.show(String(g.active),g.kept),w.element.hidden=!g.kept,a.listed=Array.from(ne(m[0])),g.result&&(G(g.result,g.engine),v||(r=JSON.stringify([g.result,t.values.pruned]),Z())),J()}function J(){let{pruned:g,selection:m}=t.values,v=new Set(g),E=m.filter(D=>!v.has(D)).length;M.textContent=E>0?`Prune selection (${E.toLocaleString("en")})`:"Prune selection",M.disabled=E===0,A.disabled=a.count===0,L.disabled=g.length===0,f.forEach(D=>{D.setAttribute("aria-pressed",String(D.textContent===t.values.mode))}),a.draw(),C.hidden=a.count>0}function re(){e.request("quadrants",{},{lane:"quadrants"}).then(({body:g})=>{let m=g.counts;y.replaceChildren(c("option",{value:""},"Prune quadrant …"));for(let[v,E]of Object.entries(m??{}))y.append(c("option",{value:v,disabled:E===0},`${v} (${E})`));y.disabled=!m,y.title=m?"Prune every component of one quadrant of the alignment plot":"Name valid and spurious concepts in the alignment plot first"}).catch(o.fail)}n(e.on("event:panel",(g,m)=>{o.clearError(),ee(g,m)})),n(e.on("event:effects",(g,m)=>a.take(g,m))),n(e.on("event:failed",g=>o.fail(g.message))),n(e.on("event:progress",g=>o.busy(`${String(g.stage)} …`,g))),n(()=>a.close()),t.on(["pruned","selection"],J),t.on(["mode","target"],()=>{a.forget(),J()}),t.on(["valid","spurious","thresholds"],re),I("components"),J(),re(),e.request("panel").then(({body:g,buffers:m})=>{ee(g,m),o.ready()}).catch(o.fail)}var It=K({name:"pruning",title:"Pruning",css:Ct},Jn);var Yn={alignment:rt,dashboard:lt,gallery:ft,map:$t,pruning:It},$o={render(o){let e=String(o.model.get("_widget")),t=Yn[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(o)}};export{$o as default};
