var Re=`.slens.slens-alignment {
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
`;var Fe=`.slens {
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
  display: inline-block;
  max-width: 100%;
  padding: 0 7px;
  overflow: hidden;
  font-size: 12px;
  line-height: 17px;
  text-overflow: ellipsis;
  vertical-align: middle;
  white-space: nowrap;
  border: 1px solid var(--s-line);
  border-radius: 9px;
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
`;function q(i){let e=/^#([0-9a-f]{6})$/i.exec(i.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=i,n.fillRect(0,0,1,1);let[s=255,r=255,o=255]=n.getImageData(0,0,1,1).data;return[s,r,o]}function yt(i){let[e,t,n]=q(i);return .2126*e+.7152*t+.0722*n<128}function De(i){return`#${q(i).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function xt(i){let e=getComputedStyle(i);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return yt(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function de(i){let e=getComputedStyle(i),t=(n,s)=>{let r=document.createElement("span");r.style.color=`var(${n})`,i.append(r);let o=getComputedStyle(r).color||s;return r.remove(),De(o.startsWith("var")?s:o)};return{theme:i.dataset.theme==="dark"?"dark":"light",background:De(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function ze(i,e){let t=(a=!1)=>{let c=xt(i)?"dark":"light";i.dataset.theme===c&&!a||(i.dataset.theme=c,e())},n,s=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},r=new MutationObserver(s),o={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};r.observe(document.documentElement,o),r.observe(document.body,o);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",s),t(),s(),()=>{clearTimeout(n),r.disconnect(),l?.removeEventListener?.("change",s)}}var Ue={fine:"",busy:"The kernel is still busy with other work; this is answered when that is done.",silent:"No answer yet. The kernel is busy or has ended; what is drawn stays.",gone:"The kernel was restarted or has ended. What is drawn stays, but nothing new is computed: run the cell again to go on."},wt=3e3,kt=1e4,Et=["dead","restarting","autorestarting","terminating"],ce=class{constructor(e,t,n){this.waiting=t;this.changed=n;this.#e=e.widget_manager?.kernel,this.#e?.statusChanged?.connect(this.#r)}waiting;changed;health="fine";#e;#t;#n=!1;heard(){this.health!=="fine"&&this.#r()}soon(){this.#r(),this.#t===void 0&&this.#s()}close(){clearTimeout(this.#t),this.#e?.statusChanged?.disconnect(this.#r)}#s(){this.#t=setTimeout(()=>{this.#t=void 0,this.#r(),this.waiting()>0&&this.#s()},1e3)}#r=()=>{let e=this.#e?.status;(this.#e?.isDisposed||e!==void 0&&Et.includes(e))&&(this.#n=!0);let t=this.waiting(),n=this.#n?"gone":t<wt?"fine":e==="busy"?"busy":t<kt?"fine":"silent";n!==this.health&&(this.health=n,this.changed(n))}};var I=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},Mt=Math.floor(Math.random()*2**40)+1;function At(i){return i instanceof ArrayBuffer?new Uint8Array(i.slice(0)):new Uint8Array(i.buffer,i.byteOffset,i.byteLength).slice()}function W(i){return i?new Float32Array(i.buffer,i.byteOffset,i.byteLength>>2):new Float32Array}function te(i){return i?new Uint32Array(i.buffer,i.byteOffset,i.byteLength>>2):new Uint32Array}var ue=class{constructor(e,t=()=>{}){this.model=e;e.on("msg:custom",this.#d),this.#o=new ce(e,()=>this.#a(),t)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;#i=0;#o;#a(){let e=1/0;for(let t of this.#e.values())e=Math.min(e,t.asked);return e===1/0?0:Math.max(1,performance.now()-Math.max(e,this.#i))}request(e,t={},n={}){if(this.#r)return Promise.reject(new I("The widget is closed.",!0));let{lane:s}=n,r=s===void 0?0:(this.#n.get(s)??0)+1;if(s!==void 0){this.#n.set(s,r);for(let[l,a]of this.#e)a.lane===s&&this.#l(l,a)}let o=Mt++;return new Promise((l,a)=>{let c=performance.now();this.#e.set(o,{resolve:l,reject:a,progress:n.progress,lane:s,generation:r,asked:c}),this.model.send({...t,op:e,id:o,generation:r},void 0,n.buffers??[]),this.#o.soon()})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#l(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.#o.close(),this.model.off("msg:custom",this.#d);for(let e of this.#e.values())e.reject(new I("closed",!0));this.#e.clear(),this.#s.clear()}#l(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new I("A newer request replaced this one.",!0))}#d=(e,t=[])=>{if(e===null||typeof e!="object")return;this.#i=performance.now();let n=t.map(At);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let s=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,s),s.push(...n)}else if(typeof e.re=="number")this.#c(e.re,(s,r)=>{let o=e.lengths,l=o?Lt(this.#t.get(r)??[],o):n;s.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#c(e.err,s=>s.reject(new I(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let s of["state","event"]){let r=e[s];if(typeof r=="string")for(let o of this.#s.get(`${s}:${r}`)??[])o(e,n)}this.#o.heard()};#c(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new I("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function Lt(i,e){let t=new Uint8Array(e.reduce((r,o)=>r+o,0)),n=0;for(let r of i)t.set(r.subarray(0,Math.max(0,t.length-n)),n),n+=r.length;let s=0;return e.map(r=>{let o=t.slice(s,s+r);return s+=r,o})}function d(i,e={},...t){let n=document.createElement(i);for(let[s,r]of Object.entries(e))typeof r=="function"?n.addEventListener(s.slice(2),r):r===!0?n.setAttribute(s,""):r!==!1&&r!==null&&r!==void 0&&n.setAttribute(s,String(r));return n.append(...t),n}function Te(i){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",i),e.append(t),e}function N(i,e,t){return d("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Te(i))}function Q(i,...e){return d("div",{class:"slens-empty"},d("strong",{},i),...e)}function Ie(i,e,t,n=""){let s=[],r=d("span"),o=N("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=d("div",{class:"slens-error",role:"alert",hidden:!0},r,o),a=d("div",{class:"slens-notice","aria-live":"polite",hidden:!0}),c=d("div",{class:"slens-tools"}),u=d("div",{class:"slens-body"}),h=d("span",{role:"status","aria-live":"polite"}),b=d("span"),p=d("progress",{"aria-label":"Progress",max:1}),v=d("div",{class:"slens-busy",hidden:!0},b,p),E=d("section",{class:`slens slens-${e}`,"aria-label":t},d("style",{},Fe+n),d("header",{class:"slens-head"},d("h3",{class:"slens-title"},t),c),a,l,u,d("footer",{class:"slens-foot"},h,v));E.addEventListener("keydown",w=>w.stopPropagation()),E.addEventListener("contextmenu",w=>w.stopPropagation()),i.replaceChildren(E);let M=ze(E,()=>{for(let w of s)w()});return{root:E,tools:c,body:u,status:w=>{h.textContent=w,h.title=w},busy:(w,g)=>{v.hidden=w===null,b.textContent=w??"",g&&g.total>0?p.value=g.done/g.total:p.removeAttribute("value")},fail:w=>{w instanceof I&&w.cancelled||(r.textContent=w instanceof Error?w.message:String(w),l.hidden=!1)},clearError:()=>{l.hidden=!0},notice:(w,g)=>{a.textContent=w,a.hidden=w==="",E.dataset.kernel=g},ready:()=>{E.dataset.ready="true"},onTheme:w=>{s.push(w)},close:()=>{M(),i.replaceChildren()}}}function he(i,e){let t;return Object.assign(()=>{clearTimeout(t),t=setTimeout(e,i)},{cancel:()=>clearTimeout(t)})}var pe=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function Ne(i,e){let t=Uint32Array.from(i);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let s of t)n[s>>3]|=1<<(s&7);return{encoding:"bitset",buffer:n.buffer}}function qe(i,e){if(!e)return[];if(i.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let s=0;s<8;s++)e[n]&1<<s&&t.push(n*8+s);return t}var Oe=["selection","pruned"],St=["selection","pruned","hovered","query","images","valid","spurious","vocabulary","target","thresholds","mode","color_by"],me=class i{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new pe(t.layers);for(let s of St)e.on(`state:${s}`,(r,o)=>{this.#t.get(s)||this.#n(s,r,o[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",images:[],vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:s}=await e.request("hello"),r=new i(e,n.about,t);return n.states.forEach((l,a)=>{r.#n(l.state,l,s[a])}),r}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Be(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],s={field:e};if(Oe.includes(e)){let r=Ne(t,this.components.total);s.encoding=r.encoding,n.push(r.buffer)}else s.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",s,{buffers:n}).then(({body:r,buffers:o})=>{this.#t.get(e)===1&&this.#n(e,r,o[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let s=Oe.includes(e)?qe(t,n):t.value;Be(this.values[e],s)||(this.values[e]=s,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Be(i,e){return Array.isArray(i)&&Array.isArray(e)?i.length===e.length&&i.every((t,n)=>t===e[n]):i===e}function O(i,e){return{render({model:t,el:n}){let s=Ie(n,i.name,i.title,i.css),r=new ue(t,a=>s.notice(Ue[a],a)),o=[],l=!0;return r.on("event:unanswered",({message:a})=>a?s.fail(a):s.clearError()),s.busy("Asking the kernel …"),me.open(r,s.fail).then(a=>{l&&(s.busy(null),e({frame:s,client:r,shared:a,onClose:c=>{o.push(c)}}))}).catch(a=>{s.busy(null),s.fail(a)}),()=>{l=!1;for(let a of o)a();r.close(),s.close()}}}}var Tt=["valid","spurious","both","unexpected"];function Ct({frame:i,client:e,shared:t,onClose:n}){let s=[],r=d("select",{title:"The class whose relevance sizes the points"},d("option",{value:""},"none"));for(let p of t.about.classes)r.append(d("option",{value:p},p));r.addEventListener("change",()=>t.set("target",r.value||null)),r.disabled=t.about.classes.length===0,i.tools.append(d("label",{class:"slens-field"},"Target class",r));let o=d("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(p=>{let v=d("input",{"aria-label":`Add a ${p} concept`,placeholder:p==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),E=d("div",{class:"slens-chips"},v);E.style.setProperty("--tone",`var(--s-${p})`);let M=()=>{let g=v.value.split(",").map(C=>C.trim()).filter(Boolean);v.value="",g.length>0&&t.set(p,[...new Set([...t.values[p],...g])])};v.addEventListener("keydown",g=>{g.key==="Enter"||g.key===","?(g.preventDefault(),M()):g.key==="Backspace"&&v.value===""&&t.set(p,t.values[p].slice(0,-1))}),v.addEventListener("blur",M);let w=()=>{for(let g of E.querySelectorAll(".slens-chip"))g.remove();for(let g of t.values[p]){let C=s.some(L=>g.toLowerCase().includes(L.toLowerCase())),S=d("button",{type:"button","aria-label":`Remove ${g}`,title:`Remove ${g}`,onclick:()=>t.set(p,t.values[p].filter(L=>L!==g))},"×"),R=C?"Has words that are not in this model's vocabulary":g;v.before(d("span",{class:C?"slens-chip slens-odd":"slens-chip",title:R},g,S))}v.placeholder=t.values[p].length>0?"":v.getAttribute("data-hint")??""};return v.dataset.hint=v.placeholder,{field:p,box:E,redraw:w}}),a=d("div",{class:"slens-concepts"});for(let{field:p,box:v}of l){let E=d("span",{},p);E.style.color=`var(--s-${p})`,a.append(E,v)}let c=Q("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");i.body.append(a,o,c);function u(){for(let p of l)p.redraw();r.value=t.values.target??""}function h(p){i.busy(null),typeof p.error=="string"?i.fail(p.error):i.clearError();let v=Number(p.rows);s=p.unknown??[],u(),c.hidden=v>0||typeof p.error=="string",o.hidden=v===0;let E=p.counts??{};o.replaceChildren(...Tt.map(w=>d("button",{type:"button",title:`Select the ${E[w]??0} components in “${w}”`,onclick:()=>{e.request("choose",{quadrant:w}).catch(i.fail)}},`${w} ${E[w]??0}`)));let M=[];v>0&&M.push(p.sized?`Size: ${String(p.relevance)}`:"Choose a target class to size the points by relevance."),Number(p.left_out)>0&&M.push(`${p.left_out} of the least aligned are not drawn.`),s.length>0&&M.push(`Unknown words: ${s.join(", ")}.`),i.status(M.join(" ")),i.root.dataset.rows=String(v),i.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",v===0)}function b(){let{theme:p,foreground:v,muted:E,line:M,background:w}=de(i.root);e.request("look",{theme:p,foreground:v,muted:E,line:M,background:w}).catch(i.fail)}n(e.on("event:aligned",h)),n(e.on("event:progress",p=>i.busy(String(p.stage),p))),t.on(["valid","spurious","target"],u),i.onTheme(b),u(),b(),e.request("aligned").then(({body:p})=>{h(p),i.ready()}).catch(i.fail)}var _e=O({name:"alignment",title:"Alignment",css:Re},Ct);var Ke=`.slens.slens-dashboard-bar {
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
`;var Pt=[{variable:"--slens-x",label:"first column",vertical:!0,start:50,least:20,most:80},{variable:"--slens-x2",label:"second column",vertical:!0,start:36,least:15,most:60},{variable:"--slens-y",label:"first row",vertical:!1,start:600,least:260,most:1600},{variable:"--slens-y2",label:"last row",vertical:!1,start:540,least:260,most:1600}],je={percent:2,pixels:24};function We(i){let e=Pt.map(t=>Ht(i,t));return i.append(...e),()=>{for(let t of e)t.remove()}}function Ht(i,e){let t=e.vertical?"%":"px",n=e.vertical?je.percent:je.pixels,s=d("div",{class:"slens-splitter",role:"separator",tabindex:0,"aria-orientation":e.vertical?"vertical":"horizontal","aria-label":`Size of the ${e.label}`,"aria-valuemin":e.least,"aria-valuemax":e.most,title:"Drag, or press the arrow keys, to resize; Enter or a double click puts it back"});s.dataset.line=e.variable;let r=u=>{s.setAttribute("aria-valuenow",String(Math.round(u))),s.setAttribute("aria-valuetext",`${Math.round(u)} ${e.vertical?"percent":"pixels"}`)},o=()=>Number(s.getAttribute("aria-valuenow")),l=u=>{let h=Math.min(e.most,Math.max(e.least,u));i.style.setProperty(e.variable,`${h}${t}`),r(h)},a=()=>{i.style.removeProperty(e.variable),c()},c=()=>{let u=Number.parseFloat(getComputedStyle(i).getPropertyValue(e.variable));r(Number.isFinite(u)?u:e.start)};return s.addEventListener("keydown",u=>{u.stopPropagation();let h=e.vertical?"ArrowRight":"ArrowDown",b=e.vertical?"ArrowLeft":"ArrowUp";if(u.key===h)l(o()+n);else if(u.key===b)l(o()-n);else if(u.key==="Home")l(e.least);else if(u.key==="End")l(e.most);else if(u.key==="Enter")a();else return;u.preventDefault()}),s.addEventListener("focus",c),s.addEventListener("dblclick",a),s.addEventListener("pointerdown",u=>{if(u.button!==0)return;u.preventDefault(),s.focus(),s.setPointerCapture?.(u.pointerId),c();let h={value:o(),at:e.vertical?u.clientX:u.clientY},b=v=>{let E=(e.vertical?v.clientX:v.clientY)-h.at;l(h.value+(e.vertical?100*E/i.clientWidth:E))},p=()=>{s.removeEventListener("pointermove",b),s.removeEventListener("pointerup",p),s.removeEventListener("pointercancel",p)};s.addEventListener("pointermove",b),s.addEventListener("pointerup",p),s.addEventListener("pointercancel",p)}),r(e.start),s}function Rt({frame:i,client:e,shared:t,onClose:n}){let{components:s,about:r}=t,o=d("span",{class:"slens-quiet"}),l=d("button",{type:"button",title:"Select nothing",onclick:()=>t.set("selection",[])},"Clear selection"),a=(g,C={})=>{e.request(g,C).then(({body:S})=>{i.clearError(),p(S)}).catch(i.fail)},c=N("M6 3L2.5 6.5 6 10M3 6.5h6a4 4 0 010 8H7","Undo the last change of the pruned set",()=>a("undo")),u=N("M10 3l3.5 3.5L10 10M13 6.5H7a4 4 0 000 8h2","Redo it",()=>a("redo")),h=d("input",{"aria-label":"Name of this trail",placeholder:"name this trail",title:"What you do is kept as a trail; a name makes it stay: audit.open_trail(name) brings it back",maxlength:80,spellcheck:"false",autocomplete:"off"}),b=d("form",{},h,d("button",{type:"submit",title:"Keep what was done so far, and what follows, under this name"},"Save"));b.addEventListener("submit",g=>{g.preventDefault(),h.value.trim()?a("save_trail",{name:h.value.trim()}):h.focus()}),i.tools.append(o,l,c,u,b);function p(g){c.disabled=g.undo!==!0,u.disabled=g.redo!==!0,document.activeElement!==h&&(h.value=String(g.trail??"")),i.root.dataset.trail=String(g.trail??"")}function v(){let{selection:g,pruned:C}=t.values,S=L=>L.toLocaleString("en"),R=r.layers.length;o.textContent=[`${S(s.total)} components`,`${S(g.length)} selected`,`${S(C.length)} pruned`].join(" · "),o.title=`In ${R} ${R===1?"layer":"layers"}, ${r.m} examples each`,l.disabled=g.length===0,i.root.dataset.selected=String(g.length)}let E,M=()=>{let g=i.root.closest(".slens-dashboard")?.querySelector(".slens-grid");return g&&!E&&(E=We(g)),g!=null},w=M()?void 0:setInterval(()=>M()&&clearInterval(w),200);n(()=>{clearInterval(w),E?.()}),n(e.on("event:bar",p)),t.on(["selection","pruned"],v),v(),e.request("bar").then(({body:g})=>{p(g),i.ready()}).catch(i.fail)}var Ge=O({name:"dashboard-bar",title:"Audit",css:Ke},Rt);var B=28,Ve=["crop","box","heatmap"],Ft={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},fe=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.#s=Ve.map(l=>d("button",{type:"button",title:Ft[l],onclick:()=>this.#l(l)},l));let r=d("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#s),o=N("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),s()});this.element.append(d("header",{},this.#e,this.#t,r,o),this.#n),this.#l("crop")}client;shared;failed;element=d("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=d("b");#t=d("span",{class:"slens-quiet"});#n=d("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#s;#r="crop";#i=-1;#o=[];hide(){this.#i=-1,this.element.hidden=!0}async open(e){if(e!==this.#i){this.#i=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#i&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,s=e.scores;this.#t.textContent=`clarity ${s.clarity?.toFixed(2)} · polysemanticity ${s.polysemanticity?.toFixed(2)} · redundancy ${s.redundancy?.toFixed(2)}`;let r=this.#i,o=t[0]??new Uint8Array,l=await Promise.all(n.map((a,c)=>createImageBitmap(new Blob([t[c+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(r===this.#i){this.#o=[],this.#n.replaceChildren(...n.map((a,c)=>{let u=d("canvas",{role:"img","aria-label":`Example ${c+1}: ${a.name}`}),h=o.subarray(c*B*B,(c+1)*B*B),b=l[c];b&&this.#o.push(()=>Dt(u,b,a.box,h,this.#r));let p=[a.label,a.activation.toPrecision(3)].filter(Boolean).join(" · ");return d("figure",{title:`${a.name}, activation ${a.activation.toPrecision(4)}`},u,d("figcaption",{},p))})),this.#n.scrollTop=0;for(let a of this.#o)a();this.element.dataset.component=String(r)}}#l(e){this.#r=e,this.#s.forEach((t,n)=>{t.setAttribute("aria-pressed",String(Ve[n]===e))});for(let t of this.#o)t()}};function Dt(i,e,t,n,s){let{width:r,height:o}=e,[l,a,c,u]=[t[0]*r,t[1]*o,t[2]*r,t[3]*o],h=i.getContext("2d");if(!h)return;if(s==="crop"){i.width=i.height=224,h.drawImage(e,l,a,Math.max(c-l,1),Math.max(u-a,1),0,0,224,224);return}let b=224/Math.max(r,o);if(i.width=Math.round(r*b),i.height=Math.round(o*b),h.drawImage(e,0,0,i.width,i.height),s==="heatmap"){h.drawImage(zt(n),0,0,i.width,i.height);return}for(let[p,v]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])h.lineWidth=p,h.strokeStyle=v,h.strokeRect(l*b+2,a*b+2,(c-l)*b-4,(u-a)*b-4)}function zt(i){let e=d("canvas",{width:B,height:B}),t=e.getContext("2d"),n=t.createImageData(B,B);for(let s=0;s<B*B;s++)n.data[4*s+3]=215*(1-Math.sqrt((i[s]??0)/255));return t.putImageData(n,0,0),e}var Je=`.slens-search {
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
`;var It=0,ge=class{constructor(e,t,n){this.input=e;this.options=t;this.take=n;this.element=d("div",{class:"slens-suggestions slens-scroll",role:"listbox",id:this.#s,hidden:!0,"aria-label":"Suggestions"});for(let[s,r]of[["role","combobox"],["aria-autocomplete","list"],["aria-haspopup","listbox"],["aria-expanded","false"],["aria-controls",this.#s]])e.setAttribute(s,r);e.addEventListener("input",()=>{this.#r()}),e.addEventListener("click",()=>{e.value===""&&this.#r()}),e.addEventListener("blur",()=>this.hide()),e.addEventListener("keydown",s=>this.#a(s)),this.element.addEventListener("mousedown",s=>s.preventDefault()),this.element.addEventListener("click",s=>{let r=s.target.closest("[role=option]");r&&this.#o(Number(r.dataset.index))})}input;options;take;element;#e=[];#t=-1;#n=0;#s=`slens-suggestions-${It++}`;hide(){this.#n++,this.#t=-1,this.element.hidden=!0,this.input.setAttribute("aria-expanded","false"),this.input.removeAttribute("aria-activedescendant")}async#r(e=-1){let t=++this.#n;try{let n=await this.options();if(t!==this.#n)return;this.#e=n}catch(n){if(!(n instanceof I))throw n;this.#e=[]}if(this.#e.length===0)return this.hide();this.element.replaceChildren(...this.#e.map(({text:n,recent:s},r)=>d("div",{role:"option",id:`${this.#s}-${r}`,"data-index":r,"aria-selected":"false"},s?Te("M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3l2 2"):d("i"),d("span",{},n),...s?[d("span",{class:"slens-quiet"},"asked before")]:[]))),this.element.hidden=!1,this.input.setAttribute("aria-expanded","true"),this.#i(e<0?-1:e)}#i(e){this.#t=e,this.element.querySelectorAll("[role=option]").forEach((t,n)=>{t.setAttribute("aria-selected",String(n===e)),n===e&&t.scrollIntoView?.({block:"nearest"})}),e<0?this.input.removeAttribute("aria-activedescendant"):this.input.setAttribute("aria-activedescendant",`${this.#s}-${e}`)}#o(e){let t=this.#e[e];this.hide(),t&&this.take(t)}#a(e){let t=!this.element.hidden;if(e.key==="ArrowDown"||e.key==="ArrowUp"){e.preventDefault();let n=this.#e.length-1;t?e.key==="ArrowDown"?this.#i(this.#t>=n?0:this.#t+1):this.#i(this.#t<=0?n:this.#t-1):this.#r(0)}else e.key==="Enter"&&t&&this.#t>=0?(e.preventDefault(),this.#o(this.#t)):e.key==="Escape"&&t&&(e.preventDefault(),e.stopPropagation(),this.hide())}};var ie=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let s=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:s,bytes:t.length}),this.#t+=t.length;for(let[r,o]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(o.url),this.#t-=o.bytes,this.#e.delete(r)}return s}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},Y=class{constructor(e,t,n,s="strips"){this.client=e;this.failed=t;this.lane=s;this.#s=n}client;failed;lane;#e=new ie;#t=[];#n=!1;#s;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,s)=>{let r=t[s];r&&this.#s(n,this.#e.put(String(n),r))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function G(i,e){i.style.backgroundImage=e?`url(${e})`:"none",i.style.backgroundSize="auto 100%"}var Nt=3e6,qt=1024,Ot=["A concept in words, for example: ruler","Commas part several, of which any may match: ruler, band-aid","A minus means not this: ruler, -hair lists rulers without those that also match hair more than most do","Paste or drop an image to search by it."].join(`
`);function Bt(i,e){let t=[],n=i.toLowerCase();for(let r of e.map(o=>o.toLowerCase()).filter(Boolean))for(let o=n.indexOf(r);o>=0;o=n.indexOf(r,o+r.length))!/[\p{L}\p{N}]/u.test((n[o-1]??" ")+(n[o+r.length]??" "))&&!t.some(([a,c])=>o<c&&o+r.length>a)&&t.push([o,o+r.length]);t.sort(([r],[o])=>r-o);let s=[0,...t.flat(),i.length];return s.slice(1).map((r,o)=>i.slice(s[o],r))}var be=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.again=s;let r=t.about.searchable;this.input=d("input",{type:"search",placeholder:r?"Search: what should the component encode?":"Search needs a foundation model: sw.Audit(db, foundation_model=…)","aria-label":"Query; commas part several, a minus means not this",title:Ot,spellcheck:"false",autocomplete:"off",disabled:!r}),this.#r=new ge(this.input,()=>this.#d(),a=>this.#c(a));let o=d("input",{type:"file",accept:"image/*",multiple:!0,hidden:!0,title:"Image files"});o.addEventListener("change",()=>{this.add([...o.files??[]]),o.value=""});let l=N("M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01","Search by an image: choose a file here, or paste or drop one",()=>o.click());l.disabled=!r,this.form=d("form",{class:"slens-search",role:"search"},d("div",{class:"slens-box"},this.#e,this.input,this.#r.element),l,o,d("button",{type:"submit",class:"slens-main",title:"Rank the components by this query",disabled:!r},"Search")),this.asked=d("div",{class:"slens-asked",hidden:!0},this.#t,this.#n),this.#i=he(250,()=>{this.#l()}),this.form.addEventListener("submit",a=>{a.preventDefault(),this.submit()}),this.input.addEventListener("search",()=>{this.input.value===""&&this.shared.set("query","")}),this.input.addEventListener("input",()=>{this.#o([]),this.#i()}),this.input.addEventListener("scroll",()=>this.#a()),this.input.addEventListener("paste",a=>{let c=[...a.clipboardData?.files??[]];c.length!==0&&(a.preventDefault(),this.add(c))}),t.on(["images"],()=>{this.#u()}),this.#u()}client;shared;failed;again;form;asked;input;#e=d("div",{class:"slens-behind","aria-hidden":"true"});#t=d("span",{class:"slens-chips",role:"list","aria-label":"Images of the query"});#n=d("span",{class:"slens-unknown",role:"status",hidden:!0});#s=new ie(4e6);#r;#i;submit(){this.#r.hide();let e=this.input.value.trim();e===this.shared.values.query?this.again():this.shared.set("query",e)}acceptDrops(e){if(!this.shared.about.searchable)return;let t=s=>{s.dataTransfer?.types.includes("Files")&&(s.preventDefault(),s.stopPropagation(),e.dataset.dropping="true")},n=()=>{delete e.dataset.dropping};e.addEventListener("dragenter",t),e.addEventListener("dragover",t),e.addEventListener("dragleave",s=>{e.contains(s.relatedTarget)||n()}),e.addEventListener("drop",s=>{n();let r=[...s.dataTransfer?.files??[]];r.length!==0&&(s.preventDefault(),s.stopPropagation(),this.add(r))})}async add(e){for(let t of e)try{let n=t.size>Nt?await _t(t):await t.arrayBuffer();await this.client.request("add_image",{name:t.name},{buffers:[n]})}catch(n){this.failed(n)}}mark(e){this.#i.cancel(),this.input.value.trim()!==this.shared.values.query&&(this.input.value=this.shared.values.query),this.#o(e),this.#n.hidden=e.length===0;let t=e.flatMap((n,s)=>[s>0?", ":"",d("mark",{},n)]);this.#n.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...t),this.#p()}close(){this.#i.cancel(),this.#s.close()}#o(e){this.input.setAttribute("aria-invalid",String(e.length>0)),this.#e.replaceChildren(...Bt(this.input.value,e).map((t,n)=>n%2?d("mark",{},t):t)),this.#a()}#a(){this.#e.scrollLeft=this.input.scrollLeft}async#l(){let e=this.input.value;if(e.trim()!=="")try{let{body:t}=await this.client.request("unknown",{query:e},{lane:"unknown"});this.input.value===e&&this.#o(t.unknown)}catch{}}async#d(){let{body:e}=await this.client.request("suggestions",{},{lane:"suggestions"}),t=this.input.value.toLowerCase(),n=e.recent.filter(h=>h!==this.input.value&&h.toLowerCase().startsWith(t)).slice(0,t?3:8).map(h=>({text:h,value:h,recent:!0})),s=(/[^,]*$/.exec(this.input.value)?.[0]??"").trim(),r=s.replace(/^[-−]\s*/,"").toLowerCase();if(r===""&&this.input.value.trim()!==""&&s==="")return n;let o=this.input.value.slice(0,this.input.value.length-/[^,]*$/.exec(this.input.value)[0].length),l=/^[-−]/.test(s)?"-":"",a=e.words.filter(h=>h.toLowerCase()!==r),c=a.filter(h=>h.toLowerCase().startsWith(r)),u=a.filter(h=>!h.toLowerCase().startsWith(r)&&h.toLowerCase().includes(r));return[...n,...[...c,...u].slice(0,8).map(h=>({text:h,value:`${o}${o?" ":""}${l}${h}`.replace(/,\s+/g,", "),recent:!1}))]}#c(e){this.input.value=e.value,this.submit()}async#u(){let e=this.shared.values.images;this.#t.replaceChildren(...e.map(t=>this.#h(t))),this.#p()}#h(e){let t=e.startsWith("-"),n=t?e.slice(1):e,s=d("img",{alt:""}),r=d("span"),o=()=>this.shared.values.images.filter(u=>u!==e),l=d("button",{type:"button","aria-pressed":String(t),title:t?"Not this: click to search for what matches it":"Click to exclude what matches this image",onclick:()=>this.shared.set("images",this.shared.values.images.map(u=>u===e?t?n:`-${n}`:u))},t?"not this":"like this"),a=N("M4 4l8 8M12 4l-8 8","Remove this image from the query",()=>{this.shared.set("images",o()),this.input.focus()}),c=(u,h)=>{s.src=u,r.textContent=h,r.title=h};return this.client.request("query_image",{digest:n}).then(({body:u,buffers:h})=>{h[0]&&c(this.#s.put(n,h[0]),String(u.name))}).catch(this.failed),d("span",{class:"slens-chip",role:"listitem","data-unwanted":String(t)},s,r,l,a)}#p(){this.asked.hidden=this.#n.hidden&&this.shared.values.images.length===0}};async function _t(i){let e=await createImageBitmap(i).catch(()=>{let r=(i.size/1e6).toFixed(1);throw new Error(`“${i.name}” has ${r} MB and can't be read here; save it as a JPEG below 3 MB.`)}),t=Math.min(1,qt/Math.max(e.width,e.height)),n=d("canvas",{width:Math.max(1,e.width*t),height:Math.max(1,e.height*t)});n.getContext("2d")?.drawImage(e,0,0,n.width,n.height),e.close();let s=await new Promise(r=>n.toBlob(r,"image/jpeg",.92));if(!s)throw new Error(`“${i.name}” can't be scaled down; save it as a JPEG below 3 MB.`);return s.arrayBuffer()}function Ye(i,e,t,n){let s=[];for(let l=0;l<i.total;l++)e.layer!==null&&i.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||s.push(l);let r=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!r)return s;let o=l=>Number.isFinite(r[l])?r[l]:-1/0;return s.sort((l,a)=>{let[c,u]=[o(l),o(a)];return c===u?l-a:u>c?1:-1})}function Xe(i,e,t,n,s){let r=i[e];if(r===void 0)return n;if(s.extend&&t>=0){let o=i.slice(Math.min(t,e),Math.max(t,e)+1);return s.toggle?[...new Set([...n,...o])]:o}return s.toggle?n.includes(r)?n.filter(o=>o!==r):[...n,r]:[r]}var Qe=15e6,Ze=3,ne=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=d("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#p(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#s=Number(n.dataset.index),this.options.choose(this.#s,t),this.#h())}),typeof ResizeObserver<"u"&&(this.#o=new ResizeObserver(()=>this.#a()),this.#o.observe(this.element))}options;element;#e=d("div",{role:"presentation"});#t=[];#n=0;#s=0;#r="";#i=0;#o;get active(){return this.#s}set count(e){this.#n=e,this.#s=Math.min(this.#s,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,Qe)}px`,this.redraw()}top(){this.#s=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#n)return;this.#s=e;let t=this.options.rowHeight,n=this.element.clientHeight,s=e*t,r=this.#l();s<r?this.#d(s):s+t>r+n&&this.#d(s+t-n),this.redraw()}redraw(){this.#r="",this.#u()}close(){cancelAnimationFrame(this.#i),this.#o?.disconnect()}#a(){cancelAnimationFrame(this.#i),this.#i=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#c()}#d(e){this.element.scrollTop=e/this.#c()}#c(){let e=this.element.clientHeight,t=this.#n*this.options.rowHeight-e,n=Math.min(this.#n*this.options.rowHeight,Qe)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),s=Math.max(0,Math.floor(n/e)-Ze),r=Math.min(this.#n,Math.ceil((n+t)/e)+Ze),o=`${s} ${r} ${n}`;if(o===this.#r)return;for(this.#r=o;this.#t.length<r-s;){let a=d("div",{role:"row",class:"slens-row"});a.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(a),this.#e.append(a)}let l=this.element.scrollTop-n;if(this.#t.forEach((a,c)=>{let u=s+c;a.hidden=u>=r,!a.hidden&&(a.style.transform=`translateY(${u*e+l}px)`,a.dataset.index=String(u),a.setAttribute("aria-rowindex",String(u+1)),a.tabIndex=u===this.#s?0:-1,this.options.draw(a,u))}),this.#s<s||this.#s>=r){let a=this.#t[0];a&&(a.tabIndex=0)}this.options.shown?.(s,r)}#h(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#s))?.focus({preventScroll:!0})}#p(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),r={ArrowDown:this.#s+1,ArrowUp:this.#s-1,PageDown:this.#s+n,PageUp:this.#s-n,Home:0,End:this.#n-1}[e.key];r!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(r,0),this.#n-1)),this.#h(),e.shiftKey&&this.options.choose(this.#s,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#s,e))}};var Kt=92;function jt({frame:i,client:e,shared:t,onClose:n}){let{components:s}=t,r=[],o,l,a=[],c,u=-1,h=null,b=!1,p=new Set(t.values.selection),v=new be(e,t,i.fail,()=>{m()});i.tools.style.flex="1 1 260px",i.tools.append(v.form),v.acceptDrops(i.root);let E=d("select",{title:"What the list is sorted by",onchange:()=>T(!0)});for(let[f,y]of[["score","match"],["clarity","clarity"],["name","layer"]])E.append(d("option",{value:f},y));let M=d("select",{title:"List one layer only",onchange:()=>{h=M.value===""?null:Number(M.value),T(!0)}},d("option",{value:""},"all layers"));s.layers.forEach((f,y)=>{M.append(d("option",{value:y},f.name))});let w=d("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{b=!b,T(!0)}}),g=d("div",{});g.style.cssText="display:flex;flex:1";let C=new Y(e,i.fail,(f,y)=>{for(let k of S.element.querySelectorAll(`[data-component="${f}"] .slens-strip`))G(k,y)}),S=new ne({label:"Components",rowHeight:Kt,draw:L,choose:P,shown:(f,y)=>C.want(r.slice(f,y))}),R=new fe(e,t,i.fail,()=>S.element.focus());i.body.append(v.asked,d("div",{class:"slens-bar2"},d("label",{class:"slens-field"},"Sort by",E),d("label",{class:"slens-field"},"Layer",M),w),S.element,g,R.element);function L(f,y){let k=r[y];f.setAttribute("aria-selected",String(p.has(k)));let $=t.values.pruned.includes(k),F=`${k} ${o?.[k]} ${c?.[k]} ${l?.[k]} ${$}`;if(f.dataset.state===F)return;f.dataset.state=F,f.dataset.component=String(k);let D=d("div",{class:"slens-line",role:"gridcell"},d("b",{},s.name(k)));$&&D.append(d("span",{class:"slens-tag"},"pruned")),o&&a.length>1&&D.append(d("span",{class:"slens-tag"},a[l?.[k]??0]??""));let z=d("span",{class:"slens-facts"}),U=(A,H,j)=>{H&&z.append(d("span",{class:"slens-fact",title:j},`${A} ${H[k].toFixed(2)}`))};U("match",o,"Cosine of the query with the component"),U("clarity",c,"How alike the examples are, 0 to 1"),D.append(z);let x=d("div",{class:"slens-strip"});G(x,C.get(k)),f.replaceChildren(D,d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},x))}function P(f,y){let k={toggle:y.ctrlKey||y.metaKey,extend:y.shiftKey},$=Xe(r,f,u,t.values.selection,k);k.extend||(u=f),t.set("selection",$),R.open(r[f])}function T(f){for(let F of E.options)F.value==="score"&&(F.disabled=!o);!o&&E.value==="score"&&(E.value="clarity"),w.setAttribute("aria-pressed",String(b)),w.textContent=`Selected only (${p.size.toLocaleString("en")})`,r=Ye(s,{order:E.value,layer:h,only:b?p:null},o,c),S.element.hidden=r.length===0,g.hidden=r.length>0,r.length===0&&g.replaceChildren(Q("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),f&&(S.top(),u=-1),S.count=r.length;let y=t.values.images.length,k=[...t.values.query?[`“${t.values.query}”`]:[],...y?[`${y} image${y>1?"s":""}`]:[]],$=k.length?`by match with ${k.join(" and ")}`:"type a query to rank them by what they encode";i.status(`${r.length.toLocaleString("en")} components, ${$}`)}async function m(){let{query:f,images:y}=t.values;if(v.mark([]),f===""&&y.length===0){e.cancel("search"),o=void 0,i.busy(null),T(!0);return}i.busy("Searching …");try{let{body:k,buffers:$}=await e.request("search",{query:f,images:y},{lane:"search",progress:F=>i.busy(F.stage,F)});i.clearError(),a=k.texts,o=$[0]?W($[0]):void 0,l=te($[1]),v.mark(k.unknown),o&&(E.value="score"),i.root.dataset.query=f,T(!0),i.busy(null)}catch(k){i.fail(k),t.values.query===f&&i.busy(null)}}t.on(["query","images"],()=>{m()}),t.on(["selection"],()=>{p=new Set(t.values.selection),T(!1);let[f]=t.values.selection;p.size===1&&f!==void 0&&f!==r[S.active]&&(S.reveal(r.indexOf(f)),R.open(f))}),t.on(["pruned"],()=>S.redraw()),n(()=>{v.close(),S.close(),C.close()}),T(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:f})=>{c=W(f[0]),T(!1)}).catch(i.fail).finally(()=>{(t.values.query||t.values.images.length)&&m(),i.ready()})}var et=O({name:"gallery",title:"Components",css:Je},jt);function tt(i,e){let t,n=s=>{let r=i.getBoundingClientRect();return[s.clientX-r.left,s.clientY-r.top]};i.addEventListener("pointerdown",s=>{if(s.button!==0)return;i.setPointerCapture?.(s.pointerId);let r=n(s);t={from:r,last:r,lasso:e.lasso()||s.shiftKey?[r]:null,moved:!1}}),i.addEventListener("pointermove",s=>{let r=n(s);if(!t){e.hover(r);return}Math.hypot(r[0]-t.from[0],r[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(r),e.outline(t.lasso)):e.pan(r[0]-t.last[0],r[1]-t.last[1]),t.last=r)}),i.addEventListener("pointerup",s=>{let r=t;if(t=void 0,e.outline([]),!r)return;let o=s.ctrlKey||s.metaKey;r.moved&&r.lasso?e.lassoed(r.lasso,o):r.moved||e.clicked(r.from,o||s.shiftKey)}),i.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),i.addEventListener("pointerleave",()=>e.hover(null)),i.addEventListener("wheel",s=>{s.preventDefault(),e.hover(null),e.zoom(Math.exp(-s.deltaY*(s.deltaMode===1?.05:.002)),n(s))},{passive:!1})}var ve=class{constructor(e,t,n){this.shared=e;this.failed=t;this.changed=n;e.on(["vocabulary"],()=>{this.#i()}),this.#i()}shared;failed;changed;#e=[];#t=new Uint32Array;#n=[];#s=1;#r="";name(e){return this.#e[this.#t[e]??-1]}score(e){return this.#n[0]?.[e]??Number.NaN}margin(e){return this.#n[1]?.[e]??Number.NaN}certificate(e){return this.#n[2]?.[e]??Number.NaN}trust(e){let t=this.certificate(e);return Number.isNaN(t)?"open":t>=this.#s?"certified":"doubtful"}chip(e){let t=this.name(e);if(t===void 0)return d("span",{class:"slens-label",hidden:!0});let n=this.trust(e),s=`score ${this.score(e).toFixed(2)}, ${this.margin(e).toFixed(2)} ahead of the next label`,r=`certificate ${this.certificate(e).toFixed(2)}`,o={certified:`“${t}”, ${r}: the component also fires on images of it that did not name it`,doubtful:`“${t}”? Do not rely on it: ${r}, below ${this.#s}`,open:`“${t}”, not certified: ${this.#r}`}[n],l=n==="doubtful"?" ?":"";return d("span",{class:"slens-label","data-trust":n,title:`${o}; ${s}`},t+l)}async#i(){try{let{body:e,buffers:t}=await this.shared.client.request("labels",{},{lane:"labels"});this.#e=e.names,this.#t=te(t[0]),this.#n=t.slice(1).map(W),this.#s=Number(e.trusted_from),this.#r=String(e.reason),this.changed()}catch(e){this.failed(e)}}};var nt=`.slens-plane {
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
`;var Gt={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Vt={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},Jt={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},Z=48,ee=16,_=63;function Yt(i,e){let t=Math.min(Math.max(e,0),1)*(i.length-1),n=Math.min(Math.floor(t),i.length-2),[s,r]=[q(i[n]),q(i[n+1])];return`#${s.map((l,a)=>Math.round(l+(r[a]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function oe(i,e,t=8){if(i==="categories"&&t<=8)return Gt[e];let n=i==="diverging"?Jt[e]:Vt[e],s=i==="categories"?Math.min(t,_):Z;return Array.from({length:s},(r,o)=>Yt(n,o/(s-1)))}function st(i,e){let[t,n]=[1/0,-1/0];for(let s of i)Number.isFinite(s)&&(s<t&&(t=s),s>n&&(n=s));if(t>n)return[0,1];if(e==="diverging"){let s=Math.max(Math.abs(t),Math.abs(n))||1;return[-s,s]}return t===n?[t,t+1]:[t,n]}function rt(i,[e,t]){let n=new Uint8Array(i.length),s=Z/(t-e);for(let r=0;r<i.length;r++){let o=Math.floor((i[r]-e)*s);n[r]=Number.isNaN(o)?_:Math.min(Math.max(o,0),Z-1)}return n}var ye=[{by:"layer",label:"layer",scale:"categories"},{by:"label",label:"label",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"polysemanticity",label:"polysemanticity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging",ends:["spurious","valid"],needs:["valid","spurious"]},{by:"relevance",label:"relevance",scale:"sequential",needs:["target"]},{by:"score",label:"search score",scale:"sequential",needs:["query"]},{by:"pruned",label:"pruned",scale:"categories"}],xe=class{constructor(e,t,n){this.drawn=e;this.labels=t;this.changed=n;let{shared:s}=e;s.on(["color_by"],()=>{n(!0),this.load()}),s.on(["query","valid","spurious","target"],r=>{this.colouring.needs?.includes(r)&&this.load()})}drawn;labels;changed;#e;#t=!1;get colouring(){let{color_by:e}=this.drawn.shared.values;return ye.find(({by:t})=>t===e)??ye[0]}value(e){let t=this.#e?.[e];return t===void 0?"":`${this.colouring.label} ${Number.isFinite(t)?t.toFixed(2):"unknown"}`}async load(){let{client:e,frame:t}=this.drawn,{by:n,scale:s}=this.colouring;if(this.#e=void 0,this.#t=s!=="categories",!this.#t)e.cancel("colour");else{this.changed(!1);try{let{body:r,buffers:o}=await e.request("colour",{by:n},{lane:"colour",progress:l=>t.busy(l.stage,l)});t.clearError(),this.#e=r.available===!0?W(o[0]):void 0}catch(r){t.fail(r)}if(t.busy(null),n!==this.colouring.by)return;this.#t=!1}this.changed(!1)}paint(e){let{by:t,scale:n}=this.colouring;return t==="layer"?this.#r(e):t==="pruned"?this.#i(e):t==="label"?this.#s(e)??this.#n(e):this.#e?this.#o(e,n,this.#e):this.#n(e)}controls(){let{about:e,values:t}=this.drawn.shared;if(this.colouring.by!=="relevance"||!e.live)return[];let n=d("select",{title:"The class whose relevance colours the points",onchange:()=>this.drawn.shared.set("target",n.value||null)});n.append(d("option",{value:""},"choose …"));for(let s of e.classes)n.append(d("option",{value:s},s));return n.value=t.target??"",[d("label",{class:"slens-field"},"For class",n)]}#n(e){let t=new Uint8Array(this.drawn.shared.components.total);return{levels:t,palette:[e.muted],groups:t,legend:{text:this.#a()}}}#s(e){let{total:t}=this.drawn.shared.components,n=new Map;for(let h=0;h<t;h++){let b=this.labels.name(h);b!==void 0&&n.set(b,(n.get(b)??0)+1)}if(n.size===0)return;let s=oe("categories",e.theme),r=[...n].sort((h,b)=>b[1]-h[1]).slice(0,n.size>8?7:8),o=new Map(r.map(([h],b)=>[h,b])),l=new Uint8Array(t);for(let h=0;h<t;h++)l[h]=o.get(this.labels.name(h)??"")??_;let a=r.map(([h,b],p)=>({group:p,name:h,tone:s[p],count:b})),c=t-a.reduce((h,{count:b})=>h+b,0),u=n.size-r.length;return c>0&&a.push({group:_,name:u>0?`${u.toLocaleString("en")} more labels`:"no label",tone:e.muted,count:c}),{levels:l,palette:it(s.slice(0,8),e),groups:l,legend:{keys:a}}}#r(e){let{layers:t,layerOf:n}=this.drawn.shared.components,s=oe("categories",e.theme,t.length),r=t.map(({name:l,count:a},c)=>({group:c,name:l,tone:s[c%s.length],count:a}));return{levels:Uint8Array.from(n,l=>l%s.length),palette:s,groups:n,legend:{keys:r}}}#i(e){let{components:t,values:n}=this.drawn.shared,s=new Uint8Array(t.total);for(let a of n.pruned)s[a]=1;let r=oe("categories",e.theme).slice(0,2),l=[t.total-n.pruned.length,n.pruned.length].map((a,c)=>({group:c,name:`${c?"pruned":"kept"} (${a.toLocaleString("en")})`,tone:r[c],count:a}));return{levels:s,palette:r,groups:s,legend:{keys:l}}}#o(e,t,n){let s=st(n,t),r=oe(t,e.theme),o=rt(n,s),l=new Array(ee).fill(0),a=0,c=o.map(b=>{if(b===_)return a++,_;let p=Math.floor(b*ee/Z);return l[p]++,p}),{label:u,ends:h=["low","high"]}=this.colouring;return{levels:o,palette:it(r,e),groups:c,legend:{label:u,tones:r,limits:s,ends:h,counts:l,missing:a,muted:e.muted}}}#a(){let{by:e,label:t}=this.colouring;if(this.#t)return`Computing ${t} …`;let{about:n,values:s}=this.drawn.shared;return e==="label"?"Set audit.session.vocabulary to a list of texts to colour the points by their labels.":e==="score"?"Type a query in the gallery to colour the points by how well they match it.":e==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":e==="relevance"&&!n.live?"Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….":e==="relevance"&&s.target===null?"Choose the class whose relevance colours the points.":`There is no ${t} to colour the points by.`}};function it(i,e){return Array.from({length:_+1},(t,n)=>i[n]??e.muted)}var Xt=10,we=class{element=d("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=d("b");#t=d("p");#n=d("div");#s=d("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#n,this.#t,this.#s)}show(e,t,n,s,r){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,this.#n.replaceChildren(s),G(this.#s,r)}place([e,t],n,[s,r]){let[o,l]=[this.element.offsetWidth||252,this.element.offsetHeight||116],a=n+Xt,c=e+a+o>s?e-o-a:e+a,u=Math.min(Math.max(t-l/2,4),r-l-4);this.element.style.left=`${Math.max(c,4)}px`,this.element.style.top=`${Math.max(u,4)}px`}arrived(e,t){e===this.#r&&G(this.#s,t)}};var Qt=50,ke=class{constructor(e,t,n,s){this.drawn=e;this.labels=t;this.view=n;this.on=s;let{client:r,frame:o,shared:l,onClose:a}=e;this.#e=new Y(r,o.fail,(c,u)=>this.card.arrived(c,u)),l.on(["hovered"],()=>{let{hovered:c}=l.values;(c??-1)!==this.id&&this.#n(c??-1)}),a(()=>{this.#t.cancel(),this.#e.close()}),this.place()}drawn;labels;view;on;id=-1;card=new we;ring=document.createElementNS("http://www.w3.org/2000/svg","circle");#e;#t=he(Qt,()=>this.drawn.shared.set("hovered",this.id<0?null:this.id));point(e){e!==this.id&&(this.#n(e),this.#t())}place(){let{id:e,ring:t,card:n,on:s,view:r}=this,o=e<0?void 0:s.place(e),l=o&&o[0]>=0&&o[1]>=0&&o[0]<=r.width&&o[1]<=r.height;t.style.display=l?"":"none",n.element.hidden=!l,!(!o||!l)&&(t.setAttribute("cx",String(o[0])),t.setAttribute("cy",String(o[1])),t.setAttribute("r",String(s.radius(e))),n.place(o,s.radius(e),[r.width,r.height]))}#n(e){let{shared:t,frame:n}=this.drawn;if(this.id=e,e<0){this.place(),this.on.left();return}let s=t.components.name(e),r=t.values.pruned.includes(e)?"pruned":"",o=[this.on.facts(e),r].filter(Boolean).join(" · "),l=o||`its ${t.about.m} strongest examples`;this.card.show(e,s,l,this.labels.chip(e),this.#e.get(e)),this.place(),this.#e.want([e]),n.status([s,this.labels.name(e),o].filter(Boolean).join(", "))}};function at(i){let[e,t,n,s]=[1/0,-1/0,1/0,-1/0];for(let c=0;c<i.length;c+=2)e=Math.min(e,i[c]),t=Math.max(t,i[c]),n=Math.min(n,i[c+1]),s=Math.max(s,i[c+1]);let[r,o]=[(e+t)/2,(n+s)/2],l=Math.max(t-e,s-n)/2||1,a=new Float32Array(i.length);for(let c=0;c<i.length;c+=2)a[c]=(i[c]-r)/l,a[c+1]=(i[c+1]-o)/l;return a}var Ee=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[s,r]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[o,l]=this.toWorld(t,n);this.x+=s-o,this.y+=r-l,this.#e()}show(e,t){let[n,s]=this.toScreen(e,t),r=Math.min(this.width,this.height)*.06;n>r&&s>r&&n<this.width-r&&s<this.height-r||(this.x=e,this.y=t)}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},Me=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let r=0;r<t;r++)n[r]=this.#n(e[2*r])+this.#n(e[2*r+1])*this.side,this.#e[n[r]+1]++;for(let r=0;r<this.side**2;r++)this.#e[r+1]+=this.#e[r];let s=this.#e.slice();this.#t=new Uint32Array(t);for(let r=0;r<t;r++)this.#t[s[n[r]]++]=r}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let s=-1,r=n*n;for(let o=this.#n(t-n);o<=this.#n(t+n);o++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let a=o*this.side+l;for(let c=this.#e[a];c<this.#e[a+1];c++){let u=this.#t[c],h=(this.xy[2*u]-e)**2+(this.xy[2*u+1]-t)**2;h<=r&&(s=u,r=h)}}return s}within([e,t],[n,s],r=1/0){let o=[];for(let l=this.#n(t);l<=this.#n(s);l++){let a=l*this.side+this.#n(e),c=l*this.side+this.#n(n);for(let u=this.#e[a];u<this.#e[c+1];u++){let h=this.#t[u],[b,p]=[this.xy[2*h],this.xy[2*h+1]];if(!(b<e||b>n||p<t||p>s)&&(o.push(h),o.length>r))return o}}return o}nearestOnes(e,t,n){let s=Math.min(n,this.xy.length/2),r=o=>(this.xy[2*o]-e)**2+(this.xy[2*o+1]-t)**2;for(let o=2/this.side;;o*=1.5){let l=this.within([e-o,t-o],[e+o,t+o]).filter(a=>r(a)<=o*o);if(l.length>=s)return l.sort((a,c)=>r(a)-r(c)).slice(0,s)}}lassoed(e){if(e.length<3)return new Uint32Array;let t=this.#r(e),[n,s]=[e.map(u=>u[0]),e.map(u=>u[1])],[r,o]=[this.#n(Math.min(...n)),this.#n(Math.max(...n))],l=new Uint8Array(this.xy.length/2),a=0;for(let u=this.#n(Math.min(...s));u<=this.#n(Math.max(...s));u++)for(let h=r;h<=o;h++){let b=u*this.side+h,[p,v]=[this.#e[b],this.#e[b+1]];if(p===v)continue;let E=t[b]?void 0:ot(this.#s(h),this.#s(u),e);if(E!==!1)for(let M=p;M<v;M++){let w=this.#t[M];(E||ot(this.xy[2*w],this.xy[2*w+1],e))&&(l[w]=1,a++)}}let c=new Uint32Array(a);for(let u=0,h=0;h<a;u++)l[u]&&(c[h++]=u);return c}#s(e){return(e+.5)/this.side*2-1}#r(e){let{side:t}=this,n=new Uint8Array(t*t);for(let s=0;s<t;s++)for(let r of[s,t*(t-1)+s,s*t,s*t+t-1])n[r]=1;return e.forEach(([s,r],o)=>{let[l,a]=e[(o+1)%e.length],c=Math.ceil(Math.max(Math.abs(l-s),Math.abs(a-r))*t)+1;for(let u=0;u<=c;u++){let h=this.#n(s+(l-s)*u/c),b=this.#n(r+(a-r)*u/c);for(let p=Math.max(b-1,0);p<=Math.min(b+1,t-1);p++)for(let v=Math.max(h-1,0);v<=Math.min(h+1,t-1);v++)n[p*t+v]=1}}),n}};function ot(i,e,t){let n=!1;for(let s=0,r=t.length-1;s<t.length;r=s++){let[o,l]=t[s],[a,c]=t[r];l>e!=c>e&&i<(a-o)*(e-l)/(c-l)+o&&(n=!n)}return n}function lt(i,e,t,n){let s=-1,r=1/0,[o,l]=[i[2*e],i[2*e+1]];for(let a=0;a<i.length/2;a++){let[c,u]=[i[2*a]-o,i[2*a+1]-l],h=c*t+u*n,b=Math.abs(c*n-u*t);if(a===e||h<=0||b>2*h)continue;let p=h+2*b;p<r&&(s=a,r=p)}return s}var Zt={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},en=8;function dt(i,e){let{view:t}=e,n={centre:-1,count:0};function s(o,l){let[a,c]=[e.hovered(),e.xy()],u=a>=0?lt(c,a,...o):e.selection()[0]??l.nearest(t.x,t.y,4);u<0||(t.show(c[2*u],c[2*u+1]),e.point(u))}function r(o,l){let a=e.hovered()>=0?e.hovered():e.selection()[0];if(a===void 0)return;let u=n.centre===a&&n.count===e.selection().length?Math.floor(o?n.count/2:n.count*2):o?1:en,h=l.nearestOnes(e.xy()[2*a],e.xy()[2*a+1],Math.max(u,1));n={centre:a,count:h.length},e.choose(h,!1)}i.addEventListener("keydown",o=>{let l=[t.width/2,t.height/2],a=Zt[o.key],c=e.grid();if(a&&o.ctrlKey)t.pan(-60*a[0],60*a[1]);else if(a&&c)s(a,c);else if(o.key==="+"||o.key==="=")t.zoomAt(1.4,...l);else if(o.key==="-")t.zoomAt(1/1.4,...l);else if(o.key==="0")t.fit();else if(o.key.toLowerCase()==="g"&&c)r(o.shiftKey,c);else if(o.key==="Escape")e.choose([],!1);else if((o.key==="Enter"||o.key===" ")&&e.hovered()>=0)e.choose([e.hovered()],o.ctrlKey||o.shiftKey);else return;o.preventDefault(),e.paint()})}var Ce=i=>Math.abs(i)>=.01||i===0?i.toFixed(2):i.toExponential(1),Ae=class{constructor(e){this.changed=e;this.element.addEventListener("keydown",t=>this.#i(t)),this.element.addEventListener("pointerup",()=>{this.#e=-1}),this.element.addEventListener("pointerleave",()=>{this.#e=-1})}changed;element=d("div",{class:"slens-legend"});highlighted=new Set;#e=-1;draw(e,t=[]){let n=this.element.getRootNode().activeElement,s=n&&this.element.contains(n)?n.dataset.group:void 0,r=d("button",{type:"button",class:"slens-key",title:"Highlight everything again",onclick:()=>this.clear()},"show all");r.hidden=this.highlighted.size===0,"text"in e?this.element.replaceChildren(...t,e.text):"keys"in e?this.element.replaceChildren(...t,...e.keys.map(o=>this.#n(o)),r):this.element.replaceChildren(...t,...this.#s(e),r),s!==void 0&&this.element.querySelector(`[data-group="${s}"]`)?.focus()}clear(){this.highlighted.clear(),this.changed()}#t(e){this.highlighted.delete(e)||this.highlighted.add(e),this.changed()}#n({group:e,name:t,tone:n,count:s}){let r=d("span",{class:"slens-dot","aria-hidden":"true"});return r.style.background=n,d("button",{type:"button",class:"slens-key","data-group":e,"aria-pressed":String(this.highlighted.has(e)),title:`Highlight ${t}: ${s.toLocaleString("en")} components`,onclick:()=>this.#t(e)},r,d("span",{},t))}#s(e){let[t,n]=e.limits,s=Math.max(1,...e.counts),r=e.counts.map((a,c)=>{let u=p=>Ce(t+(n-t)*p/ee),h=d("span",{"aria-hidden":"true"});h.style.height=`${a?Math.max(2,22*(a/s)):0}px`,h.style.background=e.tones[Math.floor((c+.5)*Z/ee)];let b=`${u(c)} to ${u(c+1)}`;return d("button",{type:"button",class:"slens-bin",tabindex:c===0?0:-1,"data-group":c,"aria-pressed":String(this.highlighted.has(c)),"aria-label":`${b}: ${a} components`,title:`${b}: ${a.toLocaleString("en")} components. Click or drag to highlight them`,onpointerdown:p=>{this.#e=c,p.currentTarget.releasePointerCapture?.(p.pointerId)},onpointerenter:()=>this.#e>=0&&this.#e!==c&&this.#r(this.#e,c),onclick:()=>this.#t(c)},h)}),o=d("div",{class:"slens-bins",role:"group","aria-label":`Values of ${e.label}`});o.append(...r);let l=[d("span",{},`${e.label}:`),d("span",{},`${e.ends[0]} ${Ce(t)}`),o,d("span",{},`${Ce(n)} ${e.ends[1]}`)];return e.missing>0&&l.push(this.#n({group:_,name:"no value",tone:e.muted,count:e.missing})),l}#r(e,t){this.highlighted.clear();for(let n=Math.min(e,t);n<=Math.max(e,t);n++)this.highlighted.add(n);this.changed()}#i(e){let t=e.target,n={ArrowLeft:-1,ArrowRight:1}[e.key];if(!n||!t.classList.contains("slens-bin"))return;let s=Number(t.dataset.group),r=Math.min(Math.max(s+n,0),ee-1);e.preventDefault(),this.element.querySelector(`.slens-bin[data-group="${r}"]`)?.focus(),e.shiftKey&&(this.highlighted.add(s).add(r),this.changed())}};function X(i,e){let t=i>1e5?2.6:i>1e4?4:i>2e3?6:9;return Math.min(t*e**.35,22)}function Le(i,e,t){let[n,s]=[Math.round(e.width*t),Math.round(e.height*t)];i.width!==n&&(i.width=n),i.height!==s&&(i.height=s)}var nn=2e4,ct=.28,ae=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){Le(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),s=this.#e;!n||!s||(n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height),s.levels.length>nn?rn(n,s,e,t):sn(n,s,e))}close(){}};function $e(i,e){let{flags:t}=i;for(let n of[0,2])for(let s=0;s<t.length;s++)(t[s]&2)===n&&e(s,t[s])}function sn(i,e,t){let n=X(e.levels.length,t.zoom)/2,s=(r,o,l,a)=>{if(i.beginPath(),a&8){let c=l*1.18;i.moveTo(r-c,o);for(let[u,h]of[[0,-1],[1,0],[0,1]])i.lineTo(r+u*c,o+h*c);i.closePath()}else i.arc(r,o,l,0,2*Math.PI)};$e(e,(r,o)=>{let[l,a]=t.toScreen(e.xy[2*r],e.xy[2*r+1]);if(l<-20||a<-20||l>t.width+20||a>t.height+20)return;let c=(o&2)!==0;i.globalAlpha=(o&1)!==0&&!c?ct:.92,i.fillStyle=e.palette[e.levels[r]%e.palette.length],s(l,a,c?n+2:n,o),i.fill(),o&4&&(i.fillStyle=e.background,s(l,a,n*.55,o),i.fill()),c&&(i.strokeStyle=e.ring,i.lineWidth=1.5,s(l,a,n+1.2,o),i.stroke())})}function rn(i,e,t,n){let{width:s,height:r}=i.canvas,o=i.createImageData(s,r),l=new Uint32Array(o.data.buffer),a=q(e.background),c=(L,P)=>{let[T,m,f]=q(L).map((y,k)=>Math.round(a[k]+(y-a[k])*P));return(255<<24|f<<16|m<<8|T)>>>0},u=e.palette.map(L=>c(L,.95)),h=e.palette.map(L=>c(L,ct)),[b,p]=[c(e.ring,1),c(e.background,1)],v=Math.max(1,Math.round(X(e.levels.length,t.zoom)*n*.85)),E=(L,P,T,m)=>{let[f,y]=[Math.round(L-T/2),Math.round(P-T/2)];for(let k=Math.max(y,0);k<Math.min(y+T,r);k++)for(let $=Math.max(f,0);$<Math.min(f+T,s);$++)l[k*s+$]=m},{xy:M,levels:w,palette:g}=e,C=t.scale*n,S=L=>(L&3)===1,R=(L,P)=>{let T=s/2+(M[2*L]-t.x)*C,m=r/2-(M[2*L+1]-t.y)*C;if(T<-v||m<-v||T>s+v||m>r+v)return;let f=w[L]%g.length;P&2&&E(T,m,v+4,b),E(T,m,P&2?v+2:v,S(P)?h[f]:u[f]),P&4&&v>3&&E(T,m,Math.ceil(v/2),p)};$e(e,(L,P)=>S(P)&&R(L,P)),$e(e,(L,P)=>!S(P)&&R(L,P)),i.putImageData(o,0,0)}var on=`#version 300 es
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
}`,an=`#version 300 es
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
}`,He=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,s]of[[t.VERTEX_SHADER,on],[t.FRAGMENT_SHADER,an]]){let r=t.createShader(n);t.shaderSource(r,s),t.compileShader(r),t.attachShader(this.#t,r)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#s;#r;#i=new Float32Array(192);#o=!1;update(e){let t=this.#e;this.#s=e;let n=(r,o)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[r]),t.bufferData(t.ARRAY_BUFFER,o,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags);let{palette:s}=e;for(let r=0;r<64;r++)this.#i.set(Pe(s[r%s.length]),r*3);this.#o=e.flags.some(r=>(r&2)!==0)}draw(e,t){let n=this.#e,s=this.#s;if(Le(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!s)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let r=o=>n.getUniformLocation(this.#t,o);n.uniform3fv(r("palette"),this.#i),n.uniform3fv(r("ring"),Pe(s.ring)),n.uniform3fv(r("back"),Pe(s.background)),n.uniform2f(r("centre"),e.x,e.y),n.uniform2f(r("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(r("size"),X(s.levels.length,e.zoom)*t);for(let o of this.#o?[0,1]:[0])n.uniform1ui(r("pass"),o),n.drawArrays(n.POINTS,0,s.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}};function Pe(i){let[e,t,n]=q(i);return[e/255,t/255,n/255]}function ut(i,e){let t=()=>{let s=document.createElement("canvas");return s.style.cssText="position:absolute;inset:0;width:100%;height:100%",s.setAttribute("aria-hidden","true"),i.prepend(s),s},n=t();try{let s=new He(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new ae(t())))}),s}catch{return n.remove(),new ae(t())}}var ln="Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";function dn(i){let{frame:e,client:t,shared:n,onClose:s}=i,r=n.components.total,o=new Ee,l=new ve(n,e.fail,()=>m(!1)),a=new xe(i,l,m),c=new Ae(f),u=new Float32Array,h,b=!1,p=0,v=document.createElementNS("http://www.w3.org/2000/svg","svg"),E=document.createElementNS("http://www.w3.org/2000/svg","polygon"),M=x=>o.toScreen(u[2*x],u[2*x+1]),w=new ke(i,l,o,{place:M,radius:()=>X(r,o.zoom)/2+4,facts:x=>a.value(x),left:k});v.append(E,w.ring);let g=d("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":`Map of components. ${ln}`});g.append(v,w.card.element),e.body.append(g,c.element);let C=ut(g,x=>{C=x,g.dataset.engine=x.kind,f()});g.dataset.engine=C.kind;let S=d("select",{title:"What the colours of the points mean",onchange:()=>n.set("color_by",S.value)});for(let{by:x,label:A}of ye)S.append(d("option",{value:x},A));let R=(x,A,H)=>d("button",{type:"button",title:A,onclick:()=>T(H)},x),L=R("Pan","Drag to move the map (shift-drag draws a lasso)",!1),P=R("Lasso","Drag around points to select them",!0);e.tools.append(d("label",{class:"slens-field"},"Colour",S),d("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},L,P),N("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{o.fit(),y()}));function T(x){b=x,L.setAttribute("aria-pressed",String(!x)),P.setAttribute("aria-pressed",String(x)),g.classList.toggle("slens-lasso",x)}T(!1);function m(x){x&&c.highlighted.clear(),S.value=a.colouring.by,f()}function f(){if(!h)return;let x=de(e.root),A=a.paint(x);c.draw(A.legend,a.controls());let{selection:H,pruned:j}=n.values,{highlighted:re}=c,le=new Uint8Array(r).fill(H.length>0?1:0);if(re.size>0)for(let J=0;J<r;J++)re.has(A.groups[J])||(le[J]=1);for(let J of H)le[J]=2;for(let J of j)le[J]|=4;let{levels:ft,palette:gt}=A;C.update({xy:u,levels:ft,palette:gt,flags:le,ring:x.foreground,background:x.background}),y(),k()}function y(){cancelAnimationFrame(p),p=requestAnimationFrame(()=>{o.width=g.clientWidth||400,o.height=g.clientHeight||300,C.draw(o,Math.min(globalThis.devicePixelRatio||1,2)),w.place(),h&&e.ready()})}function k(){let{selection:x}=n.values,A=n.components.layers.length;e.status(x.length>0?`${x.length.toLocaleString("en")} of ${r.toLocaleString("en")} components selected`:`${r.toLocaleString("en")} components of ${A} layer${A===1?"":"s"}; shift-drag draws a lasso`)}function $(x,A){if(!A){n.set("selection",x);return}let H=new Set(n.values.selection),j=x.length===1&&H.has(x[0]);for(let re of x)j?H.delete(re):H.add(re);n.set("selection",[...H])}let F=(x,A)=>{let[H,j]=o.toWorld(x,A);return h?.nearest(H,j,(X(r,o.zoom)/2+5)/o.scale)??-1};function D(x){g.classList.toggle("slens-over",x>=0),w.point(x)}tt(g,{lasso:()=>b,hover:x=>D(x?F(...x):-1),outline:x=>E.setAttribute("points",x.map(A=>A.join(",")).join(" ")),pan:(x,A)=>{o.pan(x,A),y()},zoom:(x,A)=>{o.zoomAt(x,...A),y()},lassoed:(x,A)=>{let H=x.map(j=>o.toWorld(...j));$(Array.from(h?.lassoed(H)??[]),A)},clicked:(x,A)=>{let H=F(...x);H>=0?$([H],A):A||$([],!1)}}),dt(g,{view:o,grid:()=>h,xy:()=>u,hovered:()=>w.id,selection:()=>n.values.selection,point:D,choose:$,paint:y});async function z(){e.busy("Laying out the map …");try{let{buffers:x}=await t.request("points",{},{lane:"points",progress:A=>e.busy(A.stage,A)});u=at(W(x[0])),h=new Me(u),e.busy(null),await a.load()}catch(x){e.fail(x)}e.busy(null)}n.on(["selection","pruned"],f),e.onTheme(f);let U=new ResizeObserver(y);U.observe(g),s(()=>{U.disconnect(),cancelAnimationFrame(p),C.close()}),z()}var ht=O({name:"map",title:"Concept map",css:nt},dn);var pt=`.slens-numbers {
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
`;var V=i=>`${(100*i).toFixed(1)} %`;function un(i,e){let t=100*(e-i);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function hn({frame:i,client:e,shared:t,onClose:n}){let{components:s}=t;if(!t.about.live){i.body.append(Q("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),i.ready();return}let r=[],o=new Set(t.values.pruned),l=["mean","zero"].map(m=>d("button",{type:"button",title:m==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",m)},m));i.tools.append(d("label",{class:"slens-field"},"Replace by"),d("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...l));let a=d("div",{class:"slens-numbers","aria-live":"polite"}),c=d("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),u=(m,f,y,k=!1)=>d("button",{type:"button",title:f,class:k?"slens-main":"",onclick:y},m),h=u("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),b=u("Undo","Go back to the pruned set before the last change",()=>g("undo")),p=u("Redo","Take back the last undo",()=>g("redo")),v=u("Clear","Restore every component and empty the list",()=>g("clear")),E=new Y(e,i.fail,(m,f)=>{for(let y of M.element.querySelectorAll(`[data-component="${m}"] .slens-strip`))G(y,f)}),M=new ne({label:"Pruned components",rowHeight:74,draw:S,choose:(m,f)=>{f instanceof KeyboardEvent?C(r[m]):t.set("selection",[r[m]])},shown:(m,f)=>E.want(r.slice(m,f))}),w=Q("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");i.body.append(a,c,d("div",{class:"slens-acts"},h,b,p,v),M.element,w),i.root.addEventListener("keydown",m=>{m.target instanceof HTMLInputElement&&m.target.type!=="checkbox"||m.key.toLowerCase()!=="z"||!(m.ctrlKey||m.metaKey)||(m.preventDefault(),g(m.shiftKey?"redo":"undo"))});function g(m){e.request(m).catch(i.fail)}function C(m){let f=new Set(t.values.pruned);f.delete(m)||f.add(m),t.set("pruned",[...f])}function S(m,f){let y=r[f],k=o.has(y);m.classList.toggle("slens-restored",!k);let $=`${y} ${k}`;if(m.dataset.state===$)return;m.dataset.state=$;let F=m.dataset.component===String(y)?m.querySelector("input"):null;if(F){F.checked=k,m.querySelector(".slens-quiet").textContent=k?"pruned":"kept";return}m.dataset.component=String(y);let D=d("input",{type:"checkbox","aria-label":`Prune ${s.name(y)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>C(y)});D.checked=k;let z=d("div",{class:"slens-strip"});G(z,E.get(y)),m.replaceChildren(d("div",{class:"slens-line",role:"gridcell"},d("label",{},D,d("b",{},s.name(y))),d("span",{class:"slens-quiet"},k?"pruned":"kept")),d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},z))}function R(m,f,y,k){return d("div",{class:"slens-number"},d("small",{},m),d("strong",{"data-value":k},f),d("em",{},y))}function L(m){let{before:f,after:y,flips:k}=m,$=k.fixed+k.broken+k.other,F=(z,U)=>m.pruned>0?`${un(z,U)}
from ${V(z)}`:"nothing pruned",D=[R("accuracy",V(y.accuracy),F(f.accuracy,y.accuracy),"accuracy")];y.worst_group!==null&&f.worst_group!==null&&D.push(R("worst group",V(y.worst_group),F(f.worst_group,y.worst_group),"worst-group")),D.push(R("flipped images",String($),`${k.fixed} fixed
${k.broken} broken`,"flips")),a.replaceChildren(...D),c.replaceChildren(...Object.entries(y.per_class).flatMap(([z,U])=>{let x=f.per_class[z]??0,A=d("span");A.style.width=V(U).replace(" ","");let H=d("i",{title:`before: ${V(x)}`});return H.style.left=`calc(${V(x).replace(" ","")} - 1px)`,[d("span",{},z),d("div",{class:"slens-bar",role:"img","aria-label":`${z}: ${V(U)}, before ${V(x)}`},A,H),d("span",{},V(U))]})),i.root.dataset.accuracy=String(y.accuracy),i.root.dataset.pruned=String(m.pruned),i.status(`${m.pruned} pruned (${m.mode}) · ${y.n.toLocaleString("en")} images · tick: before`)}function P(m,f){r=Array.from(te(f[0])),b.disabled=m.undo!==!0,p.disabled=m.redo!==!0;let y=m.evaluating===!0;i.root.classList.toggle("slens-stale",y),i.root.dataset.evaluating=String(y),y?i.busy("Evaluating …"):i.busy(null),m.result&&L(m.result),T()}function T(){o=new Set(t.values.pruned);let m=t.values.selection.filter(f=>!o.has(f)).length;h.textContent=m>0?`Prune selection (${m.toLocaleString("en")})`:"Prune selection",h.disabled=m===0,v.disabled=r.length===0,l.forEach(f=>{f.setAttribute("aria-pressed",String(f.textContent===t.values.mode))}),M.element.hidden=r.length===0,w.hidden=r.length>0,M.count=r.length}n(e.on("event:panel",(m,f)=>{i.clearError(),P(m,f)})),n(e.on("event:failed",m=>i.fail(m.message))),n(e.on("event:progress",m=>i.busy(`${String(m.stage)} …`,m))),n(()=>{M.close(),E.close()}),t.on(["pruned","selection","mode"],T),T(),e.request("panel").then(({body:m,buffers:f})=>{P(m,f),i.ready()}).catch(i.fail)}var mt=O({name:"pruning",title:"Pruning",css:pt},hn);var pn={alignment:_e,dashboard:Ge,gallery:et,map:ht,pruning:mt},wr={render(i){let e=String(i.model.get("_widget")),t=pn[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(i)}};export{wr as default};
