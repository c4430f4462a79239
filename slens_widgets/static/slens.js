var _e=`.slens.slens-alignment {
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
`;var Be=`.slens {
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
`;function _(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=o,n.fillRect(0,0,1,1);let[s=255,r=255,i=255]=n.getImageData(0,0,1,1).data;return[s,r,i]}function Pt(o){let[e,t,n]=_(o);return .2126*e+.7152*t+.0722*n<128}function We(o){return`#${_(o).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function $t(o){let e=getComputedStyle(o);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return Pt(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function ge(o){let e=getComputedStyle(o),t=(n,s)=>{let r=document.createElement("span");r.style.color=`var(${n})`,o.append(r);let i=getComputedStyle(r).color||s;return r.remove(),We(i.startsWith("var")?s:i)};return{theme:o.dataset.theme==="dark"?"dark":"light",background:We(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function je(o,e){let t=(a=!1)=>{let c=$t(o)?"dark":"light";o.dataset.theme===c&&!a||(o.dataset.theme=c,e())},n,s=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},r=new MutationObserver(s),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};r.observe(document.documentElement,i),r.observe(document.body,i);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",s),t(),s(),()=>{clearTimeout(n),r.disconnect(),l?.removeEventListener?.("change",s)}}var Ke={fine:"",busy:"The kernel is still busy with other work; this is answered when that is done.",silent:"No answer yet. The kernel is busy or has ended; what is drawn stays.",gone:"The kernel was restarted or has ended. What is drawn stays, but nothing new is computed: run the cell again to go on."},Rt=3e3,Ht=1e4,Dt=["dead","restarting","autorestarting","terminating"],be=class{constructor(e,t,n){this.waiting=t;this.changed=n;this.#e=e.widget_manager?.kernel,this.#e?.statusChanged?.connect(this.#r)}waiting;changed;health="fine";#e;#t;#n=!1;heard(){this.health!=="fine"&&this.#r()}soon(){this.#r(),this.#t===void 0&&this.#s()}close(){clearTimeout(this.#t),this.#e?.statusChanged?.disconnect(this.#r)}#s(){this.#t=setTimeout(()=>{this.#t=void 0,this.#r(),this.waiting()>0&&this.#s()},1e3)}#r=()=>{let e=this.#e?.status;(this.#e?.isDisposed||e!==void 0&&Dt.includes(e))&&(this.#n=!0);let t=this.waiting(),n=this.#n?"gone":t<Rt?"fine":e==="busy"?"busy":t<Ht?"fine":"silent";n!==this.health&&(this.health=n,this.changed(n))}};var O=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},Ft=Math.floor(Math.random()*2**40)+1;function zt(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}function V(o){return o?new Float32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Float32Array}function ie(o){return o?new Uint32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Uint32Array}var ve=class{constructor(e,t=()=>{}){this.model=e;e.on("msg:custom",this.#c),this.#i=new be(e,()=>this.#a(),t)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;#o=0;#i;#a(){let e=1/0;for(let t of this.#e.values())e=Math.min(e,t.asked);return e===1/0?0:Math.max(1,performance.now()-Math.max(e,this.#o))}request(e,t={},n={}){if(this.#r)return Promise.reject(new O("The widget is closed.",!0));let{lane:s}=n,r=s===void 0?0:(this.#n.get(s)??0)+1;if(s!==void 0){this.#n.set(s,r);for(let[l,a]of this.#e)a.lane===s&&this.#l(l,a)}let i=Ft++;return new Promise((l,a)=>{let c=performance.now();this.#e.set(i,{resolve:l,reject:a,progress:n.progress,lane:s,generation:r,asked:c}),this.model.send({...t,op:e,id:i,generation:r},void 0,n.buffers??[]),this.#i.soon()})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#l(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.#i.close(),this.model.off("msg:custom",this.#c);for(let e of this.#e.values())e.reject(new O("closed",!0));this.#e.clear(),this.#s.clear()}#l(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new O("A newer request replaced this one.",!0))}#c=(e,t=[])=>{if(e===null||typeof e!="object")return;this.#o=performance.now();let n=t.map(zt);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let s=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,s),s.push(...n)}else if(typeof e.re=="number")this.#d(e.re,(s,r)=>{let i=e.lengths,l=i?It(this.#t.get(r)??[],i):n;s.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#d(e.err,s=>s.reject(new O(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let s of["state","event"]){let r=e[s];if(typeof r=="string")for(let i of this.#s.get(`${s}:${r}`)??[])i(e,n)}this.#i.heard()};#d(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new O("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function It(o,e){let t=new Uint8Array(e.reduce((r,i)=>r+i,0)),n=0;for(let r of o)t.set(r.subarray(0,Math.max(0,t.length-n)),n),n+=r.length;let s=0;return e.map(r=>{let i=t.slice(s,s+r);return s+=r,i})}function d(o,e={},...t){let n=document.createElement(o);for(let[s,r]of Object.entries(e))typeof r=="function"?n.addEventListener(s.slice(2),r):r===!0?n.setAttribute(s,""):r!==!1&&r!==null&&r!==void 0&&n.setAttribute(s,String(r));return n.append(...t),n}function Fe(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",o),e.append(t),e}function q(o,e,t){return d("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Fe(o))}function se(o,...e){return d("div",{class:"slens-empty"},d("strong",{},o),...e)}function Ge(o,e,t,n=""){let s=[],r=d("span"),i=q("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=d("div",{class:"slens-error",role:"alert",hidden:!0},r,i),a=d("div",{class:"slens-notice","aria-live":"polite",hidden:!0}),c=d("div",{class:"slens-tools"}),u=d("div",{class:"slens-body"}),h=d("span",{role:"status","aria-live":"polite"}),m=d("span"),p=d("progress",{"aria-label":"Progress",max:1}),b=d("div",{class:"slens-busy",hidden:!0},m,p),x=d("section",{class:`slens slens-${e}`,"aria-label":t},d("style",{},Be+n),d("header",{class:"slens-head"},d("h3",{class:"slens-title"},t),c),a,l,u,d("footer",{class:"slens-foot"},h,b));x.addEventListener("keydown",k=>k.stopPropagation()),x.addEventListener("contextmenu",k=>k.stopPropagation()),o.replaceChildren(x);let M=je(x,()=>{for(let k of s)k()});return{root:x,tools:c,body:u,status:k=>{h.textContent=k,h.title=k},busy:(k,v)=>{b.hidden=k===null,m.textContent=k??"",v&&v.total>0?p.value=v.done/v.total:p.removeAttribute("value")},fail:k=>{k instanceof O&&k.cancelled||(r.textContent=k instanceof Error?k.message:String(k),l.hidden=!1)},clearError:()=>{l.hidden=!0},notice:(k,v)=>{a.textContent=k,a.hidden=k==="",x.dataset.kernel=v},ready:()=>{x.dataset.ready="true"},onTheme:k=>{s.push(k)},close:()=>{M(),o.replaceChildren()}}}function ye(o,e){let t;return Object.assign(()=>{clearTimeout(t),t=setTimeout(e,o)},{cancel:()=>clearTimeout(t)})}var xe=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function Ve(o,e){let t=Uint32Array.from(o);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let s of t)n[s>>3]|=1<<(s&7);return{encoding:"bitset",buffer:n.buffer}}function Je(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let s=0;s<8;s++)e[n]&1<<s&&t.push(n*8+s);return t}var Ye=["selection","pruned"],Nt=["selection","pruned","hovered","query","images","valid","spurious","vocabulary","target","thresholds","mode","color_by"],we=class o{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new xe(t.layers);for(let s of Nt)e.on(`state:${s}`,(r,i)=>{this.#t.get(s)||this.#n(s,r,i[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",images:[],vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:s}=await e.request("hello"),r=new o(e,n.about,t);return n.states.forEach((l,a)=>{r.#n(l.state,l,s[a])}),r}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Xe(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],s={field:e};if(Ye.includes(e)){let r=Ve(t,this.components.total);s.encoding=r.encoding,n.push(r.buffer)}else s.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",s,{buffers:n}).then(({body:r,buffers:i})=>{this.#t.get(e)===1&&this.#n(e,r,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let s=Ye.includes(e)?Je(t,n):t.value;Xe(this.values[e],s)||(this.values[e]=s,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Xe(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((t,n)=>t===e[n]):o===e}function B(o,e){return{render({model:t,el:n}){let s=Ge(n,o.name,o.title,o.css),r=new ve(t,a=>s.notice(Ke[a],a)),i=[],l=!0;return r.on("event:unanswered",({message:a})=>a?s.fail(a):s.clearError()),s.busy("Asking the kernel …"),we.open(r,s.fail).then(a=>{l&&(s.busy(null),e({frame:s,client:r,shared:a,onClose:c=>{i.push(c)}}))}).catch(a=>{s.busy(null),s.fail(a)}),()=>{l=!1;for(let a of i)a();r.close(),s.close()}}}}var Ut=["valid","spurious","both","unexpected"];function Ot({frame:o,client:e,shared:t,onClose:n}){let s=[],r=d("select",{title:"The class whose relevance sizes the points"},d("option",{value:""},"none"));for(let p of t.about.classes)r.append(d("option",{value:p},p));r.addEventListener("change",()=>t.set("target",r.value||null)),r.disabled=t.about.classes.length===0,o.tools.append(d("label",{class:"slens-field"},"Target class",r));let i=d("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(p=>{let b=d("input",{"aria-label":`Add a ${p} concept`,placeholder:p==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),x=d("div",{class:"slens-chips"},b);x.style.setProperty("--tone",`var(--s-${p})`);let M=()=>{let v=b.value.split(",").map(R=>R.trim()).filter(Boolean);b.value="",v.length>0&&t.set(p,[...new Set([...t.values[p],...v])])};b.addEventListener("keydown",v=>{v.key==="Enter"||v.key===","?(v.preventDefault(),M()):v.key==="Backspace"&&b.value===""&&t.set(p,t.values[p].slice(0,-1))}),b.addEventListener("blur",M);let k=()=>{for(let v of x.querySelectorAll(".slens-chip"))v.remove();for(let v of t.values[p]){let R=s.some(S=>v.toLowerCase().includes(S.toLowerCase())),A=d("button",{type:"button","aria-label":`Remove ${v}`,title:`Remove ${v}`,onclick:()=>t.set(p,t.values[p].filter(S=>S!==v))},"×"),T=R?"Has words that are not in this model's vocabulary":v;b.before(d("span",{class:R?"slens-chip slens-odd":"slens-chip",title:T},v,A))}b.placeholder=t.values[p].length>0?"":b.getAttribute("data-hint")??""};return b.dataset.hint=b.placeholder,{field:p,box:x,redraw:k}}),a=d("div",{class:"slens-concepts"});for(let{field:p,box:b}of l){let x=d("span",{},p);x.style.color=`var(--s-${p})`,a.append(x,b)}let c=se("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");o.body.append(a,i,c);function u(){for(let p of l)p.redraw();r.value=t.values.target??""}function h(p){o.busy(null),typeof p.error=="string"?o.fail(p.error):o.clearError();let b=Number(p.rows);s=p.unknown??[],u(),c.hidden=b>0||typeof p.error=="string",i.hidden=b===0;let x=p.counts??{};i.replaceChildren(...Ut.map(k=>d("button",{type:"button",title:`Select the ${x[k]??0} components in “${k}”`,onclick:()=>{e.request("choose",{quadrant:k}).catch(o.fail)}},`${k} ${x[k]??0}`)));let M=[];b>0&&M.push(p.sized?`Size: ${String(p.relevance)}`:"Choose a target class to size the points by relevance."),Number(p.left_out)>0&&M.push(`${p.left_out} of the least aligned are not drawn.`),s.length>0&&M.push(`Unknown words: ${s.join(", ")}.`),o.status(M.join(" ")),o.root.dataset.rows=String(b),o.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",b===0)}function m(){let{theme:p,foreground:b,muted:x,line:M,background:k}=ge(o.root);e.request("look",{theme:p,foreground:b,muted:x,line:M,background:k}).catch(o.fail)}n(e.on("event:aligned",h)),n(e.on("event:progress",p=>o.busy(String(p.stage),p))),t.on(["valid","spurious","target"],u),o.onTheme(m),u(),m(),e.request("aligned").then(({body:p})=>{h(p),o.ready()}).catch(o.fail)}var Qe=B({name:"alignment",title:"Alignment",css:_e},Ot);var Ze=`.slens.slens-dashboard-bar {
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
`;var _t=[{variable:"--slens-x",label:"first column",vertical:!0,start:50,least:20,most:80},{variable:"--slens-x2",label:"second column",vertical:!0,start:36,least:15,most:60},{variable:"--slens-y",label:"first row",vertical:!1,start:600,least:260,most:1600},{variable:"--slens-y2",label:"last row",vertical:!1,start:540,least:260,most:1600}],et={percent:2,pixels:24};function tt(o){let e=_t.map(t=>Bt(o,t));return o.append(...e),()=>{for(let t of e)t.remove()}}function Bt(o,e){let t=e.vertical?"%":"px",n=e.vertical?et.percent:et.pixels,s=d("div",{class:"slens-splitter",role:"separator",tabindex:0,"aria-orientation":e.vertical?"vertical":"horizontal","aria-label":`Size of the ${e.label}`,"aria-valuemin":e.least,"aria-valuemax":e.most,title:"Drag, or press the arrow keys, to resize; Enter or a double click puts it back"});s.dataset.line=e.variable;let r=u=>{s.setAttribute("aria-valuenow",String(Math.round(u))),s.setAttribute("aria-valuetext",`${Math.round(u)} ${e.vertical?"percent":"pixels"}`)},i=()=>Number(s.getAttribute("aria-valuenow")),l=u=>{let h=Math.min(e.most,Math.max(e.least,u));o.style.setProperty(e.variable,`${h}${t}`),r(h)},a=()=>{o.style.removeProperty(e.variable),c()},c=()=>{let u=Number.parseFloat(getComputedStyle(o).getPropertyValue(e.variable));r(Number.isFinite(u)?u:e.start)};return s.addEventListener("keydown",u=>{u.stopPropagation();let h=e.vertical?"ArrowRight":"ArrowDown",m=e.vertical?"ArrowLeft":"ArrowUp";if(u.key===h)l(i()+n);else if(u.key===m)l(i()-n);else if(u.key==="Home")l(e.least);else if(u.key==="End")l(e.most);else if(u.key==="Enter")a();else return;u.preventDefault()}),s.addEventListener("focus",c),s.addEventListener("dblclick",a),s.addEventListener("pointerdown",u=>{if(u.button!==0)return;u.preventDefault(),s.focus(),s.setPointerCapture?.(u.pointerId),c();let h={value:i(),at:e.vertical?u.clientX:u.clientY},m=b=>{let x=(e.vertical?b.clientX:b.clientY)-h.at;l(h.value+(e.vertical?100*x/o.clientWidth:x))},p=()=>{s.removeEventListener("pointermove",m),s.removeEventListener("pointerup",p),s.removeEventListener("pointercancel",p)};s.addEventListener("pointermove",m),s.addEventListener("pointerup",p),s.addEventListener("pointercancel",p)}),r(e.start),s}function Wt({frame:o,client:e,shared:t,onClose:n}){let{components:s,about:r}=t,i=d("span",{class:"slens-quiet"}),l=d("button",{type:"button",title:"Select nothing",onclick:()=>t.set("selection",[])},"Clear selection"),a=(v,R={})=>{e.request(v,R).then(({body:A})=>{o.clearError(),p(A)}).catch(o.fail)},c=q("M6 3L2.5 6.5 6 10M3 6.5h6a4 4 0 010 8H7","Undo the last change of the pruned set",()=>a("undo")),u=q("M10 3l3.5 3.5L10 10M13 6.5H7a4 4 0 000 8h2","Redo it",()=>a("redo")),h=d("input",{"aria-label":"Name of this trail",placeholder:"name this trail",title:"What you do is kept as a trail; a name makes it stay: audit.open_trail(name) brings it back",maxlength:80,spellcheck:"false",autocomplete:"off"}),m=d("form",{},h,d("button",{type:"submit",title:"Keep what was done so far, and what follows, under this name"},"Save"));m.addEventListener("submit",v=>{v.preventDefault(),h.value.trim()?a("save_trail",{name:h.value.trim()}):h.focus()}),o.tools.append(i,l,c,u,m);function p(v){c.disabled=v.undo!==!0,u.disabled=v.redo!==!0,document.activeElement!==h&&(h.value=String(v.trail??"")),o.root.dataset.trail=String(v.trail??"")}function b(){let{selection:v,pruned:R}=t.values,A=S=>S.toLocaleString("en"),T=r.layers.length;i.textContent=[`${A(s.total)} components`,`${A(v.length)} selected`,`${A(R.length)} pruned`].join(" · "),i.title=`In ${T} ${T===1?"layer":"layers"}, ${r.m} examples each`,l.disabled=v.length===0,o.root.dataset.selected=String(v.length)}let x,M=()=>{let v=o.root.closest(".slens-dashboard")?.querySelector(".slens-grid");return v&&!x&&(x=tt(v)),v!=null},k=M()?void 0:setInterval(()=>M()&&clearInterval(k),200);n(()=>{clearInterval(k),x?.()}),n(e.on("event:bar",p)),t.on(["selection","pruned"],b),b(),e.request("bar").then(({body:v})=>{p(v),o.ready()}).catch(o.fail)}var nt=B({name:"dashboard-bar",title:"Audit",css:Ze},Wt);var W=28,st=["crop","box","heatmap"],jt={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},ke=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.#s=st.map(l=>d("button",{type:"button",title:jt[l],onclick:()=>this.#l(l)},l));let r=d("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#s),i=q("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),s()});this.element.append(d("header",{},this.#e,this.#t,r,i),this.#n),this.#l("crop")}client;shared;failed;element=d("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=d("b");#t=d("span",{class:"slens-quiet"});#n=d("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#s;#r="crop";#o=-1;#i=[];hide(){this.#o=-1,this.element.hidden=!0}async open(e){if(e!==this.#o){this.#o=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#o&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,s=e.scores;this.#t.textContent=`clarity ${s.clarity?.toFixed(2)} · polysemanticity ${s.polysemanticity?.toFixed(2)} · redundancy ${s.redundancy?.toFixed(2)}`;let r=this.#o,i=t[0]??new Uint8Array,l=await Promise.all(n.map((a,c)=>createImageBitmap(new Blob([t[c+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(r===this.#o){this.#i=[],this.#n.replaceChildren(...n.map((a,c)=>{let u=d("canvas",{role:"img","aria-label":`Example ${c+1}: ${a.name}`}),h=i.subarray(c*W*W,(c+1)*W*W),m=l[c];m&&this.#i.push(()=>Kt(u,m,a.box,h,this.#r));let p=[a.label,a.activation.toPrecision(3)].filter(Boolean).join(" · ");return d("figure",{title:`${a.name}, activation ${a.activation.toPrecision(4)}`},u,d("figcaption",{},p))})),this.#n.scrollTop=0;for(let a of this.#i)a();this.element.dataset.component=String(r)}}#l(e){this.#r=e,this.#s.forEach((t,n)=>{t.setAttribute("aria-pressed",String(st[n]===e))});for(let t of this.#i)t()}};function Kt(o,e,t,n,s){let{width:r,height:i}=e,[l,a,c,u]=[t[0]*r,t[1]*i,t[2]*r,t[3]*i],h=o.getContext("2d");if(!h)return;if(s==="crop"){o.width=o.height=224,h.drawImage(e,l,a,Math.max(c-l,1),Math.max(u-a,1),0,0,224,224);return}let m=224/Math.max(r,i);if(o.width=Math.round(r*m),o.height=Math.round(i*m),h.drawImage(e,0,0,o.width,o.height),s==="heatmap"){h.drawImage(Gt(n),0,0,o.width,o.height);return}for(let[p,b]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])h.lineWidth=p,h.strokeStyle=b,h.strokeRect(l*m+2,a*m+2,(c-l)*m-4,(u-a)*m-4)}function Gt(o){let e=d("canvas",{width:W,height:W}),t=e.getContext("2d"),n=t.createImageData(W,W);for(let s=0;s<W*W;s++)n.data[4*s+3]=215*(1-Math.sqrt((o[s]??0)/255));return t.putImageData(n,0,0),e}var rt=`.slens-search {
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
`;var Jt=0,Ee=class{constructor(e,t,n){this.input=e;this.options=t;this.take=n;this.element=d("div",{class:"slens-suggestions slens-scroll",role:"listbox",id:this.#s,hidden:!0,"aria-label":"Suggestions"});for(let[s,r]of[["role","combobox"],["aria-autocomplete","list"],["aria-haspopup","listbox"],["aria-expanded","false"],["aria-controls",this.#s]])e.setAttribute(s,r);e.addEventListener("input",()=>{this.#r()}),e.addEventListener("click",()=>{e.value===""&&this.#r()}),e.addEventListener("blur",()=>this.hide()),e.addEventListener("keydown",s=>this.#a(s)),this.element.addEventListener("mousedown",s=>s.preventDefault()),this.element.addEventListener("click",s=>{let r=s.target.closest("[role=option]");r&&this.#i(Number(r.dataset.index))})}input;options;take;element;#e=[];#t=-1;#n=0;#s=`slens-suggestions-${Jt++}`;hide(){this.#n++,this.#t=-1,this.element.hidden=!0,this.input.setAttribute("aria-expanded","false"),this.input.removeAttribute("aria-activedescendant")}async#r(e=-1){let t=++this.#n;try{let n=await this.options();if(t!==this.#n)return;this.#e=n}catch(n){if(!(n instanceof O))throw n;this.#e=[]}if(this.#e.length===0)return this.hide();this.element.replaceChildren(...this.#e.map(({text:n,recent:s},r)=>d("div",{role:"option",id:`${this.#s}-${r}`,"data-index":r,"aria-selected":"false"},s?Fe("M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3l2 2"):d("i"),d("span",{},n),...s?[d("span",{class:"slens-quiet"},"asked before")]:[]))),this.element.hidden=!1,this.input.setAttribute("aria-expanded","true"),this.#o(e<0?-1:e)}#o(e){this.#t=e,this.element.querySelectorAll("[role=option]").forEach((t,n)=>{t.setAttribute("aria-selected",String(n===e)),n===e&&t.scrollIntoView?.({block:"nearest"})}),e<0?this.input.removeAttribute("aria-activedescendant"):this.input.setAttribute("aria-activedescendant",`${this.#s}-${e}`)}#i(e){let t=this.#e[e];this.hide(),t&&this.take(t)}#a(e){let t=!this.element.hidden;if(e.key==="ArrowDown"||e.key==="ArrowUp"){e.preventDefault();let n=this.#e.length-1;t?e.key==="ArrowDown"?this.#o(this.#t>=n?0:this.#t+1):this.#o(this.#t<=0?n:this.#t-1):this.#r(0)}else e.key==="Enter"&&t&&this.#t>=0?(e.preventDefault(),this.#i(this.#t)):e.key==="Escape"&&t&&(e.preventDefault(),e.stopPropagation(),this.hide())}};var de=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let s=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:s,bytes:t.length}),this.#t+=t.length;for(let[r,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(r)}return s}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},j=class{constructor(e,t,n,s="strips"){this.client=e;this.failed=t;this.lane=s;this.#s=n}client;failed;lane;#e=new de;#t=[];#n=!1;#s;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,s)=>{let r=t[s];r&&this.#s(n,this.#e.put(String(n),r))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function J(o,e){o.style.backgroundImage=e?`url(${e})`:"none",o.style.backgroundSize="auto 100%"}var Yt=3e6,Xt=1024,Qt=["A concept in words, for example: ruler","Commas part several, of which any may match: ruler, band-aid","A minus means not this: ruler, -hair lists rulers without those that also match hair more than most do","Paste or drop an image to search by it."].join(`
`);function Zt(o,e){let t=[],n=o.toLowerCase();for(let r of e.map(i=>i.toLowerCase()).filter(Boolean))for(let i=n.indexOf(r);i>=0;i=n.indexOf(r,i+r.length))!/[\p{L}\p{N}]/u.test((n[i-1]??" ")+(n[i+r.length]??" "))&&!t.some(([a,c])=>i<c&&i+r.length>a)&&t.push([i,i+r.length]);t.sort(([r],[i])=>r-i);let s=[0,...t.flat(),o.length];return s.slice(1).map((r,i)=>o.slice(s[i],r))}var Me=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.again=s;let r=t.about.searchable;this.input=d("input",{type:"search",placeholder:r?"Search: what should the component encode?":"Search needs a foundation model: sw.Audit(db, foundation_model=…)","aria-label":"Query; commas part several, a minus means not this",title:Qt,spellcheck:"false",autocomplete:"off",disabled:!r}),this.#r=new Ee(this.input,()=>this.#c(),a=>this.#d(a));let i=d("input",{type:"file",accept:"image/*",multiple:!0,hidden:!0,title:"Image files"});i.addEventListener("change",()=>{this.add([...i.files??[]]),i.value=""});let l=q("M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01","Search by an image: choose a file here, or paste or drop one",()=>i.click());l.disabled=!r,this.form=d("form",{class:"slens-search",role:"search"},d("div",{class:"slens-box"},this.#e,this.input,this.#r.element),l,i,d("button",{type:"submit",class:"slens-main",title:"Rank the components by this query",disabled:!r},"Search")),this.asked=d("div",{class:"slens-asked",hidden:!0},this.#t,this.#n),this.#o=ye(250,()=>{this.#l()}),this.form.addEventListener("submit",a=>{a.preventDefault(),this.submit()}),this.input.addEventListener("search",()=>{this.input.value===""&&this.shared.set("query","")}),this.input.addEventListener("input",()=>{this.#i([]),this.#o()}),this.input.addEventListener("scroll",()=>this.#a()),this.input.addEventListener("paste",a=>{let c=[...a.clipboardData?.files??[]];c.length!==0&&(a.preventDefault(),this.add(c))}),t.on(["images"],()=>{this.#u()}),this.#u()}client;shared;failed;again;form;asked;input;#e=d("div",{class:"slens-behind","aria-hidden":"true"});#t=d("span",{class:"slens-chips",role:"list","aria-label":"Images of the query"});#n=d("span",{class:"slens-unknown",role:"status",hidden:!0});#s=new de(4e6);#r;#o;submit(){this.#r.hide();let e=this.input.value.trim();e===this.shared.values.query?this.again():this.shared.set("query",e)}acceptDrops(e){if(!this.shared.about.searchable)return;let t=s=>{s.dataTransfer?.types.includes("Files")&&(s.preventDefault(),s.stopPropagation(),e.dataset.dropping="true")},n=()=>{delete e.dataset.dropping};e.addEventListener("dragenter",t),e.addEventListener("dragover",t),e.addEventListener("dragleave",s=>{e.contains(s.relatedTarget)||n()}),e.addEventListener("drop",s=>{n();let r=[...s.dataTransfer?.files??[]];r.length!==0&&(s.preventDefault(),s.stopPropagation(),this.add(r))})}async add(e){for(let t of e)try{let n=t.size>Yt?await en(t):await t.arrayBuffer();await this.client.request("add_image",{name:t.name},{buffers:[n]})}catch(n){this.failed(n)}}mark(e){this.#o.cancel(),this.input.value.trim()!==this.shared.values.query&&(this.input.value=this.shared.values.query),this.#i(e),this.#n.hidden=e.length===0;let t=e.flatMap((n,s)=>[s>0?", ":"",d("mark",{},n)]);this.#n.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...t),this.#p()}close(){this.#o.cancel(),this.#s.close()}#i(e){this.input.setAttribute("aria-invalid",String(e.length>0)),this.#e.replaceChildren(...Zt(this.input.value,e).map((t,n)=>n%2?d("mark",{},t):t)),this.#a()}#a(){this.#e.scrollLeft=this.input.scrollLeft}async#l(){let e=this.input.value;if(e.trim()!=="")try{let{body:t}=await this.client.request("unknown",{query:e},{lane:"unknown"});this.input.value===e&&this.#i(t.unknown)}catch{}}async#c(){let{body:e}=await this.client.request("suggestions",{},{lane:"suggestions"}),t=this.input.value.toLowerCase(),n=e.recent.filter(h=>h!==this.input.value&&h.toLowerCase().startsWith(t)).slice(0,t?3:8).map(h=>({text:h,value:h,recent:!0})),s=(/[^,]*$/.exec(this.input.value)?.[0]??"").trim(),r=s.replace(/^[-−]\s*/,"").toLowerCase();if(r===""&&this.input.value.trim()!==""&&s==="")return n;let i=this.input.value.slice(0,this.input.value.length-/[^,]*$/.exec(this.input.value)[0].length),l=/^[-−]/.test(s)?"-":"",a=e.words.filter(h=>h.toLowerCase()!==r),c=a.filter(h=>h.toLowerCase().startsWith(r)),u=a.filter(h=>!h.toLowerCase().startsWith(r)&&h.toLowerCase().includes(r));return[...n,...[...c,...u].slice(0,8).map(h=>({text:h,value:`${i}${i?" ":""}${l}${h}`.replace(/,\s+/g,", "),recent:!1}))]}#d(e){this.input.value=e.value,this.submit()}async#u(){let e=this.shared.values.images;this.#t.replaceChildren(...e.map(t=>this.#h(t))),this.#p()}#h(e){let t=e.startsWith("-"),n=t?e.slice(1):e,s=d("img",{alt:""}),r=d("span"),i=()=>this.shared.values.images.filter(u=>u!==e),l=d("button",{type:"button","aria-pressed":String(t),title:t?"Not this: click to search for what matches it":"Click to exclude what matches this image",onclick:()=>this.shared.set("images",this.shared.values.images.map(u=>u===e?t?n:`-${n}`:u))},t?"not this":"like this"),a=q("M4 4l8 8M12 4l-8 8","Remove this image from the query",()=>{this.shared.set("images",i()),this.input.focus()}),c=(u,h)=>{s.src=u,r.textContent=h,r.title=h};return this.client.request("query_image",{digest:n}).then(({body:u,buffers:h})=>{h[0]&&c(this.#s.put(n,h[0]),String(u.name))}).catch(this.failed),d("span",{class:"slens-chip",role:"listitem","data-unwanted":String(t)},s,r,l,a)}#p(){this.asked.hidden=this.#n.hidden&&this.shared.values.images.length===0}};async function en(o){let e=await createImageBitmap(o).catch(()=>{let r=(o.size/1e6).toFixed(1);throw new Error(`“${o.name}” has ${r} MB and can't be read here; save it as a JPEG below 3 MB.`)}),t=Math.min(1,Xt/Math.max(e.width,e.height)),n=d("canvas",{width:Math.max(1,e.width*t),height:Math.max(1,e.height*t)});n.getContext("2d")?.drawImage(e,0,0,n.width,n.height),e.close();let s=await new Promise(r=>n.toBlob(r,"image/jpeg",.92));if(!s)throw new Error(`“${o.name}” can't be scaled down; save it as a JPEG below 3 MB.`);return s.arrayBuffer()}function ot(o,e,t,n){let s=[];for(let l=0;l<o.total;l++)e.layer!==null&&o.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||s.push(l);let r=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!r)return s;let i=l=>Number.isFinite(r[l])?r[l]:-1/0;return s.sort((l,a)=>{let[c,u]=[i(l),i(a)];return c===u?l-a:u>c?1:-1})}function it(o,e,t,n,s){let r=o[e];if(r===void 0)return n;if(s.extend&&t>=0){let i=o.slice(Math.min(t,e),Math.max(t,e)+1);return s.toggle?[...new Set([...n,...i])]:i}return s.toggle?n.includes(r)?n.filter(i=>i!==r):[...n,r]:[r]}var at=15e6,lt=3,ae=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=d("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#p(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#s=Number(n.dataset.index),this.options.choose(this.#s,t),this.#h())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=d("div",{role:"presentation"});#t=[];#n=0;#s=0;#r="";#o=0;#i;get active(){return this.#s}set count(e){this.#n=e,this.#s=Math.min(this.#s,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,at)}px`,this.redraw()}top(){this.#s=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#n)return;this.#s=e;let t=this.options.rowHeight,n=this.element.clientHeight,s=e*t,r=this.#l();s<r?this.#c(s):s+t>r+n&&this.#c(s+t-n),this.redraw()}redraw(){this.#r="",this.#u()}close(){cancelAnimationFrame(this.#o),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#o),this.#o=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#n*this.options.rowHeight-e,n=Math.min(this.#n*this.options.rowHeight,at)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),s=Math.max(0,Math.floor(n/e)-lt),r=Math.min(this.#n,Math.ceil((n+t)/e)+lt),i=`${s} ${r} ${n}`;if(i===this.#r)return;for(this.#r=i;this.#t.length<r-s;){let a=d("div",{role:"row",class:"slens-row"});a.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(a),this.#e.append(a)}let l=this.element.scrollTop-n;if(this.#t.forEach((a,c)=>{let u=s+c;a.hidden=u>=r,!a.hidden&&(a.style.transform=`translateY(${u*e+l}px)`,a.dataset.index=String(u),a.setAttribute("aria-rowindex",String(u+1)),a.tabIndex=u===this.#s?0:-1,this.options.draw(a,u))}),this.#s<s||this.#s>=r){let a=this.#t[0];a&&(a.tabIndex=0)}this.options.shown?.(s,r)}#h(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#s))?.focus({preventScroll:!0})}#p(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),r={ArrowDown:this.#s+1,ArrowUp:this.#s-1,PageDown:this.#s+n,PageUp:this.#s-n,Home:0,End:this.#n-1}[e.key];r!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(r,0),this.#n-1)),this.#h(),e.shiftKey&&this.options.choose(this.#s,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#s,e))}};var tn=92;function nn({frame:o,client:e,shared:t,onClose:n}){let{components:s}=t,r=[],i,l,a=[],c,u=-1,h=null,m=!1,p=new Set(t.values.selection),b=new Me(e,t,o.fail,()=>{f()});o.tools.style.flex="1 1 260px",o.tools.append(b.form),b.acceptDrops(o.root);let x=d("select",{title:"What the list is sorted by",onchange:()=>C(!0)});for(let[g,w]of[["score","match"],["clarity","clarity"],["name","layer"]])x.append(d("option",{value:g},w));let M=d("select",{title:"List one layer only",onchange:()=>{h=M.value===""?null:Number(M.value),C(!0)}},d("option",{value:""},"all layers"));s.layers.forEach((g,w)=>{M.append(d("option",{value:w},g.name))});let k=d("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{m=!m,C(!0)}}),v=d("div",{});v.style.cssText="display:flex;flex:1";let R=new j(e,o.fail,(g,w)=>{for(let E of A.element.querySelectorAll(`[data-component="${g}"] .slens-strip`))J(E,w)}),A=new ae({label:"Components",rowHeight:tn,draw:S,choose:$,shown:(g,w)=>R.want(r.slice(g,w))}),T=new ke(e,t,o.fail,()=>A.element.focus());o.body.append(b.asked,d("div",{class:"slens-bar2"},d("label",{class:"slens-field"},"Sort by",x),d("label",{class:"slens-field"},"Layer",M),k),A.element,v,T.element);function S(g,w){let E=r[w];g.setAttribute("aria-selected",String(p.has(E)));let H=t.values.pruned.includes(E),D=`${E} ${i?.[E]} ${c?.[E]} ${l?.[E]} ${H}`;if(g.dataset.state===D)return;g.dataset.state=D,g.dataset.component=String(E);let F=d("div",{class:"slens-line",role:"gridcell"},d("b",{},s.name(E)));H&&F.append(d("span",{class:"slens-tag"},"pruned")),i&&a.length>1&&F.append(d("span",{class:"slens-tag"},a[l?.[E]??0]??""));let z=d("span",{class:"slens-facts"}),N=(ee,te,me)=>{te&&z.append(d("span",{class:"slens-fact",title:me},`${ee} ${te[E].toFixed(2)}`))};N("match",i,"Cosine of the query with the component"),N("clarity",c,"How alike the examples are, 0 to 1"),F.append(z);let G=d("div",{class:"slens-strip"});J(G,R.get(E)),g.replaceChildren(F,d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},G))}function $(g,w){let E={toggle:w.ctrlKey||w.metaKey,extend:w.shiftKey},H=it(r,g,u,t.values.selection,E);E.extend||(u=g),t.set("selection",H),T.open(r[g])}function C(g){for(let D of x.options)D.value==="score"&&(D.disabled=!i);!i&&x.value==="score"&&(x.value="clarity"),k.setAttribute("aria-pressed",String(m)),k.textContent=`Selected only (${p.size.toLocaleString("en")})`,r=ot(s,{order:x.value,layer:h,only:m?p:null},i,c),A.element.hidden=r.length===0,v.hidden=r.length>0,r.length===0&&v.replaceChildren(se("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),g&&(A.top(),u=-1),A.count=r.length;let w=t.values.images.length,E=[...t.values.query?[`“${t.values.query}”`]:[],...w?[`${w} image${w>1?"s":""}`]:[]],H=E.length?`by match with ${E.join(" and ")}`:"type a query to rank them by what they encode";o.status(`${r.length.toLocaleString("en")} components, ${H}`)}async function f(){let{query:g,images:w}=t.values;if(b.mark([]),g===""&&w.length===0){e.cancel("search"),i=void 0,o.busy(null),C(!0);return}o.busy("Searching …");try{let{body:E,buffers:H}=await e.request("search",{query:g,images:w},{lane:"search",progress:D=>o.busy(D.stage,D)});o.clearError(),a=E.texts,i=H[0]?V(H[0]):void 0,l=ie(H[1]),b.mark(E.unknown),i&&(x.value="score"),o.root.dataset.query=g,C(!0),o.busy(null)}catch(E){o.fail(E),t.values.query===g&&o.busy(null)}}t.on(["query","images"],()=>{f()}),t.on(["selection"],()=>{p=new Set(t.values.selection),C(!1);let[g]=t.values.selection;p.size===1&&g!==void 0&&g!==r[A.active]&&(A.reveal(r.indexOf(g)),T.open(g))}),t.on(["pruned"],()=>A.redraw()),n(()=>{b.close(),A.close(),R.close()}),C(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:g})=>{c=V(g[0]),C(!1)}).catch(o.fail).finally(()=>{(t.values.query||t.values.images.length)&&f(),o.ready()})}var ct=B({name:"gallery",title:"Components",css:rt},nn);function dt(o,e){let t,n=s=>{let r=o.getBoundingClientRect();return[s.clientX-r.left,s.clientY-r.top]};o.addEventListener("pointerdown",s=>{if(s.button!==0)return;o.setPointerCapture?.(s.pointerId);let r=n(s);t={from:r,last:r,lasso:e.lasso()||s.shiftKey?[r]:null,moved:!1}}),o.addEventListener("pointermove",s=>{let r=n(s);if(!t){e.hover(r);return}Math.hypot(r[0]-t.from[0],r[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(r),e.outline(t.lasso)):e.pan(r[0]-t.last[0],r[1]-t.last[1]),t.last=r)}),o.addEventListener("pointerup",s=>{let r=t;if(t=void 0,e.outline([]),!r)return;let i=s.ctrlKey||s.metaKey;r.moved&&r.lasso?e.lassoed(r.lasso,i):r.moved||e.clicked(r.from,i||s.shiftKey)}),o.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),o.addEventListener("pointerleave",()=>e.hover(null)),o.addEventListener("wheel",s=>{s.preventDefault(),e.hover(null),e.zoom(Math.exp(-s.deltaY*(s.deltaMode===1?.05:.002)),n(s))},{passive:!1})}var Se=class{constructor(e,t,n){this.shared=e;this.failed=t;this.changed=n;e.on(["vocabulary"],()=>{this.#o()}),this.#o()}shared;failed;changed;#e=[];#t=new Uint32Array;#n=[];#s=1;#r="";name(e){return this.#e[this.#t[e]??-1]}score(e){return this.#n[0]?.[e]??Number.NaN}margin(e){return this.#n[1]?.[e]??Number.NaN}certificate(e){return this.#n[2]?.[e]??Number.NaN}trust(e){let t=this.certificate(e);return Number.isNaN(t)?"open":t>=this.#s?"certified":"doubtful"}chip(e){let t=this.name(e);if(t===void 0)return d("span",{class:"slens-label",hidden:!0});let n=this.trust(e),s=`score ${this.score(e).toFixed(2)}, ${this.margin(e).toFixed(2)} ahead of the next label`,r=`certificate ${this.certificate(e).toFixed(2)}`,i={certified:`“${t}”, ${r}: the component also fires on images of it that did not name it`,doubtful:`“${t}”? Do not rely on it: ${r}, below ${this.#s}`,open:`“${t}”, not certified: ${this.#r}`}[n],l=n==="doubtful"?" ?":"",a={class:"slens-label","data-trust":n,title:`${i}; ${s}`};return d("span",a,d("span",{},t),l)}async#o(){try{let{body:e,buffers:t}=await this.shared.client.request("labels",{},{lane:"labels"});this.#e=e.names,this.#t=ie(t[0]),this.#n=t.slice(1).map(V),this.#s=Number(e.trusted_from),this.#r=String(e.reason),this.changed()}catch(e){this.failed(e)}}};var ut=`.slens-plane {
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
`;var rn={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},on={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},an={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},re=48,oe=16,K=63;function ln(o,e){let t=Math.min(Math.max(e,0),1)*(o.length-1),n=Math.min(Math.floor(t),o.length-2),[s,r]=[_(o[n]),_(o[n+1])];return`#${s.map((l,a)=>Math.round(l+(r[a]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function ue(o,e,t=8){if(o==="categories"&&t<=8)return rn[e];let n=o==="diverging"?an[e]:on[e],s=o==="categories"?Math.min(t,K):re;return Array.from({length:s},(r,i)=>ln(n,i/(s-1)))}function ht(o,e){let[t,n]=[1/0,-1/0];for(let s of o)Number.isFinite(s)&&(s<t&&(t=s),s>n&&(n=s));if(t>n)return[0,1];if(e==="diverging"){let s=Math.max(Math.abs(t),Math.abs(n))||1;return[-s,s]}return t===n?[t,t+1]:[t,n]}function pt(o,[e,t]){let n=new Uint8Array(o.length),s=re/(t-e);for(let r=0;r<o.length;r++){let i=Math.floor((o[r]-e)*s);n[r]=Number.isNaN(i)?K:Math.min(Math.max(i,0),re-1)}return n}var Le=[{by:"layer",label:"layer",scale:"categories"},{by:"label",label:"label",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"polysemanticity",label:"polysemanticity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging",ends:["spurious","valid"],needs:["valid","spurious"]},{by:"relevance",label:"relevance",scale:"sequential",needs:["target"]},{by:"score",label:"search score",scale:"sequential",needs:["query","images"]},{by:"pruned",label:"pruned",scale:"categories"}],Ae=class{constructor(e,t,n){this.drawn=e;this.labels=t;this.changed=n;let{shared:s}=e;s.on(["color_by"],()=>{n(!0),this.load()}),s.on(["query","images","valid","spurious","target"],r=>{this.colouring.needs?.includes(r)&&this.load()})}drawn;labels;changed;#e;#t=!1;get colouring(){let{color_by:e}=this.drawn.shared.values;return Le.find(({by:t})=>t===e)??Le[0]}value(e){let t=this.#e?.[e];return t===void 0?"":`${this.colouring.label} ${Number.isFinite(t)?t.toFixed(2):"unknown"}`}async load(){let{client:e,frame:t}=this.drawn,{by:n,scale:s}=this.colouring;if(this.#e=void 0,this.#t=s!=="categories",!this.#t)e.cancel("colour");else{this.changed(!1);try{let{body:r,buffers:i}=await e.request("colour",{by:n},{lane:"colour",progress:l=>t.busy(l.stage,l)});t.clearError(),this.#e=r.available===!0?V(i[0]):void 0}catch(r){t.fail(r)}if(t.busy(null),n!==this.colouring.by)return;this.#t=!1}this.changed(!1)}paint(e){let{by:t,scale:n}=this.colouring;return t==="layer"?this.#r(e):t==="pruned"?this.#o(e):t==="label"?this.#s(e)??this.#n(e):this.#e?this.#i(e,n,this.#e):this.#n(e)}controls(){let{about:e,values:t}=this.drawn.shared;if(this.colouring.by!=="relevance"||!e.live)return[];let n=d("select",{title:"The class whose relevance colours the points",onchange:()=>this.drawn.shared.set("target",n.value||null)});n.append(d("option",{value:""},"choose …"));for(let s of e.classes)n.append(d("option",{value:s},s));return n.value=t.target??"",[d("label",{class:"slens-field"},"For class",n)]}#n(e){let t=new Uint8Array(this.drawn.shared.components.total);return{levels:t,palette:[e.muted],groups:t,legend:{text:this.#a()}}}#s(e){let{total:t}=this.drawn.shared.components,n=new Map;for(let h=0;h<t;h++){let m=this.labels.name(h);m!==void 0&&n.set(m,(n.get(m)??0)+1)}if(n.size===0)return;let s=ue("categories",e.theme),r=[...n].sort((h,m)=>m[1]-h[1]).slice(0,n.size>8?7:8),i=new Map(r.map(([h],m)=>[h,m])),l=new Uint8Array(t);for(let h=0;h<t;h++)l[h]=i.get(this.labels.name(h)??"")??K;let a=r.map(([h,m],p)=>({group:p,name:h,tone:s[p],count:m})),c=t-a.reduce((h,{count:m})=>h+m,0),u=n.size-r.length;return c>0&&a.push({group:K,name:u>0?`${u.toLocaleString("en")} more labels`:"no label",tone:e.muted,count:c}),{levels:l,palette:mt(s.slice(0,8),e),groups:l,legend:{keys:a}}}#r(e){let{layers:t,layerOf:n}=this.drawn.shared.components,s=ue("categories",e.theme,t.length),r=t.map(({name:l,count:a},c)=>({group:c,name:l,tone:s[c%s.length],count:a}));return{levels:Uint8Array.from(n,l=>l%s.length),palette:s,groups:n,legend:{keys:r}}}#o(e){let{components:t,values:n}=this.drawn.shared,s=new Uint8Array(t.total);for(let a of n.pruned)s[a]=1;let r=ue("categories",e.theme).slice(0,2),l=[t.total-n.pruned.length,n.pruned.length].map((a,c)=>({group:c,name:`${c?"pruned":"kept"} (${a.toLocaleString("en")})`,tone:r[c],count:a}));return{levels:s,palette:r,groups:s,legend:{keys:l}}}#i(e,t,n){let s=ht(n,t),r=ue(t,e.theme),i=pt(n,s),l=new Array(oe).fill(0),a=0,c=i.map(m=>{if(m===K)return a++,K;let p=Math.floor(m*oe/re);return l[p]++,p}),{label:u,ends:h=["low","high"]}=this.colouring;return{levels:i,palette:mt(r,e),groups:c,legend:{label:u,tones:r,limits:s,ends:h,counts:l,missing:a,muted:e.muted}}}#a(){let{by:e,label:t}=this.colouring;if(this.#t)return`Computing ${t} …`;let{about:n,values:s}=this.drawn.shared;return e==="label"?"Set audit.session.vocabulary to a list of texts to colour the points by their labels.":e==="score"?"Type a query in the gallery to colour the points by how well they match it.":e==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":e==="relevance"&&!n.live?"Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….":e==="relevance"&&s.target===null?"Choose the class whose relevance colours the points.":`There is no ${t} to colour the points by.`}};function mt(o,e){return Array.from({length:K+1},(t,n)=>o[n]??e.muted)}function Z(o,e){let t=o>1e5?2.6:o>1e4?4:o>2e3?6:9;return Math.min(t*e**.35,22)}function le(o,e,t){let[n,s]=[Math.round(e.width*t),Math.round(e.height*t)];o.width!==n&&(o.width=n),o.height!==s&&(o.height=s)}var ze=300,cn=600,[ft,dn]=[30,76],un=.55;function hn(o,e){let t=new Map,n=[];return o.forEach(([s,r],i)=>{let[l,a]=[Math.floor(s/e),Math.floor(r/e)];for(let u=l-1;u<=l+1;u++)for(let h=a-1;h<=a+1;h++)for(let[m,p]of t.get(`${u},${h}`)??[])if(Math.abs(m-s)<e*.9&&Math.abs(p-r)<e*.9)return;let c=`${l},${a}`;t.set(c,[...t.get(c)??[],[s,r]]),n.push(i)}),n}var Te=class{constructor(e,t){this.drawn=e;this.arrived=t;let{client:n,frame:s,onClose:r}=e;this.#n=new j(n,s.fail,(i,l)=>{this.#l(i,l)},"crops"),r(()=>{clearTimeout(this.#r),this.#n.close(),this.#t.clear()})}drawn;arrived;canvas=d("canvas",{class:"slens-crops","aria-hidden":"true"});on=!0;side=0;#e=[];#t=new Map;#n;#s="";#r;draw(e,t,n,s){if(this.#o(e,t,s),this.canvas.hidden=this.side===0,this.side===0)return;le(this.canvas,t,n);let r=this.canvas.getContext?.("2d");if(r){r.setTransform(n,0,0,n,0,0),r.clearRect(0,0,t.width,t.height);for(let{id:i,at:l}of this.#e)this.#i(r,i,l,s)}}at(e,t){let n=this.side/2;return this.#e.find(({at:r})=>Math.abs(r[0]-e)<=n&&Math.abs(r[1]-t)<=n)?.id??-1}shows(e){return this.#e.some(t=>t.id===e)}#o(e,t,{xy:n,flags:s}){if(this.side=0,this.#e=[],!this.on||e.length===0||e.length>ze)return;let r=h=>s[h]&2?0:s[h]&1?2:1,i=[...e].sort((h,m)=>r(h)-r(m)||h-m),l=i.map(h=>t.toScreen(n[2*h],n[2*h+1])),c=Math.min(.7*Math.sqrt(t.width*t.height/e.length),dn),u=[];for(;c>=ft&&(u=hn(l,c),!(u.length>=un*e.length));c*=.8);c<ft||(this.side=c,this.#e=u.map(h=>({id:i[h],at:l[h]})),this.#a())}#i(e,t,[n,s],r){let i=r.flags[t],l=this.side/2,a=(i&2)!==0,c=()=>{e.beginPath(),e.roundRect(n-l,s-l,this.side,this.side,4)};e.save(),e.globalAlpha=(i&1)!==0&&!a?.3:1,c(),e.fillStyle=r.background,e.fill(),e.clip();let u=this.#t.get(t);u&&e.drawImage(u,n-l,s-l,this.side,this.side),c(),e.lineWidth=a?8:5,e.strokeStyle=r.palette[r.levels[t]%r.palette.length],e.stroke(),i&4&&(e.lineWidth=3,e.strokeStyle=r.background,e.beginPath(),e.moveTo(n-l,s+l),e.lineTo(n+l,s-l),e.stroke()),e.restore(),a&&(c(),e.lineWidth=1.5,e.strokeStyle=r.ring,e.stroke())}#a(){let e=this.#e.map(({id:n})=>n).filter(n=>!this.#t.has(n)),t=e.join();t!==this.#s&&(this.#s=t,clearTimeout(this.#r),this.#r=setTimeout(()=>{for(let n of e){let s=this.#n.get(n);s&&this.#l(n,s)}this.#n.want(e)},80))}async#l(e,t){let n=new Image;n.src=t;try{await n.decode()}catch{return}let s=Math.min(this.drawn.shared.about.tile,96),r=d("canvas",{width:s,height:s});r.getContext("2d")?.drawImage(n,0,0,n.height,n.height,0,0,s,s),this.#t.delete(e),this.#t.set(e,r);for(let i of this.#t.keys()){if(this.#t.size<=cn)break;this.#t.delete(i)}this.arrived()}};var pn=10,Ce=class{element=d("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=d("b");#t=d("p");#n=d("div");#s=d("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#n,this.#t,this.#s)}show(e,t,n,s,r){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,this.#n.replaceChildren(s),J(this.#s,r)}place([e,t],n,[s,r]){let[i,l]=[this.element.offsetWidth||252,this.element.offsetHeight||116],a=n+pn,c=e+a+i>s?e-i-a:e+a,u=Math.min(Math.max(t-l/2,4),r-l-4);this.element.style.left=`${Math.max(c,4)}px`,this.element.style.top=`${Math.max(u,4)}px`}arrived(e,t){e===this.#r&&J(this.#s,t)}};var mn=50,Pe=class{constructor(e,t,n,s){this.drawn=e;this.labels=t;this.view=n;this.on=s;let{client:r,frame:i,shared:l,onClose:a}=e;this.#e=new j(r,i.fail,(c,u)=>this.card.arrived(c,u)),l.on(["hovered"],()=>{let{hovered:c}=l.values;(c??-1)!==this.id&&this.#n(c??-1)}),a(()=>{this.#t.cancel(),this.#e.close()}),this.place()}drawn;labels;view;on;id=-1;card=new Ce;ring=document.createElementNS("http://www.w3.org/2000/svg","circle");#e;#t=ye(mn,()=>this.drawn.shared.set("hovered",this.id<0?null:this.id));point(e){e!==this.id&&(this.#n(e),this.#t())}place(){let{id:e,ring:t,card:n,on:s,view:r}=this,i=e<0?void 0:s.place(e),l=i&&i[0]>=0&&i[1]>=0&&i[0]<=r.width&&i[1]<=r.height;t.style.display=l?"":"none",n.element.hidden=!l,!(!i||!l)&&(t.setAttribute("cx",String(i[0])),t.setAttribute("cy",String(i[1])),t.setAttribute("r",String(s.radius(e))),n.place(i,s.radius(e),[r.width,r.height]))}#n(e){let{shared:t,frame:n}=this.drawn;if(this.id=e,e<0){this.place(),this.on.left();return}let s=t.components.name(e),r=t.values.pruned.includes(e)?"pruned":"",i=[this.on.facts(e),r].filter(Boolean).join(" · "),l=i||`its ${t.about.m} strongest examples`;this.card.show(e,s,l,this.labels.chip(e),this.#e.get(e)),this.place(),this.#e.want([e]),n.status([s,this.labels.name(e),i].filter(Boolean).join(", "))}};function bt(o){let[e,t,n,s]=[1/0,-1/0,1/0,-1/0];for(let c=0;c<o.length;c+=2)e=Math.min(e,o[c]),t=Math.max(t,o[c]),n=Math.min(n,o[c+1]),s=Math.max(s,o[c+1]);let[r,i]=[(e+t)/2,(n+s)/2],l=Math.max(t-e,s-n)/2||1,a=new Float32Array(o.length);for(let c=0;c<o.length;c+=2)a[c]=(o[c]-r)/l,a[c+1]=(o[c+1]-i)/l;return a}var $e=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[s,r]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[i,l]=this.toWorld(t,n);this.x+=s-i,this.y+=r-l,this.#e()}show(e,t){let[n,s]=this.toScreen(e,t),r=Math.min(this.width,this.height)*.06;n>r&&s>r&&n<this.width-r&&s<this.height-r||(this.x=e,this.y=t)}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},Re=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let r=0;r<t;r++)n[r]=this.#n(e[2*r])+this.#n(e[2*r+1])*this.side,this.#e[n[r]+1]++;for(let r=0;r<this.side**2;r++)this.#e[r+1]+=this.#e[r];let s=this.#e.slice();this.#t=new Uint32Array(t);for(let r=0;r<t;r++)this.#t[s[n[r]]++]=r}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let s=-1,r=n*n;for(let i=this.#n(t-n);i<=this.#n(t+n);i++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let a=i*this.side+l;for(let c=this.#e[a];c<this.#e[a+1];c++){let u=this.#t[c],h=(this.xy[2*u]-e)**2+(this.xy[2*u+1]-t)**2;h<=r&&(s=u,r=h)}}return s}within([e,t],[n,s],r=1/0){let i=[];for(let l=this.#n(t);l<=this.#n(s);l++){let a=l*this.side+this.#n(e),c=l*this.side+this.#n(n);for(let u=this.#e[a];u<this.#e[c+1];u++){let h=this.#t[u],[m,p]=[this.xy[2*h],this.xy[2*h+1]];if(!(m<e||m>n||p<t||p>s)&&(i.push(h),i.length>r))return i}}return i}nearestOnes(e,t,n){let s=Math.min(n,this.xy.length/2),r=i=>(this.xy[2*i]-e)**2+(this.xy[2*i+1]-t)**2;for(let i=2/this.side;;i*=1.5){let l=this.within([e-i,t-i],[e+i,t+i]).filter(a=>r(a)<=i*i);if(l.length>=s)return l.sort((a,c)=>r(a)-r(c)).slice(0,s)}}lassoed(e){if(e.length<3)return new Uint32Array;let t=this.#r(e),[n,s]=[e.map(u=>u[0]),e.map(u=>u[1])],[r,i]=[this.#n(Math.min(...n)),this.#n(Math.max(...n))],l=new Uint8Array(this.xy.length/2),a=0;for(let u=this.#n(Math.min(...s));u<=this.#n(Math.max(...s));u++)for(let h=r;h<=i;h++){let m=u*this.side+h,[p,b]=[this.#e[m],this.#e[m+1]];if(p===b)continue;let x=t[m]?void 0:gt(this.#s(h),this.#s(u),e);if(x!==!1)for(let M=p;M<b;M++){let k=this.#t[M];(x||gt(this.xy[2*k],this.xy[2*k+1],e))&&(l[k]=1,a++)}}let c=new Uint32Array(a);for(let u=0,h=0;h<a;u++)l[u]&&(c[h++]=u);return c}#s(e){return(e+.5)/this.side*2-1}#r(e){let{side:t}=this,n=new Uint8Array(t*t);for(let s=0;s<t;s++)for(let r of[s,t*(t-1)+s,s*t,s*t+t-1])n[r]=1;return e.forEach(([s,r],i)=>{let[l,a]=e[(i+1)%e.length],c=Math.ceil(Math.max(Math.abs(l-s),Math.abs(a-r))*t)+1;for(let u=0;u<=c;u++){let h=this.#n(s+(l-s)*u/c),m=this.#n(r+(a-r)*u/c);for(let p=Math.max(m-1,0);p<=Math.min(m+1,t-1);p++)for(let b=Math.max(h-1,0);b<=Math.min(h+1,t-1);b++)n[p*t+b]=1}}),n}};function gt(o,e,t){let n=!1;for(let s=0,r=t.length-1;s<t.length;r=s++){let[i,l]=t[s],[a,c]=t[r];l>e!=c>e&&o<(a-i)*(e-l)/(c-l)+i&&(n=!n)}return n}function vt(o,e,t,n){let s=-1,r=1/0,[i,l]=[o[2*e],o[2*e+1]];for(let a=0;a<o.length/2;a++){let[c,u]=[o[2*a]-i,o[2*a+1]-l],h=c*t+u*n,m=Math.abs(c*n-u*t);if(a===e||h<=0||m>2*h)continue;let p=h+2*m;p<r&&(s=a,r=p)}return s}var fn={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},gn=8;function yt(o,e){let{view:t}=e,n={centre:-1,count:0};function s(i,l){let[a,c]=[e.hovered(),e.xy()],u=a>=0?vt(c,a,...i):e.selection()[0]??l.nearest(t.x,t.y,4);u<0||(t.show(c[2*u],c[2*u+1]),e.point(u))}function r(i,l){let a=e.hovered()>=0?e.hovered():e.selection()[0];if(a===void 0)return;let u=n.centre===a&&n.count===e.selection().length?Math.floor(i?n.count/2:n.count*2):i?1:gn,h=l.nearestOnes(e.xy()[2*a],e.xy()[2*a+1],Math.max(u,1));n={centre:a,count:h.length},e.choose(h,!1)}o.addEventListener("keydown",i=>{let l=[t.width/2,t.height/2],a=fn[i.key],c=e.grid();if(a&&i.ctrlKey)t.pan(-60*a[0],60*a[1]);else if(a&&c)s(a,c);else if(i.key==="+"||i.key==="=")t.zoomAt(1.4,...l);else if(i.key==="-")t.zoomAt(1/1.4,...l);else if(i.key==="0")t.fit();else if(i.key.toLowerCase()==="g"&&c)r(i.shiftKey,c);else if(i.key==="Escape")e.choose([],!1);else if((i.key==="Enter"||i.key===" ")&&e.hovered()>=0)e.choose([e.hovered()],i.ctrlKey||i.shiftKey);else return;i.preventDefault(),e.paint()})}var Ie=o=>Math.abs(o)>=.01||o===0?o.toFixed(2):o.toExponential(1),He=class{constructor(e){this.changed=e;this.element.addEventListener("keydown",t=>this.#o(t)),this.element.addEventListener("pointerup",()=>{this.#e=-1}),this.element.addEventListener("pointerleave",()=>{this.#e=-1})}changed;element=d("div",{class:"slens-legend"});highlighted=new Set;#e=-1;draw(e,t=[]){let n=this.element.getRootNode().activeElement,s=n&&this.element.contains(n)?n.dataset.group:void 0,r=d("button",{type:"button",class:"slens-key",title:"Highlight everything again",onclick:()=>this.clear()},"show all");r.hidden=this.highlighted.size===0,"text"in e?this.element.replaceChildren(...t,e.text):"keys"in e?this.element.replaceChildren(...t,...e.keys.map(i=>this.#n(i)),r):this.element.replaceChildren(...t,...this.#s(e),r),s!==void 0&&this.element.querySelector(`[data-group="${s}"]`)?.focus()}clear(){this.highlighted.clear(),this.changed()}#t(e){this.highlighted.delete(e)||this.highlighted.add(e),this.changed()}#n({group:e,name:t,tone:n,count:s}){let r=d("span",{class:"slens-dot","aria-hidden":"true"});return r.style.background=n,d("button",{type:"button",class:"slens-key","data-group":e,"aria-pressed":String(this.highlighted.has(e)),title:`Highlight ${t}: ${s.toLocaleString("en")} components`,onclick:()=>this.#t(e)},r,d("span",{},t))}#s(e){let[t,n]=e.limits,s=Math.max(1,...e.counts),r=e.counts.map((a,c)=>{let u=p=>Ie(t+(n-t)*p/oe),h=d("span",{"aria-hidden":"true"});h.style.height=`${a?Math.max(2,22*(a/s)):0}px`,h.style.background=e.tones[Math.floor((c+.5)*re/oe)];let m=`${u(c)} to ${u(c+1)}`;return d("button",{type:"button",class:"slens-bin",tabindex:c===0?0:-1,"data-group":c,"aria-pressed":String(this.highlighted.has(c)),"aria-label":`${m}: ${a} components`,title:`${m}: ${a.toLocaleString("en")} components. Click or drag to highlight them`,onpointerdown:p=>{this.#e=c,p.currentTarget.releasePointerCapture?.(p.pointerId)},onpointerenter:()=>this.#e>=0&&this.#e!==c&&this.#r(this.#e,c),onclick:()=>this.#t(c)},h)}),i=d("div",{class:"slens-bins",role:"group","aria-label":`Values of ${e.label}`});i.append(...r);let l=[d("span",{},`${e.label}:`),d("span",{},`${e.ends[0]} ${Ie(t)}`),i,d("span",{},`${Ie(n)} ${e.ends[1]}`)];return e.missing>0&&l.push(this.#n({group:K,name:"no value",tone:e.muted,count:e.missing})),l}#r(e,t){this.highlighted.clear();for(let n=Math.min(e,t);n<=Math.max(e,t);n++)this.highlighted.add(n);this.changed()}#o(e){let t=e.target,n={ArrowLeft:-1,ArrowRight:1}[e.key];if(!n||!t.classList.contains("slens-bin"))return;let s=Number(t.dataset.group),r=Math.min(Math.max(s+n,0),oe-1);e.preventDefault(),this.element.querySelector(`.slens-bin[data-group="${r}"]`)?.focus(),e.shiftKey&&(this.highlighted.add(s).add(r),this.changed())}};var xt="http://www.w3.org/2000/svg";var[bn,he,Ne]=[6.8,17,26];function vn(o,e,t,n){let s=new Map;for(let i of o){let l=n.name(i);if(l===void 0)continue;let[a,c]=[e[2*i],e[2*i+1]],u=`${Math.floor(a/t)},${Math.floor(c/t)}`,h=s.get(u)??{total:0,names:new Map};s.set(u,h),h.total++;let m=h.names.get(l)??[0,0,0,0,-1/0];h.names.set(l,m),m[0]++,m[1]+=a,m[2]+=c,m[3]+=+(n.trust(i)==="doubtful"),m[4]=Math.max(m[4],c)}let r=[];for(let{total:i,names:l}of s.values()){let[a,[c,u,h,m,p]]=[...l].sort((b,x)=>x[1][0]-b[1][0])[0];c>=.4*i&&r.push({name:a,x:u/c,y:h/c,top:p,count:c,doubtful:2*m>c})}return r.sort((i,l)=>l.count-i.count)}function yn(o,e,t){let n=[];for(let s of o){if(n.length===40)break;let[r,i]=e.toScreen(s.x,s.y),l=e.toScreen(s.x,s.top)[1]-14,a=t>0&&s.count===1?i+t:s.count>40?i:l,c=i>he?Math.max(a,he):a,u=Math.min(s.name.length,Ne)*bn/2+4;if(r<u||c<he||r>e.width-u||c>e.height-he/2)continue;n.some(({region:m,at:p,half:b})=>{let[x,M]=[Math.abs(p[0]-r),Math.abs(p[1]-c)];return m.name===s.name&&Math.hypot(x,M)<1.6*130&&s.count>1||x<u+b&&M<he})||n.push({region:s,at:[r,c],half:u})}return n}var De=class{constructor(e){this.labels=e;this.element.setAttribute("class","slens-regions"),this.element.setAttribute("aria-hidden","true")}labels;element=document.createElementNS(xt,"g");on=!0;#e=[];#t;forget(){this.#t=void 0}draw(e,t,n,s){let r=this.on?yn(this.#n(e,t,n),e,s):[];for(;this.#e.length<r.length;){let i=document.createElementNS(xt,"text");this.#e.push(i),this.element.append(i)}this.#e.forEach((i,l)=>{let a=r[l];if(i.style.display=a?"":"none",!a)return;let{name:c,doubtful:u}=a.region,h=c.length>Ne?`${c.slice(0,Ne-1)}…`:c;i.textContent=u?`${h} ?`:h,i.classList.toggle("slens-doubtful",u),i.setAttribute("x",a.at[0].toFixed(1)),i.setAttribute("y",(a.at[1]+4).toFixed(1))})}#n(e,t,n){let s=Math.round(2*Math.log2(e.zoom)),[r,i]=e.toWorld(0,0),[l,a]=e.toWorld(e.width,e.height),c=this.#t,[u,h]=[c?.from,c?.to],m=u&&h&&u[0]<=r&&u[1]<=a&&h[0]>=l&&h[1]>=i;if(c&&c.octave===s&&m)return c.found;let[p,b]=[(l-r)/2,(i-a)/2],x=[[r-p,a-b],[l+p,i+b]],M=n(...x),k=Math.ceil(M.length/2e4);k>1&&(M=M.filter(R=>R%k===0));let v=vn(M,t,130/e.scale,this.labels);return this.#t={octave:s,from:x[0],to:x[1],found:v},v}};var wn=2e4,wt=.28,pe=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){le(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),s=this.#e;!n||!s||(n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height),s.levels.length>wn?En(n,s,e,t):kn(n,s,e))}close(){}};function Ue(o,e){let{flags:t}=o;for(let n of[0,2])for(let s=0;s<t.length;s++)(t[s]&2)===n&&e(s,t[s])}function kn(o,e,t){let n=Z(e.levels.length,t.zoom)/2,s=(r,i,l,a)=>{if(o.beginPath(),a&8){let c=l*1.18;o.moveTo(r-c,i);for(let[u,h]of[[0,-1],[1,0],[0,1]])o.lineTo(r+u*c,i+h*c);o.closePath()}else o.arc(r,i,l,0,2*Math.PI)};Ue(e,(r,i)=>{let[l,a]=t.toScreen(e.xy[2*r],e.xy[2*r+1]);if(l<-20||a<-20||l>t.width+20||a>t.height+20)return;let c=(i&2)!==0;o.globalAlpha=(i&1)!==0&&!c?wt:.92,o.fillStyle=e.palette[e.levels[r]%e.palette.length],s(l,a,c?n+2:n,i),o.fill(),i&4&&(o.fillStyle=e.background,s(l,a,n*.55,i),o.fill()),c&&(o.strokeStyle=e.ring,o.lineWidth=1.5,s(l,a,n+1.2,i),o.stroke())})}function En(o,e,t,n){let{width:s,height:r}=o.canvas,i=o.createImageData(s,r),l=new Uint32Array(i.data.buffer),a=_(e.background),c=(S,$)=>{let[C,f,g]=_(S).map((w,E)=>Math.round(a[E]+(w-a[E])*$));return(255<<24|g<<16|f<<8|C)>>>0},u=e.palette.map(S=>c(S,.95)),h=e.palette.map(S=>c(S,wt)),[m,p]=[c(e.ring,1),c(e.background,1)],b=Math.max(1,Math.round(Z(e.levels.length,t.zoom)*n*.85)),x=(S,$,C,f)=>{let[g,w]=[Math.round(S-C/2),Math.round($-C/2)];for(let E=Math.max(w,0);E<Math.min(w+C,r);E++)for(let H=Math.max(g,0);H<Math.min(g+C,s);H++)l[E*s+H]=f},{xy:M,levels:k,palette:v}=e,R=t.scale*n,A=S=>(S&3)===1,T=(S,$)=>{let C=s/2+(M[2*S]-t.x)*R,f=r/2-(M[2*S+1]-t.y)*R;if(C<-b||f<-b||C>s+b||f>r+b)return;let g=k[S]%v.length;$&2&&x(C,f,b+4,m),x(C,f,$&2?b+2:b,A($)?h[g]:u[g]),$&4&&b>3&&x(C,f,Math.ceil(b/2),p)};Ue(e,(S,$)=>A($)&&T(S,$)),Ue(e,(S,$)=>!A($)&&T(S,$)),o.putImageData(i,0,0)}var Mn=`#version 300 es
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
}`,Sn=`#version 300 es
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
}`,qe=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,s]of[[t.VERTEX_SHADER,Mn],[t.FRAGMENT_SHADER,Sn]]){let r=t.createShader(n);t.shaderSource(r,s),t.compileShader(r),t.attachShader(this.#t,r)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#s;#r;#o=new Float32Array(192);#i=!1;update(e){let t=this.#e;this.#s=e;let n=(r,i)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[r]),t.bufferData(t.ARRAY_BUFFER,i,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags);let{palette:s}=e;for(let r=0;r<64;r++)this.#o.set(Oe(s[r%s.length]),r*3);this.#i=e.flags.some(r=>(r&2)!==0)}draw(e,t){let n=this.#e,s=this.#s;if(le(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!s)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let r=i=>n.getUniformLocation(this.#t,i);n.uniform3fv(r("palette"),this.#o),n.uniform3fv(r("ring"),Oe(s.ring)),n.uniform3fv(r("back"),Oe(s.background)),n.uniform2f(r("centre"),e.x,e.y),n.uniform2f(r("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(r("size"),Z(s.levels.length,e.zoom)*t);for(let i of this.#i?[0,1]:[0])n.uniform1ui(r("pass"),i),n.drawArrays(n.POINTS,0,s.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}};function Oe(o){let[e,t,n]=_(o);return[e/255,t/255,n/255]}function kt(o,e){let t=()=>{let s=document.createElement("canvas");return s.style.cssText="position:absolute;inset:0;width:100%;height:100%",s.setAttribute("aria-hidden","true"),o.prepend(s),s},n=t();try{let s=new qe(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new pe(t())))}),s}catch{return n.remove(),new pe(t())}}var Ln="Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";function An(o){let{frame:e,client:t,shared:n,onClose:s}=o,r=n.components.total,i=new $e,l=new Se(n,e.fail,()=>{a.forget(),H(!1)}),a=new De(l),c=new Te(o,F),u=new Ae(o,l,H),h=new He(D),m=new Float32Array,p,b,x=!1,M=0,k=document.createElementNS("http://www.w3.org/2000/svg","svg"),v=document.createElementNS("http://www.w3.org/2000/svg","polygon"),R=y=>i.toScreen(m[2*y],m[2*y+1]),A=new Pe(o,l,i,{place:R,radius:y=>(c.shows(y)?.62*c.side:Z(r,i.zoom)/2)+4,facts:y=>u.value(y),left:z});k.append(a.element,v,A.ring);let T=d("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":`Map of components. ${Ln}`});T.append(c.canvas,k,A.card.element),e.body.append(T,h.element);let S=kt(T,y=>{S=y,T.dataset.engine=y.kind,D()});T.dataset.engine=S.kind;let $=d("select",{title:"What the colours of the points mean",onchange:()=>n.set("color_by",$.value)});for(let{by:y,label:L}of Le)$.append(d("option",{value:y},L));let C=(y,L,P)=>d("button",{type:"button",title:L,onclick:()=>E(P)},y),f=C("Pan","Drag to move the map (shift-drag draws a lasso)",!1),g=C("Lasso","Drag around points to select them",!0);e.tools.append(d("label",{class:"slens-field"},"Colour",$),d("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},f,g),d("span",{class:"slens-segments",role:"group","aria-label":"What is drawn of the components"},w("Crops","Show crops instead of points where the view is near enough",c),w("Names","Name the regions by the labels of their components",a)),q("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{i.fit(),F()}));function w(y,L,P){let I=d("button",{type:"button",title:L,"aria-pressed":"true"},y);return I.addEventListener("click",()=>{P.on=!P.on,I.setAttribute("aria-pressed",String(P.on)),F()}),I}function E(y){x=y,f.setAttribute("aria-pressed",String(!y)),g.setAttribute("aria-pressed",String(y)),T.classList.toggle("slens-lasso",y)}E(!1);function H(y){y&&h.highlighted.clear(),$.value=u.colouring.by,D()}function D(){if(!p)return;let y=ge(e.root),L=u.paint(y);h.draw(L.legend,u.controls());let{selection:P,pruned:I}=n.values,{highlighted:ne}=h,fe=new Uint8Array(r).fill(P.length>0?1:0);if(ne.size>0)for(let Q=0;Q<r;Q++)ne.has(L.groups[Q])||(fe[Q]=1);for(let Q of P)fe[Q]=2;for(let Q of I)fe[Q]|=4;let{levels:Lt,palette:At}=L;b={xy:m,levels:Lt,palette:At,flags:fe,ring:y.foreground,background:y.background},S.update(b),F(),z()}function F(){cancelAnimationFrame(M),M=requestAnimationFrame(()=>{i.width=T.clientWidth||400,i.height=T.clientHeight||300;let y=Math.min(globalThis.devicePixelRatio||1,2);if(S.draw(i,y),p&&b){let L=(P,I)=>p.within(i.toWorld(-P,i.height+P),i.toWorld(i.width+P,-P),I);c.draw(L(20,ze),i,y,b),a.draw(i,m,(P,I)=>p.within(P,I),c.side&&c.side/2+10),T.dataset.crops=String(Math.round(c.side)),e.ready()}A.place()})}function z(){let{selection:y}=n.values,L=n.components.layers.length;e.status(y.length>0?`${y.length.toLocaleString("en")} of ${r.toLocaleString("en")} components selected`:`${r.toLocaleString("en")} components of ${L} layer${L===1?"":"s"}; shift-drag draws a lasso`)}function N(y,L){if(!L){n.set("selection",y);return}let P=new Set(n.values.selection),I=y.length===1&&P.has(y[0]);for(let ne of y)I?P.delete(ne):P.add(ne);n.set("selection",[...P])}let G=(y,L)=>{let P=c.at(y,L);if(P>=0)return P;let[I,ne]=i.toWorld(y,L);return p?.nearest(I,ne,(Z(r,i.zoom)/2+5)/i.scale)??-1};function ee(y){T.classList.toggle("slens-over",y>=0),A.point(y)}dt(T,{lasso:()=>x,hover:y=>ee(y?G(...y):-1),outline:y=>v.setAttribute("points",y.map(L=>L.join(",")).join(" ")),pan:(y,L)=>{i.pan(y,L),F()},zoom:(y,L)=>{i.zoomAt(y,...L),F()},lassoed:(y,L)=>{let P=y.map(I=>i.toWorld(...I));N(Array.from(p?.lassoed(P)??[]),L)},clicked:(y,L)=>{let P=G(...y);P>=0?N([P],L):L||N([],!1)}}),yt(T,{view:i,grid:()=>p,xy:()=>m,hovered:()=>A.id,selection:()=>n.values.selection,point:ee,choose:N,paint:F});async function te(){e.busy("Laying out the map …");try{let{buffers:y}=await t.request("points",{},{lane:"points",progress:L=>e.busy(L.stage,L)});m=bt(V(y[0])),p=new Re(m),a.forget(),e.busy(null),await u.load()}catch(y){e.fail(y)}e.busy(null)}n.on(["selection","pruned"],D),e.onTheme(D);let me=new ResizeObserver(F);me.observe(T),s(()=>{me.disconnect(),cancelAnimationFrame(M),S.close()}),te()}var Et=B({name:"map",title:"Concept map",css:ut},An);var Mt=`.slens-numbers {
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
.slens-classes {
  display: grid;
  grid-template-columns: minmax(50px, max-content) 1fr max-content;
  gap: 5px 8px;
  align-items: center;
  padding: 0 10px 8px;
  font-size: 12px;
  max-height: 150px;
  flex: none;
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
  flex: 1 1 0;
  min-height: 90px;
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
`;var X=o=>`${(100*o).toFixed(1)} %`;function Cn(o,e){let t=100*(e-o);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function Pn({frame:o,client:e,shared:t,onClose:n}){let{components:s}=t;if(!t.about.live){o.body.append(se("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),o.ready();return}let r=[],i=new Set(t.values.pruned),l=["mean","zero"].map(f=>d("button",{type:"button",title:f==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",f)},f));o.tools.append(d("label",{class:"slens-field"},"Replace by"),d("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...l));let a=d("div",{class:"slens-numbers","aria-live":"polite"}),c=d("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),u=(f,g,w,E=!1)=>d("button",{type:"button",title:g,class:E?"slens-main":"",onclick:w},f),h=u("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),m=u("Undo","Go back to the pruned set before the last change",()=>v("undo")),p=u("Redo","Take back the last undo",()=>v("redo")),b=u("Clear","Restore every component and empty the list",()=>v("clear")),x=new j(e,o.fail,(f,g)=>{for(let w of M.element.querySelectorAll(`[data-component="${f}"] .slens-strip`))J(w,g)}),M=new ae({label:"Pruned components",rowHeight:74,draw:A,choose:(f,g)=>{g instanceof KeyboardEvent?R(r[f]):t.set("selection",[r[f]])},shown:(f,g)=>x.want(r.slice(f,g))}),k=se("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");o.body.append(a,c,d("div",{class:"slens-acts"},h,m,p,b),M.element,k),o.root.addEventListener("keydown",f=>{f.target instanceof HTMLInputElement&&f.target.type!=="checkbox"||f.key.toLowerCase()!=="z"||!(f.ctrlKey||f.metaKey)||(f.preventDefault(),v(f.shiftKey?"redo":"undo"))});function v(f){e.request(f).catch(o.fail)}function R(f){let g=new Set(t.values.pruned);g.delete(f)||g.add(f),t.set("pruned",[...g])}function A(f,g){let w=r[g],E=i.has(w);f.classList.toggle("slens-restored",!E);let H=`${w} ${E}`;if(f.dataset.state===H)return;f.dataset.state=H;let D=f.dataset.component===String(w)?f.querySelector("input"):null;if(D){D.checked=E,f.querySelector(".slens-quiet").textContent=E?"pruned":"kept";return}f.dataset.component=String(w);let F=d("input",{type:"checkbox","aria-label":`Prune ${s.name(w)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>R(w)});F.checked=E;let z=d("div",{class:"slens-strip"});J(z,x.get(w)),f.replaceChildren(d("div",{class:"slens-line",role:"gridcell"},d("label",{},F,d("b",{},s.name(w))),d("span",{class:"slens-quiet"},E?"pruned":"kept")),d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},z))}function T(f,g,w,E){return d("div",{class:"slens-number"},d("small",{},f),d("strong",{"data-value":E},g),d("em",{},w))}function S(f){let{before:g,after:w,flips:E}=f,H=E.fixed+E.broken+E.other,D=(z,N)=>f.pruned>0?`${Cn(z,N)}
from ${X(z)}`:"nothing pruned",F=[T("accuracy",X(w.accuracy),D(g.accuracy,w.accuracy),"accuracy")];w.worst_group!==null&&g.worst_group!==null&&F.push(T("worst group",X(w.worst_group),D(g.worst_group,w.worst_group),"worst-group")),F.push(T("flipped images",String(H),`${E.fixed} fixed
${E.broken} broken`,"flips")),a.replaceChildren(...F),c.replaceChildren(...Object.entries(w.per_class).flatMap(([z,N])=>{let G=g.per_class[z]??0,ee=d("span");ee.style.width=X(N).replace(" ","");let te=d("i",{title:`before: ${X(G)}`});return te.style.left=`calc(${X(G).replace(" ","")} - 1px)`,[d("span",{},z),d("div",{class:"slens-bar",role:"img","aria-label":`${z}: ${X(N)}, before ${X(G)}`},ee,te),d("span",{},X(N))]})),o.root.dataset.accuracy=String(w.accuracy),o.root.dataset.pruned=String(f.pruned),o.status(`${f.pruned} pruned (${f.mode}) · ${w.n.toLocaleString("en")} images · tick: before`)}function $(f,g){r=Array.from(ie(g[0])),m.disabled=f.undo!==!0,p.disabled=f.redo!==!0;let w=f.evaluating===!0;o.root.classList.toggle("slens-stale",w),o.root.dataset.evaluating=String(w),w?o.busy("Evaluating …"):o.busy(null),f.result&&S(f.result),C()}function C(){i=new Set(t.values.pruned);let f=t.values.selection.filter(g=>!i.has(g)).length;h.textContent=f>0?`Prune selection (${f.toLocaleString("en")})`:"Prune selection",h.disabled=f===0,b.disabled=r.length===0,l.forEach(g=>{g.setAttribute("aria-pressed",String(g.textContent===t.values.mode))}),M.element.hidden=r.length===0,k.hidden=r.length>0,M.count=r.length}n(e.on("event:panel",(f,g)=>{o.clearError(),$(f,g)})),n(e.on("event:failed",f=>o.fail(f.message))),n(e.on("event:progress",f=>o.busy(`${String(f.stage)} …`,f))),n(()=>{M.close(),x.close()}),t.on(["pruned","selection","mode"],C),C(),e.request("panel").then(({body:f,buffers:g})=>{$(f,g),o.ready()}).catch(o.fail)}var St=B({name:"pruning",title:"Pruning",css:Mt},Pn);var $n={alignment:Qe,dashboard:nt,gallery:ct,map:Et,pruning:St},Kr={render(o){let e=String(o.model.get("_widget")),t=$n[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(o)}};export{Kr as default};
