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
`;function N(i){let e=/^#([0-9a-f]{6})$/i.exec(i.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=i,n.fillRect(0,0,1,1);let[r=255,s=255,o=255]=n.getImageData(0,0,1,1).data;return[r,s,o]}function ft(i){let[e,t,n]=N(i);return .2126*e+.7152*t+.0722*n<128}function He(i){return`#${N(i).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function gt(i){let e=getComputedStyle(i);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return ft(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function ce(i){let e=getComputedStyle(i),t=(n,r)=>{let s=document.createElement("span");s.style.color=`var(${n})`,i.append(s);let o=getComputedStyle(s).color||r;return s.remove(),He(o.startsWith("var")?r:o)};return{theme:i.dataset.theme==="dark"?"dark":"light",background:He(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function Ue(i,e){let t=(a=!1)=>{let d=gt(i)?"dark":"light";i.dataset.theme===d&&!a||(i.dataset.theme=d,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},s=new MutationObserver(r),o={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};s.observe(document.documentElement,o),s.observe(document.body,o);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),s.disconnect(),l?.removeEventListener?.("change",r)}}var q=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},bt=Math.floor(Math.random()*2**40)+1;function vt(i){return i instanceof ArrayBuffer?new Uint8Array(i.slice(0)):new Uint8Array(i.buffer,i.byteOffset,i.byteLength).slice()}function K(i){return i?new Float32Array(i.buffer,i.byteOffset,i.byteLength>>2):new Float32Array}function te(i){return i?new Uint32Array(i.buffer,i.byteOffset,i.byteLength>>2):new Uint32Array}var de=class{constructor(e){this.model=e;e.on("msg:custom",this.#o)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;request(e,t={},n={}){if(this.#r)return Promise.reject(new q("The widget is closed.",!0));let{lane:r}=n,s=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,s);for(let[l,a]of this.#e)a.lane===r&&this.#i(l,a)}let o=bt++;return new Promise((l,a)=>{this.#e.set(o,{resolve:l,reject:a,progress:n.progress,lane:r,generation:s}),this.model.send({...t,op:e,id:o,generation:s},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#i(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.model.off("msg:custom",this.#o);for(let e of this.#e.values())e.reject(new q("closed",!0));this.#e.clear(),this.#s.clear()}#i(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new q("A newer request replaced this one.",!0))}#o=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(vt);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,s)=>{let o=e.lengths,l=o?yt(this.#t.get(s)??[],o):n;r.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new q(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let s=e[r];if(typeof s=="string")for(let o of this.#s.get(`${r}:${s}`)??[])o(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new q("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function yt(i,e){let t=new Uint8Array(e.reduce((s,o)=>s+o,0)),n=0;for(let s of i)t.set(s.subarray(0,Math.max(0,t.length-n)),n),n+=s.length;let r=0;return e.map(s=>{let o=t.slice(r,r+s);return r+=s,o})}function c(i,e={},...t){let n=document.createElement(i);for(let[r,s]of Object.entries(e))typeof s=="function"?n.addEventListener(r.slice(2),s):s===!0?n.setAttribute(r,""):s!==!1&&s!==null&&s!==void 0&&n.setAttribute(r,String(s));return n.append(...t),n}function Le(i){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",i),e.append(t),e}function J(i,e,t){return c("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Le(i))}function Q(i,...e){return c("div",{class:"slens-empty"},c("strong",{},i),...e)}function ze(i,e,t,n=""){let r=[],s=c("span"),o=J("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=c("div",{class:"slens-error",role:"alert",hidden:!0},s,o),a=c("div",{class:"slens-tools"}),d=c("div",{class:"slens-body"}),u=c("span",{role:"status","aria-live":"polite"}),h=c("span"),g=c("progress",{"aria-label":"Progress",max:1}),p=c("div",{class:"slens-busy",hidden:!0},h,g),b=c("section",{class:`slens slens-${e}`,"aria-label":t},c("style",{},Fe+n),c("header",{class:"slens-head"},c("h3",{class:"slens-title"},t),a),l,d,c("footer",{class:"slens-foot"},u,p));b.addEventListener("keydown",w=>w.stopPropagation()),b.addEventListener("contextmenu",w=>w.stopPropagation()),i.replaceChildren(b);let E=Ue(b,()=>{for(let w of r)w()});return{root:b,tools:a,body:d,status:w=>{u.textContent=w,u.title=w},busy:(w,M)=>{p.hidden=w===null,h.textContent=w??"",M&&M.total>0?g.value=M.done/M.total:g.removeAttribute("value")},fail:w=>{w instanceof q&&w.cancelled||(s.textContent=w instanceof Error?w.message:String(w),l.hidden=!1)},clearError:()=>{l.hidden=!0},ready:()=>{b.dataset.ready="true"},onTheme:w=>{r.push(w)},close:()=>{E(),i.replaceChildren()}}}function ue(i,e){let t;return Object.assign(()=>{clearTimeout(t),t=setTimeout(e,i)},{cancel:()=>clearTimeout(t)})}var he=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function De(i,e){let t=Uint32Array.from(i);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function qe(i,e){if(!e)return[];if(i.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var Ne=["selection","pruned"],xt=["selection","pruned","hovered","query","images","valid","spurious","vocabulary","target","thresholds","mode","color_by"],pe=class i{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new he(t.layers);for(let r of xt)e.on(`state:${r}`,(s,o)=>{this.#t.get(r)||this.#n(r,s,o[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",images:[],vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),s=new i(e,n.about,t);return n.states.forEach((l,a)=>{s.#n(l.state,l,r[a])}),s}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Ie(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],r={field:e};if(Ne.includes(e)){let s=De(t,this.components.total);r.encoding=s.encoding,n.push(s.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:s,buffers:o})=>{this.#t.get(e)===1&&this.#n(e,s,o[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let r=Ne.includes(e)?qe(t,n):t.value;Ie(this.values[e],r)||(this.values[e]=r,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Ie(i,e){return Array.isArray(i)&&Array.isArray(e)?i.length===e.length&&i.every((t,n)=>t===e[n]):i===e}function I(i,e){return{render({model:t,el:n}){let r=new de(t),s=ze(n,i.name,i.title,i.css),o=[],l=!0;return r.on("event:unanswered",({message:a})=>a?s.fail(a):s.clearError()),s.busy("Asking the kernel …"),pe.open(r,s.fail).then(a=>{l&&(s.busy(null),e({frame:s,client:r,shared:a,onClose:d=>{o.push(d)}}))}).catch(a=>{s.busy(null),s.fail(a)}),()=>{l=!1;for(let a of o)a();r.close(),s.close()}}}}var wt=["valid","spurious","both","unexpected"];function kt({frame:i,client:e,shared:t,onClose:n}){let r=[],s=c("select",{title:"The class whose relevance sizes the points"},c("option",{value:""},"none"));for(let p of t.about.classes)s.append(c("option",{value:p},p));s.addEventListener("change",()=>t.set("target",s.value||null)),s.disabled=t.about.classes.length===0,i.tools.append(c("label",{class:"slens-field"},"Target class",s));let o=c("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(p=>{let b=c("input",{"aria-label":`Add a ${p} concept`,placeholder:p==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),E=c("div",{class:"slens-chips"},b);E.style.setProperty("--tone",`var(--s-${p})`);let w=()=>{let k=b.value.split(",").map(R=>R.trim()).filter(Boolean);b.value="",k.length>0&&t.set(p,[...new Set([...t.values[p],...k])])};b.addEventListener("keydown",k=>{k.key==="Enter"||k.key===","?(k.preventDefault(),w()):k.key==="Backspace"&&b.value===""&&t.set(p,t.values[p].slice(0,-1))}),b.addEventListener("blur",w);let M=()=>{for(let k of E.querySelectorAll(".slens-chip"))k.remove();for(let k of t.values[p]){let R=r.some(S=>k.toLowerCase().includes(S.toLowerCase())),C=c("button",{type:"button","aria-label":`Remove ${k}`,title:`Remove ${k}`,onclick:()=>t.set(p,t.values[p].filter(S=>S!==k))},"×"),H=R?"Has words that are not in this model's vocabulary":k;b.before(c("span",{class:R?"slens-chip slens-odd":"slens-chip",title:H},k,C))}b.placeholder=t.values[p].length>0?"":b.getAttribute("data-hint")??""};return b.dataset.hint=b.placeholder,{field:p,box:E,redraw:M}}),a=c("div",{class:"slens-concepts"});for(let{field:p,box:b}of l){let E=c("span",{},p);E.style.color=`var(--s-${p})`,a.append(E,b)}let d=Q("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");i.body.append(a,o,d);function u(){for(let p of l)p.redraw();s.value=t.values.target??""}function h(p){i.busy(null),typeof p.error=="string"?i.fail(p.error):i.clearError();let b=Number(p.rows);r=p.unknown??[],u(),d.hidden=b>0||typeof p.error=="string",o.hidden=b===0;let E=p.counts??{};o.replaceChildren(...wt.map(M=>c("button",{type:"button",title:`Select the ${E[M]??0} components in “${M}”`,onclick:()=>{e.request("choose",{quadrant:M}).catch(i.fail)}},`${M} ${E[M]??0}`)));let w=[];b>0&&w.push(p.sized?`Size: ${String(p.relevance)}`:"Choose a target class to size the points by relevance."),Number(p.left_out)>0&&w.push(`${p.left_out} of the least aligned are not drawn.`),r.length>0&&w.push(`Unknown words: ${r.join(", ")}.`),i.status(w.join(" ")),i.root.dataset.rows=String(b),i.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",b===0)}function g(){let{theme:p,foreground:b,muted:E,line:w,background:M}=ce(i.root);e.request("look",{theme:p,foreground:b,muted:E,line:w,background:M}).catch(i.fail)}n(e.on("event:aligned",h)),n(e.on("event:progress",p=>i.busy(String(p.stage),p))),t.on(["valid","spurious","target"],u),i.onTheme(g),u(),g(),e.request("aligned").then(({body:p})=>{h(p),i.ready()}).catch(i.fail)}var Oe=I({name:"alignment",title:"Alignment",css:Re},kt);var Be=`.slens.slens-dashboard-bar {
  height: auto;
  min-height: 0;
}
.slens-dashboard-bar .slens-body,
.slens-dashboard-bar .slens-foot {
  display: none;
}
.slens-dashboard {
  container: slens-dashboard / inline-size;
  gap: 8px;
  overflow: hidden;
}
.slens-grid.slens-grid {
  display: grid;
  gap: 8px;
  overflow: visible;
  grid-template-columns: minmax(0, 1fr);
}
.slens-grid > * {
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
@container slens-dashboard (min-width: 720px) {
  .slens-grid.slens-grid {
    grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  .slens-grid.slens-grid-all {
    grid-template-areas: "map gallery" "alignment pruning";
    grid-template-rows: 600px minmax(540px, auto);
  }
  .slens-grid-all > .slens-panel {
    height: auto;
  }
  /* Only the alignment plot, whose chips wrap, makes its row taller; the others fill what there is. */
  .slens-grid-all > .slens-panel:not(.slens-panel-alignment) {
    contain: size;
  }
  .slens-grid-all > .slens-panel-map {
    grid-area: map;
  }
  .slens-grid-all > .slens-panel-gallery {
    grid-area: gallery;
  }
  .slens-grid-all > .slens-panel-alignment {
    grid-area: alignment;
  }
  .slens-grid-all > .slens-panel-pruning {
    grid-area: pruning;
  }
}
@container slens-dashboard (min-width: 1400px) {
  .slens-grid.slens-grid-all {
    grid-template-areas: "map gallery pruning" "alignment gallery pruning";
    grid-template-columns: minmax(0, 1.25fr) minmax(0, 1.15fr) minmax(0, 0.8fr);
    grid-template-rows: 460px minmax(510px, auto);
  }
}
`;function Mt({frame:i,shared:e}){let{components:t,about:n}=e,r=c("span",{class:"slens-quiet"}),s=c("button",{type:"button",title:"Select nothing",onclick:()=>e.set("selection",[])},"Clear selection");i.tools.append(r,s);function o(){let{selection:l,pruned:a}=e.values,d=u=>u.toLocaleString("en");r.textContent=[`${d(t.total)} components in ${n.layers.length} ${n.layers.length===1?"layer":"layers"}, ${n.m} examples each`,`${d(l.length)} selected`,`${d(a.length)} pruned`].join(" · "),s.disabled=l.length===0,i.root.dataset.selected=String(l.length)}e.on(["selection","pruned"],o),o(),i.ready()}var _e=I({name:"dashboard-bar",title:"Audit",css:Be},Mt);var O=28,je=["crop","box","heatmap"],At={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},me=class{constructor(e,t,n,r){this.client=e;this.shared=t;this.failed=n;this.#s=je.map(l=>c("button",{type:"button",title:At[l],onclick:()=>this.#l(l)},l));let s=c("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#s),o=J("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),r()});this.element.append(c("header",{},this.#e,this.#t,s,o),this.#n),this.#l("crop")}client;shared;failed;element=c("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=c("b");#t=c("span",{class:"slens-quiet"});#n=c("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#s;#r="crop";#i=-1;#o=[];hide(){this.#i=-1,this.element.hidden=!0}async open(e){if(e!==this.#i){this.#i=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#i&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,r=e.scores;this.#t.textContent=`clarity ${r.clarity?.toFixed(2)} · polysemanticity ${r.polysemanticity?.toFixed(2)} · redundancy ${r.redundancy?.toFixed(2)}`;let s=this.#i,o=t[0]??new Uint8Array,l=await Promise.all(n.map((a,d)=>createImageBitmap(new Blob([t[d+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(s===this.#i){this.#o=[],this.#n.replaceChildren(...n.map((a,d)=>{let u=c("canvas",{role:"img","aria-label":`Example ${d+1}: ${a.name}`}),h=o.subarray(d*O*O,(d+1)*O*O),g=l[d];g&&this.#o.push(()=>St(u,g,a.box,h,this.#r));let p=[a.label,a.activation.toPrecision(3)].filter(Boolean).join(" · ");return c("figure",{title:`${a.name}, activation ${a.activation.toPrecision(4)}`},u,c("figcaption",{},p))})),this.#n.scrollTop=0;for(let a of this.#o)a();this.element.dataset.component=String(s)}}#l(e){this.#r=e,this.#s.forEach((t,n)=>{t.setAttribute("aria-pressed",String(je[n]===e))});for(let t of this.#o)t()}};function St(i,e,t,n,r){let{width:s,height:o}=e,[l,a,d,u]=[t[0]*s,t[1]*o,t[2]*s,t[3]*o],h=i.getContext("2d");if(!h)return;if(r==="crop"){i.width=i.height=224,h.drawImage(e,l,a,Math.max(d-l,1),Math.max(u-a,1),0,0,224,224);return}let g=224/Math.max(s,o);if(i.width=Math.round(s*g),i.height=Math.round(o*g),h.drawImage(e,0,0,i.width,i.height),r==="heatmap"){h.drawImage(Lt(n),0,0,i.width,i.height);return}for(let[p,b]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])h.lineWidth=p,h.strokeStyle=b,h.strokeRect(l*g+2,a*g+2,(d-l)*g-4,(u-a)*g-4)}function Lt(i){let e=c("canvas",{width:O,height:O}),t=e.getContext("2d"),n=t.createImageData(O,O);for(let r=0;r<O*O;r++)n.data[4*r+3]=215*(1-Math.sqrt((i[r]??0)/255));return t.putImageData(n,0,0),e}var Ke=`.slens-search {
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
`;var Ct=0,fe=class{constructor(e,t,n){this.input=e;this.options=t;this.take=n;this.element=c("div",{class:"slens-suggestions slens-scroll",role:"listbox",id:this.#s,hidden:!0,"aria-label":"Suggestions"});for(let[r,s]of[["role","combobox"],["aria-autocomplete","list"],["aria-haspopup","listbox"],["aria-expanded","false"],["aria-controls",this.#s]])e.setAttribute(r,s);e.addEventListener("input",()=>{this.#r()}),e.addEventListener("click",()=>{e.value===""&&this.#r()}),e.addEventListener("blur",()=>this.hide()),e.addEventListener("keydown",r=>this.#a(r)),this.element.addEventListener("mousedown",r=>r.preventDefault()),this.element.addEventListener("click",r=>{let s=r.target.closest("[role=option]");s&&this.#o(Number(s.dataset.index))})}input;options;take;element;#e=[];#t=-1;#n=0;#s=`slens-suggestions-${Ct++}`;hide(){this.#n++,this.#t=-1,this.element.hidden=!0,this.input.setAttribute("aria-expanded","false"),this.input.removeAttribute("aria-activedescendant")}async#r(e=-1){let t=++this.#n;try{let n=await this.options();if(t!==this.#n)return;this.#e=n}catch(n){if(!(n instanceof q))throw n;this.#e=[]}if(this.#e.length===0)return this.hide();this.element.replaceChildren(...this.#e.map(({text:n,recent:r},s)=>c("div",{role:"option",id:`${this.#s}-${s}`,"data-index":s,"aria-selected":"false"},r?Le("M8 2.5a5.5 5.5 0 1 0 .01 0M8 5v3l2 2"):c("i"),c("span",{},n),...r?[c("span",{class:"slens-quiet"},"asked before")]:[]))),this.element.hidden=!1,this.input.setAttribute("aria-expanded","true"),this.#i(e<0?-1:e)}#i(e){this.#t=e,this.element.querySelectorAll("[role=option]").forEach((t,n)=>{t.setAttribute("aria-selected",String(n===e)),n===e&&t.scrollIntoView?.({block:"nearest"})}),e<0?this.input.removeAttribute("aria-activedescendant"):this.input.setAttribute("aria-activedescendant",`${this.#s}-${e}`)}#o(e){let t=this.#e[e];this.hide(),t&&this.take(t)}#a(e){let t=!this.element.hidden;if(e.key==="ArrowDown"||e.key==="ArrowUp"){e.preventDefault();let n=this.#e.length-1;t?e.key==="ArrowDown"?this.#i(this.#t>=n?0:this.#t+1):this.#i(this.#t<=0?n:this.#t-1):this.#r(0)}else e.key==="Enter"&&t&&this.#t>=0?(e.preventDefault(),this.#o(this.#t)):e.key==="Escape"&&t&&(e.preventDefault(),e.stopPropagation(),this.hide())}};var ie=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[s,o]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(o.url),this.#t-=o.bytes,this.#e.delete(s)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},Y=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#s=n}client;failed;lane;#e=new ie;#t=[];#n=!1;#s;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let s=t[r];s&&this.#s(n,this.#e.put(String(n),s))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function W(i,e){i.style.backgroundImage=e?`url(${e})`:"none",i.style.backgroundSize="auto 100%"}var $t=3e6,Pt=1024,Rt=["A concept in words, for example: ruler","Commas part several, of which any may match: ruler, band-aid","A minus means not this: ruler, -hair lists rulers without those that also match hair more than most do","Paste or drop an image to search by it."].join(`
`);function Ft(i,e){let t=[],n=i.toLowerCase();for(let s of e.map(o=>o.toLowerCase()).filter(Boolean))for(let o=n.indexOf(s);o>=0;o=n.indexOf(s,o+s.length))!/[\p{L}\p{N}]/u.test((n[o-1]??" ")+(n[o+s.length]??" "))&&!t.some(([a,d])=>o<d&&o+s.length>a)&&t.push([o,o+s.length]);t.sort(([s],[o])=>s-o);let r=[0,...t.flat(),i.length];return r.slice(1).map((s,o)=>i.slice(r[o],s))}var ge=class{constructor(e,t,n,r){this.client=e;this.shared=t;this.failed=n;this.again=r;let s=t.about.searchable;this.input=c("input",{type:"search",placeholder:s?"Search: what should the component encode?":"Search needs a foundation model: sw.Audit(db, foundation_model=…)","aria-label":"Query; commas part several, a minus means not this",title:Rt,spellcheck:"false",autocomplete:"off",disabled:!s}),this.#r=new fe(this.input,()=>this.#d(),a=>this.#u(a));let o=c("input",{type:"file",accept:"image/*",multiple:!0,hidden:!0,title:"Image files"});o.addEventListener("change",()=>{this.add([...o.files??[]]),o.value=""});let l=J("M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01","Search by an image: choose a file here, or paste or drop one",()=>o.click());l.disabled=!s,this.form=c("form",{class:"slens-search",role:"search"},c("div",{class:"slens-box"},this.#e,this.input,this.#r.element),l,o,c("button",{type:"submit",class:"slens-main",title:"Rank the components by this query",disabled:!s},"Search")),this.asked=c("div",{class:"slens-asked",hidden:!0},this.#t,this.#n),this.#i=ue(250,()=>{this.#l()}),this.form.addEventListener("submit",a=>{a.preventDefault(),this.submit()}),this.input.addEventListener("search",()=>{this.input.value===""&&this.shared.set("query","")}),this.input.addEventListener("input",()=>{this.#o([]),this.#i()}),this.input.addEventListener("scroll",()=>this.#a()),this.input.addEventListener("paste",a=>{let d=[...a.clipboardData?.files??[]];d.length!==0&&(a.preventDefault(),this.add(d))}),t.on(["images"],()=>{this.#c()}),this.#c()}client;shared;failed;again;form;asked;input;#e=c("div",{class:"slens-behind","aria-hidden":"true"});#t=c("span",{class:"slens-chips",role:"list","aria-label":"Images of the query"});#n=c("span",{class:"slens-unknown",role:"status",hidden:!0});#s=new ie(4e6);#r;#i;submit(){this.#r.hide();let e=this.input.value.trim();e===this.shared.values.query?this.again():this.shared.set("query",e)}acceptDrops(e){if(!this.shared.about.searchable)return;let t=r=>{r.dataTransfer?.types.includes("Files")&&(r.preventDefault(),r.stopPropagation(),e.dataset.dropping="true")},n=()=>{delete e.dataset.dropping};e.addEventListener("dragenter",t),e.addEventListener("dragover",t),e.addEventListener("dragleave",r=>{e.contains(r.relatedTarget)||n()}),e.addEventListener("drop",r=>{n();let s=[...r.dataTransfer?.files??[]];s.length!==0&&(r.preventDefault(),r.stopPropagation(),this.add(s))})}async add(e){for(let t of e)try{let n=t.size>$t?await Ht(t):await t.arrayBuffer();await this.client.request("add_image",{name:t.name},{buffers:[n]})}catch(n){this.failed(n)}}mark(e){this.#i.cancel(),this.input.value.trim()!==this.shared.values.query&&(this.input.value=this.shared.values.query),this.#o(e),this.#n.hidden=e.length===0;let t=e.flatMap((n,r)=>[r>0?", ":"",c("mark",{},n)]);this.#n.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...t),this.#p()}close(){this.#i.cancel(),this.#s.close()}#o(e){this.input.setAttribute("aria-invalid",String(e.length>0)),this.#e.replaceChildren(...Ft(this.input.value,e).map((t,n)=>n%2?c("mark",{},t):t)),this.#a()}#a(){this.#e.scrollLeft=this.input.scrollLeft}async#l(){let e=this.input.value;if(e.trim()!=="")try{let{body:t}=await this.client.request("unknown",{query:e},{lane:"unknown"});this.input.value===e&&this.#o(t.unknown)}catch{}}async#d(){let{body:e}=await this.client.request("suggestions",{},{lane:"suggestions"}),t=this.input.value.toLowerCase(),n=e.recent.filter(h=>h!==this.input.value&&h.toLowerCase().startsWith(t)).slice(0,t?3:8).map(h=>({text:h,value:h,recent:!0})),r=(/[^,]*$/.exec(this.input.value)?.[0]??"").trim(),s=r.replace(/^[-−]\s*/,"").toLowerCase();if(s===""&&this.input.value.trim()!==""&&r==="")return n;let o=this.input.value.slice(0,this.input.value.length-/[^,]*$/.exec(this.input.value)[0].length),l=/^[-−]/.test(r)?"-":"",a=e.words.filter(h=>h.toLowerCase()!==s),d=a.filter(h=>h.toLowerCase().startsWith(s)),u=a.filter(h=>!h.toLowerCase().startsWith(s)&&h.toLowerCase().includes(s));return[...n,...[...d,...u].slice(0,8).map(h=>({text:h,value:`${o}${o?" ":""}${l}${h}`.replace(/,\s+/g,", "),recent:!1}))]}#u(e){this.input.value=e.value,this.submit()}async#c(){let e=this.shared.values.images;this.#t.replaceChildren(...e.map(t=>this.#h(t))),this.#p()}#h(e){let t=e.startsWith("-"),n=t?e.slice(1):e,r=c("img",{alt:""}),s=c("span"),o=()=>this.shared.values.images.filter(u=>u!==e),l=c("button",{type:"button","aria-pressed":String(t),title:t?"Not this: click to search for what matches it":"Click to exclude what matches this image",onclick:()=>this.shared.set("images",this.shared.values.images.map(u=>u===e?t?n:`-${n}`:u))},t?"not this":"like this"),a=J("M4 4l8 8M12 4l-8 8","Remove this image from the query",()=>{this.shared.set("images",o()),this.input.focus()}),d=(u,h)=>{r.src=u,s.textContent=h,s.title=h};return this.client.request("query_image",{digest:n}).then(({body:u,buffers:h})=>{h[0]&&d(this.#s.put(n,h[0]),String(u.name))}).catch(this.failed),c("span",{class:"slens-chip",role:"listitem","data-unwanted":String(t)},r,s,l,a)}#p(){this.asked.hidden=this.#n.hidden&&this.shared.values.images.length===0}};async function Ht(i){let e=await createImageBitmap(i).catch(()=>{let s=(i.size/1e6).toFixed(1);throw new Error(`“${i.name}” has ${s} MB and can't be read here; save it as a JPEG below 3 MB.`)}),t=Math.min(1,Pt/Math.max(e.width,e.height)),n=c("canvas",{width:Math.max(1,e.width*t),height:Math.max(1,e.height*t)});n.getContext("2d")?.drawImage(e,0,0,n.width,n.height),e.close();let r=await new Promise(s=>n.toBlob(s,"image/jpeg",.92));if(!r)throw new Error(`“${i.name}” can't be scaled down; save it as a JPEG below 3 MB.`);return r.arrayBuffer()}function We(i,e,t,n){let r=[];for(let l=0;l<i.total;l++)e.layer!==null&&i.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||r.push(l);let s=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!s)return r;let o=l=>Number.isFinite(s[l])?s[l]:-1/0;return r.sort((l,a)=>{let[d,u]=[o(l),o(a)];return d===u?l-a:u>d?1:-1})}function Ge(i,e,t,n,r){let s=i[e];if(s===void 0)return n;if(r.extend&&t>=0){let o=i.slice(Math.min(t,e),Math.max(t,e)+1);return r.toggle?[...new Set([...n,...o])]:o}return r.toggle?n.includes(s)?n.filter(o=>o!==s):[...n,s]:[s]}var Ve=15e6,Je=3,ne=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=c("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#p(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#s=Number(n.dataset.index),this.options.choose(this.#s,t),this.#h())}),typeof ResizeObserver<"u"&&(this.#o=new ResizeObserver(()=>this.#a()),this.#o.observe(this.element))}options;element;#e=c("div",{role:"presentation"});#t=[];#n=0;#s=0;#r="";#i=0;#o;get active(){return this.#s}set count(e){this.#n=e,this.#s=Math.min(this.#s,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,Ve)}px`,this.redraw()}top(){this.#s=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#n)return;this.#s=e;let t=this.options.rowHeight,n=this.element.clientHeight,r=e*t,s=this.#l();r<s?this.#d(r):r+t>s+n&&this.#d(r+t-n),this.redraw()}redraw(){this.#r="",this.#c()}close(){cancelAnimationFrame(this.#i),this.#o?.disconnect()}#a(){cancelAnimationFrame(this.#i),this.#i=requestAnimationFrame(()=>this.#c())}#l(){return this.element.scrollTop*this.#u()}#d(e){this.element.scrollTop=e/this.#u()}#u(){let e=this.element.clientHeight,t=this.#n*this.options.rowHeight-e,n=Math.min(this.#n*this.options.rowHeight,Ve)-e;return n>0&&t>0?t/n:1}#c(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),r=Math.max(0,Math.floor(n/e)-Je),s=Math.min(this.#n,Math.ceil((n+t)/e)+Je),o=`${r} ${s} ${n}`;if(o===this.#r)return;for(this.#r=o;this.#t.length<s-r;){let a=c("div",{role:"row",class:"slens-row"});a.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(a),this.#e.append(a)}let l=this.element.scrollTop-n;if(this.#t.forEach((a,d)=>{let u=r+d;a.hidden=u>=s,!a.hidden&&(a.style.transform=`translateY(${u*e+l}px)`,a.dataset.index=String(u),a.setAttribute("aria-rowindex",String(u+1)),a.tabIndex=u===this.#s?0:-1,this.options.draw(a,u))}),this.#s<r||this.#s>=s){let a=this.#t[0];a&&(a.tabIndex=0)}this.options.shown?.(r,s)}#h(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#s))?.focus({preventScroll:!0})}#p(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),s={ArrowDown:this.#s+1,ArrowUp:this.#s-1,PageDown:this.#s+n,PageUp:this.#s-n,Home:0,End:this.#n-1}[e.key];s!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(s,0),this.#n-1)),this.#h(),e.shiftKey&&this.options.choose(this.#s,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#s,e))}};var Ut=92;function zt({frame:i,client:e,shared:t,onClose:n}){let{components:r}=t,s=[],o,l,a=[],d,u=-1,h=null,g=!1,p=new Set(t.values.selection),b=new ge(e,t,i.fail,()=>{m()});i.tools.style.flex="1 1 260px",i.tools.append(b.form),b.acceptDrops(i.root);let E=c("select",{title:"What the list is sorted by",onchange:()=>L(!0)});for(let[f,v]of[["score","match"],["clarity","clarity"],["name","layer"]])E.append(c("option",{value:f},v));let w=c("select",{title:"List one layer only",onchange:()=>{h=w.value===""?null:Number(w.value),L(!0)}},c("option",{value:""},"all layers"));r.layers.forEach((f,v)=>{w.append(c("option",{value:v},f.name))});let M=c("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{g=!g,L(!0)}}),k=c("div",{});k.style.cssText="display:flex;flex:1";let R=new Y(e,i.fail,(f,v)=>{for(let x of C.element.querySelectorAll(`[data-component="${f}"] .slens-strip`))W(x,v)}),C=new ne({label:"Components",rowHeight:Ut,draw:S,choose:$,shown:(f,v)=>R.want(s.slice(f,v))}),H=new me(e,t,i.fail,()=>C.element.focus());i.body.append(b.asked,c("div",{class:"slens-bar2"},c("label",{class:"slens-field"},"Sort by",E),c("label",{class:"slens-field"},"Layer",w),M),C.element,k,H.element);function S(f,v){let x=s[v];f.setAttribute("aria-selected",String(p.has(x)));let T=t.values.pruned.includes(x),F=`${x} ${o?.[x]} ${d?.[x]} ${l?.[x]} ${T}`;if(f.dataset.state===F)return;f.dataset.state=F,f.dataset.component=String(x);let U=c("div",{class:"slens-line",role:"gridcell"},c("b",{},r.name(x)));T&&U.append(c("span",{class:"slens-tag"},"pruned")),o&&a.length>1&&U.append(c("span",{class:"slens-tag"},a[l?.[x]??0]??""));let z=c("span",{class:"slens-facts"}),D=(A,P,j)=>{P&&z.append(c("span",{class:"slens-fact",title:j},`${A} ${P[x].toFixed(2)}`))};D("match",o,"Cosine of the query with the component"),D("clarity",d,"How alike the examples are, 0 to 1"),U.append(z);let y=c("div",{class:"slens-strip"});W(y,R.get(x)),f.replaceChildren(U,c("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},y))}function $(f,v){let x={toggle:v.ctrlKey||v.metaKey,extend:v.shiftKey},T=Ge(s,f,u,t.values.selection,x);x.extend||(u=f),t.set("selection",T),H.open(s[f])}function L(f){for(let F of E.options)F.value==="score"&&(F.disabled=!o);!o&&E.value==="score"&&(E.value="clarity"),M.setAttribute("aria-pressed",String(g)),M.textContent=`Selected only (${p.size.toLocaleString("en")})`,s=We(r,{order:E.value,layer:h,only:g?p:null},o,d),C.element.hidden=s.length===0,k.hidden=s.length>0,s.length===0&&k.replaceChildren(Q("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),f&&(C.top(),u=-1),C.count=s.length;let v=t.values.images.length,x=[...t.values.query?[`“${t.values.query}”`]:[],...v?[`${v} image${v>1?"s":""}`]:[]],T=x.length?`by match with ${x.join(" and ")}`:"type a query to rank them by what they encode";i.status(`${s.length.toLocaleString("en")} components, ${T}`)}async function m(){let{query:f,images:v}=t.values;if(b.mark([]),f===""&&v.length===0){e.cancel("search"),o=void 0,i.busy(null),L(!0);return}i.busy("Searching …");try{let{body:x,buffers:T}=await e.request("search",{query:f,images:v},{lane:"search",progress:F=>i.busy(F.stage,F)});i.clearError(),a=x.texts,o=T[0]?K(T[0]):void 0,l=te(T[1]),b.mark(x.unknown),o&&(E.value="score"),i.root.dataset.query=f,L(!0),i.busy(null)}catch(x){i.fail(x),t.values.query===f&&i.busy(null)}}t.on(["query","images"],()=>{m()}),t.on(["selection"],()=>{p=new Set(t.values.selection),L(!1);let[f]=t.values.selection;p.size===1&&f!==void 0&&f!==s[C.active]&&(C.reveal(s.indexOf(f)),H.open(f))}),t.on(["pruned"],()=>C.redraw()),n(()=>{b.close(),C.close(),R.close()}),L(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:f})=>{d=K(f[0]),L(!1)}).catch(i.fail).finally(()=>{(t.values.query||t.values.images.length)&&m(),i.ready()})}var Ye=I({name:"gallery",title:"Components",css:Ke},zt);function Xe(i,e){let t,n=r=>{let s=i.getBoundingClientRect();return[r.clientX-s.left,r.clientY-s.top]};i.addEventListener("pointerdown",r=>{if(r.button!==0)return;i.setPointerCapture?.(r.pointerId);let s=n(r);t={from:s,last:s,lasso:e.lasso()||r.shiftKey?[s]:null,moved:!1}}),i.addEventListener("pointermove",r=>{let s=n(r);if(!t){e.hover(s);return}Math.hypot(s[0]-t.from[0],s[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(s),e.outline(t.lasso)):e.pan(s[0]-t.last[0],s[1]-t.last[1]),t.last=s)}),i.addEventListener("pointerup",r=>{let s=t;if(t=void 0,e.outline([]),!s)return;let o=r.ctrlKey||r.metaKey;s.moved&&s.lasso?e.lassoed(s.lasso,o):s.moved||e.clicked(s.from,o||r.shiftKey)}),i.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),i.addEventListener("pointerleave",()=>e.hover(null)),i.addEventListener("wheel",r=>{r.preventDefault(),e.hover(null),e.zoom(Math.exp(-r.deltaY*(r.deltaMode===1?.05:.002)),n(r))},{passive:!1})}var be=class{constructor(e,t,n){this.shared=e;this.failed=t;this.changed=n;e.on(["vocabulary"],()=>{this.#i()}),this.#i()}shared;failed;changed;#e=[];#t=new Uint32Array;#n=[];#s=1;#r="";name(e){return this.#e[this.#t[e]??-1]}score(e){return this.#n[0]?.[e]??Number.NaN}margin(e){return this.#n[1]?.[e]??Number.NaN}certificate(e){return this.#n[2]?.[e]??Number.NaN}trust(e){let t=this.certificate(e);return Number.isNaN(t)?"open":t>=this.#s?"certified":"doubtful"}chip(e){let t=this.name(e);if(t===void 0)return c("span",{class:"slens-label",hidden:!0});let n=this.trust(e),r=`score ${this.score(e).toFixed(2)}, ${this.margin(e).toFixed(2)} ahead of the next label`,s=`certificate ${this.certificate(e).toFixed(2)}`,o={certified:`“${t}”, ${s}: the component also fires on images of it that did not name it`,doubtful:`“${t}”? Do not rely on it: ${s}, below ${this.#s}`,open:`“${t}”, not certified: ${this.#r}`}[n],l=n==="doubtful"?" ?":"";return c("span",{class:"slens-label","data-trust":n,title:`${o}; ${r}`},t+l)}async#i(){try{let{body:e,buffers:t}=await this.shared.client.request("labels",{},{lane:"labels"});this.#e=e.names,this.#t=te(t[0]),this.#n=t.slice(1).map(K),this.#s=Number(e.trusted_from),this.#r=String(e.reason),this.changed()}catch(e){this.failed(e)}}};var Qe=`.slens-plane {
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
`;var qt={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Nt={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},It={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},Z=48,ee=16,B=63;function Ot(i,e){let t=Math.min(Math.max(e,0),1)*(i.length-1),n=Math.min(Math.floor(t),i.length-2),[r,s]=[N(i[n]),N(i[n+1])];return`#${r.map((l,a)=>Math.round(l+(s[a]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function oe(i,e,t=8){if(i==="categories"&&t<=8)return qt[e];let n=i==="diverging"?It[e]:Nt[e],r=i==="categories"?Math.min(t,B):Z;return Array.from({length:r},(s,o)=>Ot(n,o/(r-1)))}function Ze(i,e){let[t,n]=[1/0,-1/0];for(let r of i)Number.isFinite(r)&&(r<t&&(t=r),r>n&&(n=r));if(t>n)return[0,1];if(e==="diverging"){let r=Math.max(Math.abs(t),Math.abs(n))||1;return[-r,r]}return t===n?[t,t+1]:[t,n]}function et(i,[e,t]){let n=new Uint8Array(i.length),r=Z/(t-e);for(let s=0;s<i.length;s++){let o=Math.floor((i[s]-e)*r);n[s]=Number.isNaN(o)?B:Math.min(Math.max(o,0),Z-1)}return n}var ve=[{by:"layer",label:"layer",scale:"categories"},{by:"label",label:"label",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"polysemanticity",label:"polysemanticity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging",ends:["spurious","valid"],needs:["valid","spurious"]},{by:"relevance",label:"relevance",scale:"sequential",needs:["target"]},{by:"score",label:"search score",scale:"sequential",needs:["query"]},{by:"pruned",label:"pruned",scale:"categories"}],ye=class{constructor(e,t,n){this.drawn=e;this.labels=t;this.changed=n;let{shared:r}=e;r.on(["color_by"],()=>{n(!0),this.load()}),r.on(["query","valid","spurious","target"],s=>{this.colouring.needs?.includes(s)&&this.load()})}drawn;labels;changed;#e;#t=!1;get colouring(){let{color_by:e}=this.drawn.shared.values;return ve.find(({by:t})=>t===e)??ve[0]}value(e){let t=this.#e?.[e];return t===void 0?"":`${this.colouring.label} ${Number.isFinite(t)?t.toFixed(2):"unknown"}`}async load(){let{client:e,frame:t}=this.drawn,{by:n,scale:r}=this.colouring;if(this.#e=void 0,this.#t=r!=="categories",!this.#t)e.cancel("colour");else{this.changed(!1);try{let{body:s,buffers:o}=await e.request("colour",{by:n},{lane:"colour",progress:l=>t.busy(l.stage,l)});t.clearError(),this.#e=s.available===!0?K(o[0]):void 0}catch(s){t.fail(s)}if(t.busy(null),n!==this.colouring.by)return;this.#t=!1}this.changed(!1)}paint(e){let{by:t,scale:n}=this.colouring;return t==="layer"?this.#r(e):t==="pruned"?this.#i(e):t==="label"?this.#s(e)??this.#n(e):this.#e?this.#o(e,n,this.#e):this.#n(e)}controls(){let{about:e,values:t}=this.drawn.shared;if(this.colouring.by!=="relevance"||!e.live)return[];let n=c("select",{title:"The class whose relevance colours the points",onchange:()=>this.drawn.shared.set("target",n.value||null)});n.append(c("option",{value:""},"choose …"));for(let r of e.classes)n.append(c("option",{value:r},r));return n.value=t.target??"",[c("label",{class:"slens-field"},"For class",n)]}#n(e){let t=new Uint8Array(this.drawn.shared.components.total);return{levels:t,palette:[e.muted],groups:t,legend:{text:this.#a()}}}#s(e){let{total:t}=this.drawn.shared.components,n=new Map;for(let h=0;h<t;h++){let g=this.labels.name(h);g!==void 0&&n.set(g,(n.get(g)??0)+1)}if(n.size===0)return;let r=oe("categories",e.theme),s=[...n].sort((h,g)=>g[1]-h[1]).slice(0,n.size>8?7:8),o=new Map(s.map(([h],g)=>[h,g])),l=new Uint8Array(t);for(let h=0;h<t;h++)l[h]=o.get(this.labels.name(h)??"")??B;let a=s.map(([h,g],p)=>({group:p,name:h,tone:r[p],count:g})),d=t-a.reduce((h,{count:g})=>h+g,0),u=n.size-s.length;return d>0&&a.push({group:B,name:u>0?`${u.toLocaleString("en")} more labels`:"no label",tone:e.muted,count:d}),{levels:l,palette:tt(r.slice(0,8),e),groups:l,legend:{keys:a}}}#r(e){let{layers:t,layerOf:n}=this.drawn.shared.components,r=oe("categories",e.theme,t.length),s=t.map(({name:l,count:a},d)=>({group:d,name:l,tone:r[d%r.length],count:a}));return{levels:Uint8Array.from(n,l=>l%r.length),palette:r,groups:n,legend:{keys:s}}}#i(e){let{components:t,values:n}=this.drawn.shared,r=new Uint8Array(t.total);for(let a of n.pruned)r[a]=1;let s=oe("categories",e.theme).slice(0,2),l=[t.total-n.pruned.length,n.pruned.length].map((a,d)=>({group:d,name:`${d?"pruned":"kept"} (${a.toLocaleString("en")})`,tone:s[d],count:a}));return{levels:r,palette:s,groups:r,legend:{keys:l}}}#o(e,t,n){let r=Ze(n,t),s=oe(t,e.theme),o=et(n,r),l=new Array(ee).fill(0),a=0,d=o.map(g=>{if(g===B)return a++,B;let p=Math.floor(g*ee/Z);return l[p]++,p}),{label:u,ends:h=["low","high"]}=this.colouring;return{levels:o,palette:tt(s,e),groups:d,legend:{label:u,tones:s,limits:r,ends:h,counts:l,missing:a,muted:e.muted}}}#a(){let{by:e,label:t}=this.colouring;if(this.#t)return`Computing ${t} …`;let{about:n,values:r}=this.drawn.shared;return e==="label"?"Set audit.session.vocabulary to a list of texts to colour the points by their labels.":e==="score"?"Type a query in the gallery to colour the points by how well they match it.":e==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":e==="relevance"&&!n.live?"Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….":e==="relevance"&&r.target===null?"Choose the class whose relevance colours the points.":`There is no ${t} to colour the points by.`}};function tt(i,e){return Array.from({length:B+1},(t,n)=>i[n]??e.muted)}var Bt=10,xe=class{element=c("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=c("b");#t=c("p");#n=c("div");#s=c("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#n,this.#t,this.#s)}show(e,t,n,r,s){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,this.#n.replaceChildren(r),W(this.#s,s)}place([e,t],n,[r,s]){let[o,l]=[this.element.offsetWidth||252,this.element.offsetHeight||116],a=n+Bt,d=e+a+o>r?e-o-a:e+a,u=Math.min(Math.max(t-l/2,4),s-l-4);this.element.style.left=`${Math.max(d,4)}px`,this.element.style.top=`${Math.max(u,4)}px`}arrived(e,t){e===this.#r&&W(this.#s,t)}};var _t=50,we=class{constructor(e,t,n,r){this.drawn=e;this.labels=t;this.view=n;this.on=r;let{client:s,frame:o,shared:l,onClose:a}=e;this.#e=new Y(s,o.fail,(d,u)=>this.card.arrived(d,u)),l.on(["hovered"],()=>{let{hovered:d}=l.values;(d??-1)!==this.id&&this.#n(d??-1)}),a(()=>{this.#t.cancel(),this.#e.close()}),this.place()}drawn;labels;view;on;id=-1;card=new xe;ring=document.createElementNS("http://www.w3.org/2000/svg","circle");#e;#t=ue(_t,()=>this.drawn.shared.set("hovered",this.id<0?null:this.id));point(e){e!==this.id&&(this.#n(e),this.#t())}place(){let{id:e,ring:t,card:n,on:r,view:s}=this,o=e<0?void 0:r.place(e),l=o&&o[0]>=0&&o[1]>=0&&o[0]<=s.width&&o[1]<=s.height;t.style.display=l?"":"none",n.element.hidden=!l,!(!o||!l)&&(t.setAttribute("cx",String(o[0])),t.setAttribute("cy",String(o[1])),t.setAttribute("r",String(r.radius(e))),n.place(o,r.radius(e),[s.width,s.height]))}#n(e){let{shared:t,frame:n}=this.drawn;if(this.id=e,e<0){this.place(),this.on.left();return}let r=t.components.name(e),s=t.values.pruned.includes(e)?"pruned":"",o=[this.on.facts(e),s].filter(Boolean).join(" · "),l=o||`its ${t.about.m} strongest examples`;this.card.show(e,r,l,this.labels.chip(e),this.#e.get(e)),this.place(),this.#e.want([e]),n.status([r,this.labels.name(e),o].filter(Boolean).join(", "))}};function st(i){let[e,t,n,r]=[1/0,-1/0,1/0,-1/0];for(let d=0;d<i.length;d+=2)e=Math.min(e,i[d]),t=Math.max(t,i[d]),n=Math.min(n,i[d+1]),r=Math.max(r,i[d+1]);let[s,o]=[(e+t)/2,(n+r)/2],l=Math.max(t-e,r-n)/2||1,a=new Float32Array(i.length);for(let d=0;d<i.length;d+=2)a[d]=(i[d]-s)/l,a[d+1]=(i[d+1]-o)/l;return a}var ke=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[r,s]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[o,l]=this.toWorld(t,n);this.x+=r-o,this.y+=s-l,this.#e()}show(e,t){let[n,r]=this.toScreen(e,t),s=Math.min(this.width,this.height)*.06;n>s&&r>s&&n<this.width-s&&r<this.height-s||(this.x=e,this.y=t)}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},Ee=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let s=0;s<t;s++)n[s]=this.#n(e[2*s])+this.#n(e[2*s+1])*this.side,this.#e[n[s]+1]++;for(let s=0;s<this.side**2;s++)this.#e[s+1]+=this.#e[s];let r=this.#e.slice();this.#t=new Uint32Array(t);for(let s=0;s<t;s++)this.#t[r[n[s]]++]=s}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let r=-1,s=n*n;for(let o=this.#n(t-n);o<=this.#n(t+n);o++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let a=o*this.side+l;for(let d=this.#e[a];d<this.#e[a+1];d++){let u=this.#t[d],h=(this.xy[2*u]-e)**2+(this.xy[2*u+1]-t)**2;h<=s&&(r=u,s=h)}}return r}within([e,t],[n,r],s=1/0){let o=[];for(let l=this.#n(t);l<=this.#n(r);l++){let a=l*this.side+this.#n(e),d=l*this.side+this.#n(n);for(let u=this.#e[a];u<this.#e[d+1];u++){let h=this.#t[u],[g,p]=[this.xy[2*h],this.xy[2*h+1]];if(!(g<e||g>n||p<t||p>r)&&(o.push(h),o.length>s))return o}}return o}nearestOnes(e,t,n){let r=Math.min(n,this.xy.length/2),s=o=>(this.xy[2*o]-e)**2+(this.xy[2*o+1]-t)**2;for(let o=2/this.side;;o*=1.5){let l=this.within([e-o,t-o],[e+o,t+o]).filter(a=>s(a)<=o*o);if(l.length>=r)return l.sort((a,d)=>s(a)-s(d)).slice(0,r)}}lassoed(e){if(e.length<3)return new Uint32Array;let t=this.#r(e),[n,r]=[e.map(u=>u[0]),e.map(u=>u[1])],[s,o]=[this.#n(Math.min(...n)),this.#n(Math.max(...n))],l=new Uint8Array(this.xy.length/2),a=0;for(let u=this.#n(Math.min(...r));u<=this.#n(Math.max(...r));u++)for(let h=s;h<=o;h++){let g=u*this.side+h,[p,b]=[this.#e[g],this.#e[g+1]];if(p===b)continue;let E=t[g]?void 0:nt(this.#s(h),this.#s(u),e);if(E!==!1)for(let w=p;w<b;w++){let M=this.#t[w];(E||nt(this.xy[2*M],this.xy[2*M+1],e))&&(l[M]=1,a++)}}let d=new Uint32Array(a);for(let u=0,h=0;h<a;u++)l[u]&&(d[h++]=u);return d}#s(e){return(e+.5)/this.side*2-1}#r(e){let{side:t}=this,n=new Uint8Array(t*t);for(let r=0;r<t;r++)for(let s of[r,t*(t-1)+r,r*t,r*t+t-1])n[s]=1;return e.forEach(([r,s],o)=>{let[l,a]=e[(o+1)%e.length],d=Math.ceil(Math.max(Math.abs(l-r),Math.abs(a-s))*t)+1;for(let u=0;u<=d;u++){let h=this.#n(r+(l-r)*u/d),g=this.#n(s+(a-s)*u/d);for(let p=Math.max(g-1,0);p<=Math.min(g+1,t-1);p++)for(let b=Math.max(h-1,0);b<=Math.min(h+1,t-1);b++)n[p*t+b]=1}}),n}};function nt(i,e,t){let n=!1;for(let r=0,s=t.length-1;r<t.length;s=r++){let[o,l]=t[r],[a,d]=t[s];l>e!=d>e&&i<(a-o)*(e-l)/(d-l)+o&&(n=!n)}return n}function rt(i,e,t,n){let r=-1,s=1/0,[o,l]=[i[2*e],i[2*e+1]];for(let a=0;a<i.length/2;a++){let[d,u]=[i[2*a]-o,i[2*a+1]-l],h=d*t+u*n,g=Math.abs(d*n-u*t);if(a===e||h<=0||g>2*h)continue;let p=h+2*g;p<s&&(r=a,s=p)}return r}var jt={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},Kt=8;function it(i,e){let{view:t}=e,n={centre:-1,count:0};function r(o,l){let[a,d]=[e.hovered(),e.xy()],u=a>=0?rt(d,a,...o):e.selection()[0]??l.nearest(t.x,t.y,4);u<0||(t.show(d[2*u],d[2*u+1]),e.point(u))}function s(o,l){let a=e.hovered()>=0?e.hovered():e.selection()[0];if(a===void 0)return;let u=n.centre===a&&n.count===e.selection().length?Math.floor(o?n.count/2:n.count*2):o?1:Kt,h=l.nearestOnes(e.xy()[2*a],e.xy()[2*a+1],Math.max(u,1));n={centre:a,count:h.length},e.choose(h,!1)}i.addEventListener("keydown",o=>{let l=[t.width/2,t.height/2],a=jt[o.key],d=e.grid();if(a&&o.ctrlKey)t.pan(-60*a[0],60*a[1]);else if(a&&d)r(a,d);else if(o.key==="+"||o.key==="=")t.zoomAt(1.4,...l);else if(o.key==="-")t.zoomAt(1/1.4,...l);else if(o.key==="0")t.fit();else if(o.key.toLowerCase()==="g"&&d)s(o.shiftKey,d);else if(o.key==="Escape")e.choose([],!1);else if((o.key==="Enter"||o.key===" ")&&e.hovered()>=0)e.choose([e.hovered()],o.ctrlKey||o.shiftKey);else return;o.preventDefault(),e.paint()})}var Te=i=>Math.abs(i)>=.01||i===0?i.toFixed(2):i.toExponential(1),Me=class{constructor(e){this.changed=e;this.element.addEventListener("keydown",t=>this.#i(t)),this.element.addEventListener("pointerup",()=>{this.#e=-1}),this.element.addEventListener("pointerleave",()=>{this.#e=-1})}changed;element=c("div",{class:"slens-legend"});highlighted=new Set;#e=-1;draw(e,t=[]){let n=this.element.getRootNode().activeElement,r=n&&this.element.contains(n)?n.dataset.group:void 0,s=c("button",{type:"button",class:"slens-key",title:"Highlight everything again",onclick:()=>this.clear()},"show all");s.hidden=this.highlighted.size===0,"text"in e?this.element.replaceChildren(...t,e.text):"keys"in e?this.element.replaceChildren(...t,...e.keys.map(o=>this.#n(o)),s):this.element.replaceChildren(...t,...this.#s(e),s),r!==void 0&&this.element.querySelector(`[data-group="${r}"]`)?.focus()}clear(){this.highlighted.clear(),this.changed()}#t(e){this.highlighted.delete(e)||this.highlighted.add(e),this.changed()}#n({group:e,name:t,tone:n,count:r}){let s=c("span",{class:"slens-dot","aria-hidden":"true"});return s.style.background=n,c("button",{type:"button",class:"slens-key","data-group":e,"aria-pressed":String(this.highlighted.has(e)),title:`Highlight ${t}: ${r.toLocaleString("en")} components`,onclick:()=>this.#t(e)},s,c("span",{},t))}#s(e){let[t,n]=e.limits,r=Math.max(1,...e.counts),s=e.counts.map((a,d)=>{let u=p=>Te(t+(n-t)*p/ee),h=c("span",{"aria-hidden":"true"});h.style.height=`${a?Math.max(2,22*(a/r)):0}px`,h.style.background=e.tones[Math.floor((d+.5)*Z/ee)];let g=`${u(d)} to ${u(d+1)}`;return c("button",{type:"button",class:"slens-bin",tabindex:d===0?0:-1,"data-group":d,"aria-pressed":String(this.highlighted.has(d)),"aria-label":`${g}: ${a} components`,title:`${g}: ${a.toLocaleString("en")} components. Click or drag to highlight them`,onpointerdown:p=>{this.#e=d,p.currentTarget.releasePointerCapture?.(p.pointerId)},onpointerenter:()=>this.#e>=0&&this.#e!==d&&this.#r(this.#e,d),onclick:()=>this.#t(d)},h)}),o=c("div",{class:"slens-bins",role:"group","aria-label":`Values of ${e.label}`});o.append(...s);let l=[c("span",{},`${e.label}:`),c("span",{},`${e.ends[0]} ${Te(t)}`),o,c("span",{},`${Te(n)} ${e.ends[1]}`)];return e.missing>0&&l.push(this.#n({group:B,name:"no value",tone:e.muted,count:e.missing})),l}#r(e,t){this.highlighted.clear();for(let n=Math.min(e,t);n<=Math.max(e,t);n++)this.highlighted.add(n);this.changed()}#i(e){let t=e.target,n={ArrowLeft:-1,ArrowRight:1}[e.key];if(!n||!t.classList.contains("slens-bin"))return;let r=Number(t.dataset.group),s=Math.min(Math.max(r+n,0),ee-1);e.preventDefault(),this.element.querySelector(`.slens-bin[data-group="${s}"]`)?.focus(),e.shiftKey&&(this.highlighted.add(r).add(s),this.changed())}};function X(i,e){let t=i>1e5?2.6:i>1e4?4:i>2e3?6:9;return Math.min(t*e**.35,22)}function Ae(i,e,t){let[n,r]=[Math.round(e.width*t),Math.round(e.height*t)];i.width!==n&&(i.width=n),i.height!==r&&(i.height=r)}var Gt=2e4,ot=.28,ae=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){Ae(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),r=this.#e;!n||!r||(n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height),r.levels.length>Gt?Jt(n,r,e,t):Vt(n,r,e))}close(){}};function Ce(i,e){let{flags:t}=i;for(let n of[0,2])for(let r=0;r<t.length;r++)(t[r]&2)===n&&e(r,t[r])}function Vt(i,e,t){let n=X(e.levels.length,t.zoom)/2,r=(s,o,l,a)=>{if(i.beginPath(),a&8){let d=l*1.18;i.moveTo(s-d,o);for(let[u,h]of[[0,-1],[1,0],[0,1]])i.lineTo(s+u*d,o+h*d);i.closePath()}else i.arc(s,o,l,0,2*Math.PI)};Ce(e,(s,o)=>{let[l,a]=t.toScreen(e.xy[2*s],e.xy[2*s+1]);if(l<-20||a<-20||l>t.width+20||a>t.height+20)return;let d=(o&2)!==0;i.globalAlpha=(o&1)!==0&&!d?ot:.92,i.fillStyle=e.palette[e.levels[s]%e.palette.length],r(l,a,d?n+2:n,o),i.fill(),o&4&&(i.fillStyle=e.background,r(l,a,n*.55,o),i.fill()),d&&(i.strokeStyle=e.ring,i.lineWidth=1.5,r(l,a,n+1.2,o),i.stroke())})}function Jt(i,e,t,n){let{width:r,height:s}=i.canvas,o=i.createImageData(r,s),l=new Uint32Array(o.data.buffer),a=N(e.background),d=(S,$)=>{let[L,m,f]=N(S).map((v,x)=>Math.round(a[x]+(v-a[x])*$));return(255<<24|f<<16|m<<8|L)>>>0},u=e.palette.map(S=>d(S,.95)),h=e.palette.map(S=>d(S,ot)),[g,p]=[d(e.ring,1),d(e.background,1)],b=Math.max(1,Math.round(X(e.levels.length,t.zoom)*n*.85)),E=(S,$,L,m)=>{let[f,v]=[Math.round(S-L/2),Math.round($-L/2)];for(let x=Math.max(v,0);x<Math.min(v+L,s);x++)for(let T=Math.max(f,0);T<Math.min(f+L,r);T++)l[x*r+T]=m},{xy:w,levels:M,palette:k}=e,R=t.scale*n,C=S=>(S&3)===1,H=(S,$)=>{let L=r/2+(w[2*S]-t.x)*R,m=s/2-(w[2*S+1]-t.y)*R;if(L<-b||m<-b||L>r+b||m>s+b)return;let f=M[S]%k.length;$&2&&E(L,m,b+4,g),E(L,m,$&2?b+2:b,C($)?h[f]:u[f]),$&4&&b>3&&E(L,m,Math.ceil(b/2),p)};Ce(e,(S,$)=>C($)&&H(S,$)),Ce(e,(S,$)=>!C($)&&H(S,$)),i.putImageData(o,0,0)}var Yt=`#version 300 es
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
}`,Xt=`#version 300 es
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
}`,Pe=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,r]of[[t.VERTEX_SHADER,Yt],[t.FRAGMENT_SHADER,Xt]]){let s=t.createShader(n);t.shaderSource(s,r),t.compileShader(s),t.attachShader(this.#t,s)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#s;#r;#i=new Float32Array(192);#o=!1;update(e){let t=this.#e;this.#s=e;let n=(s,o)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[s]),t.bufferData(t.ARRAY_BUFFER,o,s===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(s),s===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(s,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags);let{palette:r}=e;for(let s=0;s<64;s++)this.#i.set($e(r[s%r.length]),s*3);this.#o=e.flags.some(s=>(s&2)!==0)}draw(e,t){let n=this.#e,r=this.#s;if(Ae(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!r)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let s=o=>n.getUniformLocation(this.#t,o);n.uniform3fv(s("palette"),this.#i),n.uniform3fv(s("ring"),$e(r.ring)),n.uniform3fv(s("back"),$e(r.background)),n.uniform2f(s("centre"),e.x,e.y),n.uniform2f(s("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(s("size"),X(r.levels.length,e.zoom)*t);for(let o of this.#o?[0,1]:[0])n.uniform1ui(s("pass"),o),n.drawArrays(n.POINTS,0,r.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}};function $e(i){let[e,t,n]=N(i);return[e/255,t/255,n/255]}function at(i,e){let t=()=>{let r=document.createElement("canvas");return r.style.cssText="position:absolute;inset:0;width:100%;height:100%",r.setAttribute("aria-hidden","true"),i.prepend(r),r},n=t();try{let r=new Pe(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new ae(t())))}),r}catch{return n.remove(),new ae(t())}}var Qt="Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";function Zt(i){let{frame:e,client:t,shared:n,onClose:r}=i,s=n.components.total,o=new ke,l=new be(n,e.fail,()=>m(!1)),a=new ye(i,l,m),d=new Me(f),u=new Float32Array,h,g=!1,p=0,b=document.createElementNS("http://www.w3.org/2000/svg","svg"),E=document.createElementNS("http://www.w3.org/2000/svg","polygon"),w=y=>o.toScreen(u[2*y],u[2*y+1]),M=new we(i,l,o,{place:w,radius:()=>X(s,o.zoom)/2+4,facts:y=>a.value(y),left:x});b.append(E,M.ring);let k=c("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":`Map of components. ${Qt}`});k.append(b,M.card.element),e.body.append(k,d.element);let R=at(k,y=>{R=y,k.dataset.engine=y.kind,f()});k.dataset.engine=R.kind;let C=c("select",{title:"What the colours of the points mean",onchange:()=>n.set("color_by",C.value)});for(let{by:y,label:A}of ve)C.append(c("option",{value:y},A));let H=(y,A,P)=>c("button",{type:"button",title:A,onclick:()=>L(P)},y),S=H("Pan","Drag to move the map (shift-drag draws a lasso)",!1),$=H("Lasso","Drag around points to select them",!0);e.tools.append(c("label",{class:"slens-field"},"Colour",C),c("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},S,$),J("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{o.fit(),v()}));function L(y){g=y,S.setAttribute("aria-pressed",String(!y)),$.setAttribute("aria-pressed",String(y)),k.classList.toggle("slens-lasso",y)}L(!1);function m(y){y&&d.highlighted.clear(),C.value=a.colouring.by,f()}function f(){if(!h)return;let y=ce(e.root),A=a.paint(y);d.draw(A.legend,a.controls());let{selection:P,pruned:j}=n.values,{highlighted:re}=d,le=new Uint8Array(s).fill(P.length>0?1:0);if(re.size>0)for(let V=0;V<s;V++)re.has(A.groups[V])||(le[V]=1);for(let V of P)le[V]=2;for(let V of j)le[V]|=4;let{levels:ut,palette:ht}=A;R.update({xy:u,levels:ut,palette:ht,flags:le,ring:y.foreground,background:y.background}),v(),x()}function v(){cancelAnimationFrame(p),p=requestAnimationFrame(()=>{o.width=k.clientWidth||400,o.height=k.clientHeight||300,R.draw(o,Math.min(globalThis.devicePixelRatio||1,2)),M.place(),h&&e.ready()})}function x(){let{selection:y}=n.values,A=n.components.layers.length;e.status(y.length>0?`${y.length.toLocaleString("en")} of ${s.toLocaleString("en")} components selected`:`${s.toLocaleString("en")} components of ${A} layer${A===1?"":"s"}; shift-drag draws a lasso`)}function T(y,A){if(!A){n.set("selection",y);return}let P=new Set(n.values.selection),j=y.length===1&&P.has(y[0]);for(let re of y)j?P.delete(re):P.add(re);n.set("selection",[...P])}let F=(y,A)=>{let[P,j]=o.toWorld(y,A);return h?.nearest(P,j,(X(s,o.zoom)/2+5)/o.scale)??-1};function U(y){k.classList.toggle("slens-over",y>=0),M.point(y)}Xe(k,{lasso:()=>g,hover:y=>U(y?F(...y):-1),outline:y=>E.setAttribute("points",y.map(A=>A.join(",")).join(" ")),pan:(y,A)=>{o.pan(y,A),v()},zoom:(y,A)=>{o.zoomAt(y,...A),v()},lassoed:(y,A)=>{let P=y.map(j=>o.toWorld(...j));T(Array.from(h?.lassoed(P)??[]),A)},clicked:(y,A)=>{let P=F(...y);P>=0?T([P],A):A||T([],!1)}}),it(k,{view:o,grid:()=>h,xy:()=>u,hovered:()=>M.id,selection:()=>n.values.selection,point:U,choose:T,paint:v});async function z(){e.busy("Laying out the map …");try{let{buffers:y}=await t.request("points",{},{lane:"points",progress:A=>e.busy(A.stage,A)});u=st(K(y[0])),h=new Ee(u),e.busy(null),await a.load()}catch(y){e.fail(y)}e.busy(null)}n.on(["selection","pruned"],f),e.onTheme(f);let D=new ResizeObserver(v);D.observe(k),r(()=>{D.disconnect(),cancelAnimationFrame(p),R.close()}),z()}var lt=I({name:"map",title:"Concept map",css:Qe},Zt);var ct=`.slens-numbers {
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
`;var G=i=>`${(100*i).toFixed(1)} %`;function tn(i,e){let t=100*(e-i);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function nn({frame:i,client:e,shared:t,onClose:n}){let{components:r}=t;if(!t.about.live){i.body.append(Q("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),i.ready();return}let s=[],o=new Set(t.values.pruned),l=["mean","zero"].map(m=>c("button",{type:"button",title:m==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",m)},m));i.tools.append(c("label",{class:"slens-field"},"Replace by"),c("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...l));let a=c("div",{class:"slens-numbers","aria-live":"polite"}),d=c("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),u=(m,f,v,x=!1)=>c("button",{type:"button",title:f,class:x?"slens-main":"",onclick:v},m),h=u("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),g=u("Undo","Go back to the pruned set before the last change",()=>k("undo")),p=u("Redo","Take back the last undo",()=>k("redo")),b=u("Clear","Restore every component and empty the list",()=>k("clear")),E=new Y(e,i.fail,(m,f)=>{for(let v of w.element.querySelectorAll(`[data-component="${m}"] .slens-strip`))W(v,f)}),w=new ne({label:"Pruned components",rowHeight:74,draw:C,choose:(m,f)=>{f instanceof KeyboardEvent?R(s[m]):t.set("selection",[s[m]])},shown:(m,f)=>E.want(s.slice(m,f))}),M=Q("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");i.body.append(a,d,c("div",{class:"slens-acts"},h,g,p,b),w.element,M),i.root.addEventListener("keydown",m=>{m.target instanceof HTMLInputElement&&m.target.type!=="checkbox"||m.key.toLowerCase()!=="z"||!(m.ctrlKey||m.metaKey)||(m.preventDefault(),k(m.shiftKey?"redo":"undo"))});function k(m){e.request(m).catch(i.fail)}function R(m){let f=new Set(t.values.pruned);f.delete(m)||f.add(m),t.set("pruned",[...f])}function C(m,f){let v=s[f],x=o.has(v);m.classList.toggle("slens-restored",!x);let T=`${v} ${x}`;if(m.dataset.state===T)return;m.dataset.state=T;let F=m.dataset.component===String(v)?m.querySelector("input"):null;if(F){F.checked=x,m.querySelector(".slens-quiet").textContent=x?"pruned":"kept";return}m.dataset.component=String(v);let U=c("input",{type:"checkbox","aria-label":`Prune ${r.name(v)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>R(v)});U.checked=x;let z=c("div",{class:"slens-strip"});W(z,E.get(v)),m.replaceChildren(c("div",{class:"slens-line",role:"gridcell"},c("label",{},U,c("b",{},r.name(v))),c("span",{class:"slens-quiet"},x?"pruned":"kept")),c("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},z))}function H(m,f,v,x){return c("div",{class:"slens-number"},c("small",{},m),c("strong",{"data-value":x},f),c("em",{},v))}function S(m){let{before:f,after:v,flips:x}=m,T=x.fixed+x.broken+x.other,F=(z,D)=>m.pruned>0?`${tn(z,D)}
from ${G(z)}`:"nothing pruned",U=[H("accuracy",G(v.accuracy),F(f.accuracy,v.accuracy),"accuracy")];v.worst_group!==null&&f.worst_group!==null&&U.push(H("worst group",G(v.worst_group),F(f.worst_group,v.worst_group),"worst-group")),U.push(H("flipped images",String(T),`${x.fixed} fixed
${x.broken} broken`,"flips")),a.replaceChildren(...U),d.replaceChildren(...Object.entries(v.per_class).flatMap(([z,D])=>{let y=f.per_class[z]??0,A=c("span");A.style.width=G(D).replace(" ","");let P=c("i",{title:`before: ${G(y)}`});return P.style.left=`calc(${G(y).replace(" ","")} - 1px)`,[c("span",{},z),c("div",{class:"slens-bar",role:"img","aria-label":`${z}: ${G(D)}, before ${G(y)}`},A,P),c("span",{},G(D))]})),i.root.dataset.accuracy=String(v.accuracy),i.root.dataset.pruned=String(m.pruned),i.status(`${m.pruned} pruned (${m.mode}) · ${v.n.toLocaleString("en")} images · tick: before`)}function $(m,f){s=Array.from(te(f[0])),g.disabled=m.undo!==!0,p.disabled=m.redo!==!0;let v=m.evaluating===!0;i.root.classList.toggle("slens-stale",v),i.root.dataset.evaluating=String(v),v?i.busy("Evaluating …"):i.busy(null),m.result&&S(m.result),L()}function L(){o=new Set(t.values.pruned);let m=t.values.selection.filter(f=>!o.has(f)).length;h.textContent=m>0?`Prune selection (${m.toLocaleString("en")})`:"Prune selection",h.disabled=m===0,b.disabled=s.length===0,l.forEach(f=>{f.setAttribute("aria-pressed",String(f.textContent===t.values.mode))}),w.element.hidden=s.length===0,M.hidden=s.length>0,w.count=s.length}n(e.on("event:panel",(m,f)=>{i.clearError(),$(m,f)})),n(e.on("event:failed",m=>i.fail(m.message))),n(e.on("event:progress",m=>i.busy(`${String(m.stage)} …`,m))),n(()=>{w.close(),E.close()}),t.on(["pruned","selection","mode"],L),L(),e.request("panel").then(({body:m,buffers:f})=>{$(m,f),i.ready()}).catch(i.fail)}var dt=I({name:"pruning",title:"Pruning",css:ct},nn);var sn={alignment:Oe,dashboard:_e,gallery:Ye,map:lt,pruning:dt},or={render(i){let e=String(i.model.get("_widget")),t=sn[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(i)}};export{or as default};
