var $e=`.slens.slens-alignment {
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
`;var Ce=`.slens {
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
`;function Z(s){let e=/^#([0-9a-f]{6})$/i.exec(s.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=s,n.fillRect(0,0,1,1);let[r=255,o=255,i=255]=n.getImageData(0,0,1,1).data;return[r,o,i]}function pt(s){let[e,t,n]=Z(s);return .2126*e+.7152*t+.0722*n<128}function Pe(s){return`#${Z(s).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function ht(s){let e=getComputedStyle(s);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return pt(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function ae(s){let e=getComputedStyle(s),t=(n,r)=>{let o=document.createElement("span");o.style.color=`var(${n})`,s.append(o);let i=getComputedStyle(o).color||r;return o.remove(),Pe(i.startsWith("var")?r:i)};return{theme:s.dataset.theme==="dark"?"dark":"light",background:Pe(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function Re(s,e){let t=(c=!1)=>{let d=ht(s)?"dark":"light";s.dataset.theme===d&&!c||(s.dataset.theme=d,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},o=new MutationObserver(r),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};o.observe(document.documentElement,i),o.observe(document.body,i);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),o.disconnect(),l?.removeEventListener?.("change",r)}}var W=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},ft=Math.floor(Math.random()*2**40)+1;function mt(s){return s instanceof ArrayBuffer?new Uint8Array(s.slice(0)):new Uint8Array(s.buffer,s.byteOffset,s.byteLength).slice()}function te(s){return s?new Float32Array(s.buffer,s.byteOffset,s.byteLength>>2):new Float32Array}function ce(s){return s?new Uint32Array(s.buffer,s.byteOffset,s.byteLength>>2):new Uint32Array}var le=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#s=new Map;#n=new Map;#r=!1;request(e,t={},n={}){if(this.#r)return Promise.reject(new W("The widget is closed.",!0));let{lane:r}=n,o=r===void 0?0:(this.#s.get(r)??0)+1;if(r!==void 0){this.#s.set(r,o);for(let[l,c]of this.#e)c.lane===r&&this.#o(l,c)}let i=ft++;return new Promise((l,c)=>{this.#e.set(i,{resolve:l,reject:c,progress:n.progress,lane:r,generation:o}),this.model.send({...t,op:e,id:i,generation:o},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#n.get(e)??new Set;return this.#n.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new W("closed",!0));this.#e.clear(),this.#n.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new W("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(mt);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,o)=>{let i=e.lengths,l=i?gt(this.#t.get(o)??[],i):n;r.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new W(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let o=e[r];if(typeof o=="string")for(let i of this.#n.get(`${r}:${o}`)??[])i(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#s.get(n.lane)!==n.generation?n.reject(new W("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function gt(s,e){let t=new Uint8Array(e.reduce((o,i)=>o+i,0)),n=0;for(let o of s)t.set(o.subarray(0,Math.max(0,t.length-n)),n),n+=o.length;let r=0;return e.map(o=>{let i=t.slice(r,r+o);return r+=o,i})}function a(s,e={},...t){let n=document.createElement(s);for(let[r,o]of Object.entries(e))typeof o=="function"?n.addEventListener(r.slice(2),o):o===!0?n.setAttribute(r,""):o!==!1&&o!==null&&o!==void 0&&n.setAttribute(r,String(o));return n.append(...t),n}function bt(s){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",s),e.append(t),e}function se(s,e,t){return a("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},bt(s))}function ee(s,...e){return a("div",{class:"slens-empty"},a("strong",{},s),...e)}function Fe(s,e,t,n=""){let r=[],o=a("span"),i=se("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=a("div",{class:"slens-error",role:"alert",hidden:!0},o,i),c=a("div",{class:"slens-tools"}),d=a("div",{class:"slens-body"}),h=a("span",{role:"status","aria-live":"polite"}),x=a("span"),A=a("progress",{"aria-label":"Progress",max:1}),p=a("div",{class:"slens-busy",hidden:!0},x,A),m=a("section",{class:`slens slens-${e}`,"aria-label":t},a("style",{},Ce+n),a("header",{class:"slens-head"},a("h3",{class:"slens-title"},t),c),l,d,a("footer",{class:"slens-foot"},h,p));m.addEventListener("keydown",y=>y.stopPropagation()),m.addEventListener("contextmenu",y=>y.stopPropagation()),s.replaceChildren(m);let T=Re(m,()=>{for(let y of r)y()});return{root:m,tools:c,body:d,status:y=>{h.textContent=y,h.title=y},busy:(y,M)=>{p.hidden=y===null,x.textContent=y??"",M&&M.total>0?A.value=M.done/M.total:A.removeAttribute("value")},fail:y=>{y instanceof W&&y.cancelled||(o.textContent=y instanceof Error?y.message:String(y),l.hidden=!1)},clearError:()=>{l.hidden=!0},ready:()=>{m.dataset.ready="true"},onTheme:y=>{r.push(y)},close:()=>{T(),s.replaceChildren()}}}var de=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function ze(s,e){let t=Uint32Array.from(s);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function Ue(s,e){if(!e)return[];if(s.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var He=["selection","pruned"],vt=["selection","pruned","hovered","query","valid","spurious","vocabulary","target","thresholds","mode","color_by"],ue=class s{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new de(t.layers);for(let r of vt)e.on(`state:${r}`,(o,i)=>{this.#t.get(r)||this.#s(r,o,i[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),o=new s(e,n.about,t);return n.states.forEach((l,c)=>{o.#s(l.state,l,r[c])}),o}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(qe(this.values[e],t))return;this.values[e]=t,this.#n(e);let n=[],r={field:e};if(He.includes(e)){let o=ze(t,this.components.total);r.encoding=o.encoding,n.push(o.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:o,buffers:i})=>{this.#t.get(e)===1&&this.#s(e,o,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#s(e,t,n){let r=He.includes(e)?Ue(t,n):t.value;qe(this.values[e],r)||(this.values[e]=r,this.#n(e))}#n(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function qe(s,e){return Array.isArray(s)&&Array.isArray(e)?s.length===e.length&&s.every((t,n)=>t===e[n]):s===e}function _(s,e){return{render({model:t,el:n}){let r=new le(t),o=Fe(n,s.name,s.title,s.css),i=[],l=!0;return r.on("event:unanswered",({message:c})=>c?o.fail(c):o.clearError()),o.busy("Asking the kernel …"),ue.open(r,o.fail).then(c=>{l&&(o.busy(null),e({frame:o,client:r,shared:c,onClose:d=>{i.push(d)}}))}).catch(c=>{o.busy(null),o.fail(c)}),()=>{l=!1;for(let c of i)c();r.close(),o.close()}}}}var yt=["valid","spurious","both","unexpected"];function xt({frame:s,client:e,shared:t,onClose:n}){let r=[],o=a("select",{title:"The class whose relevance sizes the points"},a("option",{value:""},"none"));for(let p of t.about.classes)o.append(a("option",{value:p},p));o.addEventListener("change",()=>t.set("target",o.value||null)),o.disabled=t.about.classes.length===0,s.tools.append(a("label",{class:"slens-field"},"Target class",o));let i=a("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(p=>{let m=a("input",{"aria-label":`Add a ${p} concept`,placeholder:p==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),T=a("div",{class:"slens-chips"},m);T.style.setProperty("--tone",`var(--s-${p})`);let y=()=>{let S=m.value.split(",").map($=>$.trim()).filter(Boolean);m.value="",S.length>0&&t.set(p,[...new Set([...t.values[p],...S])])};m.addEventListener("keydown",S=>{S.key==="Enter"||S.key===","?(S.preventDefault(),y()):S.key==="Backspace"&&m.value===""&&t.set(p,t.values[p].slice(0,-1))}),m.addEventListener("blur",y);let M=()=>{for(let S of T.querySelectorAll(".slens-chip"))S.remove();for(let S of t.values[p]){let $=r.some(R=>S.toLowerCase().includes(R.toLowerCase())),H=a("button",{type:"button","aria-label":`Remove ${S}`,title:`Remove ${S}`,onclick:()=>t.set(p,t.values[p].filter(R=>R!==S))},"×"),U=$?"Has words that are not in this model's vocabulary":S;m.before(a("span",{class:$?"slens-chip slens-odd":"slens-chip",title:U},S,H))}m.placeholder=t.values[p].length>0?"":m.getAttribute("data-hint")??""};return m.dataset.hint=m.placeholder,{field:p,box:T,redraw:M}}),c=a("div",{class:"slens-concepts"});for(let{field:p,box:m}of l){let T=a("span",{},p);T.style.color=`var(--s-${p})`,c.append(T,m)}let d=ee("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");s.body.append(c,i,d);function h(){for(let p of l)p.redraw();o.value=t.values.target??""}function x(p){s.busy(null),typeof p.error=="string"?s.fail(p.error):s.clearError();let m=Number(p.rows);r=p.unknown??[],h(),d.hidden=m>0||typeof p.error=="string",i.hidden=m===0;let T=p.counts??{};i.replaceChildren(...yt.map(M=>a("button",{type:"button",title:`Select the ${T[M]??0} components in “${M}”`,onclick:()=>{e.request("choose",{quadrant:M}).catch(s.fail)}},`${M} ${T[M]??0}`)));let y=[];m>0&&y.push(p.sized?`Size: ${String(p.relevance)}`:"Choose a target class to size the points by relevance."),Number(p.left_out)>0&&y.push(`${p.left_out} of the least aligned are not drawn.`),r.length>0&&y.push(`Unknown words: ${r.join(", ")}.`),s.status(y.join(" ")),s.root.dataset.rows=String(m),s.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",m===0)}function A(){let{theme:p,foreground:m,muted:T,line:y,background:M}=ae(s.root);e.request("look",{theme:p,foreground:m,muted:T,line:y,background:M}).catch(s.fail)}n(e.on("event:aligned",x)),n(e.on("event:progress",p=>s.busy(String(p.stage),p))),t.on(["valid","spurious","target"],h),s.onTheme(A),h(),A(),e.request("aligned").then(({body:p})=>{x(p),s.ready()}).catch(s.fail)}var De=_({name:"alignment",title:"Alignment",css:$e},xt);var Oe=`.slens.slens-dashboard-bar {
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
`;function kt({frame:s,shared:e}){let{components:t,about:n}=e,r=a("span",{class:"slens-quiet"}),o=a("button",{type:"button",title:"Select nothing",onclick:()=>e.set("selection",[])},"Clear selection");s.tools.append(r,o);function i(){let{selection:l,pruned:c}=e.values,d=h=>h.toLocaleString("en");r.textContent=[`${d(t.total)} components in ${n.layers.length} ${n.layers.length===1?"layer":"layers"}, ${n.m} examples each`,`${d(l.length)} selected`,`${d(c.length)} pruned`].join(" · "),o.disabled=l.length===0,s.root.dataset.selected=String(l.length)}e.on(["selection","pruned"],i),i(),s.ready()}var Ie=_({name:"dashboard-bar",title:"Audit",css:Oe},kt);var B=28,_e=["crop","box","heatmap"],At={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},pe=class{constructor(e,t,n,r){this.client=e;this.shared=t;this.failed=n;this.#n=_e.map(l=>a("button",{type:"button",title:At[l],onclick:()=>this.#l(l)},l));let o=a("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#n),i=se("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),r()});this.element.append(a("header",{},this.#e,this.#t,o,i),this.#s),this.#l("crop")}client;shared;failed;element=a("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=a("b");#t=a("span",{class:"slens-quiet"});#s=a("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#n;#r="crop";#o=-1;#i=[];hide(){this.#o=-1,this.element.hidden=!0}async open(e){if(e!==this.#o){this.#o=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#o&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,r=e.scores;this.#t.textContent=`clarity ${r.clarity?.toFixed(2)} · polysemanticity ${r.polysemanticity?.toFixed(2)} · redundancy ${r.redundancy?.toFixed(2)}`;let o=this.#o,i=t[0]??new Uint8Array,l=await Promise.all(n.map((c,d)=>createImageBitmap(new Blob([t[d+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(o===this.#o){this.#i=[],this.#s.replaceChildren(...n.map((c,d)=>{let h=a("canvas",{role:"img","aria-label":`Example ${d+1}: ${c.name}`}),x=i.subarray(d*B*B,(d+1)*B*B),A=l[d];A&&this.#i.push(()=>Et(h,A,c.box,x,this.#r));let p=[c.label,c.activation.toPrecision(3)].filter(Boolean).join(" · ");return a("figure",{title:`${c.name}, activation ${c.activation.toPrecision(4)}`},h,a("figcaption",{},p))})),this.#s.scrollTop=0;for(let c of this.#i)c();this.element.dataset.component=String(o)}}#l(e){this.#r=e,this.#n.forEach((t,n)=>{t.setAttribute("aria-pressed",String(_e[n]===e))});for(let t of this.#i)t()}};function Et(s,e,t,n,r){let{width:o,height:i}=e,[l,c,d,h]=[t[0]*o,t[1]*i,t[2]*o,t[3]*i],x=s.getContext("2d");if(!x)return;if(r==="crop"){s.width=s.height=224,x.drawImage(e,l,c,Math.max(d-l,1),Math.max(h-c,1),0,0,224,224);return}let A=224/Math.max(o,i);if(s.width=Math.round(o*A),s.height=Math.round(i*A),x.drawImage(e,0,0,s.width,s.height),r==="heatmap"){x.drawImage(St(n),0,0,s.width,s.height);return}for(let[p,m]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])x.lineWidth=p,x.strokeStyle=m,x.strokeRect(l*A+2,c*A+2,(d-l)*A-4,(h-c)*A-4)}function St(s){let e=a("canvas",{width:B,height:B}),t=e.getContext("2d"),n=t.createImageData(B,B);for(let r=0;r<B*B;r++)n.data[4*r+3]=215*(1-Math.sqrt((s[r]??0)/255));return t.putImageData(n,0,0),e}var Be=`.slens-search {
  position: relative;
  display: flex;
  flex: 1 1 240px;
  gap: 6px;
  min-width: 180px;
}
.slens-search input {
  flex: 1;
  height: 28px;
}
.slens-search input[aria-invalid="true"] {
  border-color: var(--s-warn);
  box-shadow: inset 0 -2px 0 var(--s-warn);
}
.slens-unknown {
  padding: 4px 10px;
  font-size: 12px;
  color: var(--s-warn);
  border-bottom: 1px solid var(--s-line);
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
`;function Ne(s,e,t,n){let r=[];for(let l=0;l<s.total;l++)e.layer!==null&&s.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||r.push(l);let o=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!o)return r;let i=l=>Number.isFinite(o[l])?o[l]:-1/0;return r.sort((l,c)=>{let[d,h]=[i(l),i(c)];return d===h?l-c:h>d?1:-1})}function je(s,e,t,n,r){let o=s[e];if(o===void 0)return n;if(r.extend&&t>=0){let i=s.slice(Math.min(t,e),Math.max(t,e)+1);return r.toggle?[...new Set([...n,...i])]:i}return r.toggle?n.includes(o)?n.filter(i=>i!==o):[...n,o]:[o]}var xe=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[o,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(o)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},Y=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#n=n}client;failed;lane;#e=new xe;#t=[];#s=!1;#n;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#s||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#s=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let o=t[r];o&&this.#n(n,this.#e.put(String(n),o))})}}catch(e){this.failed(e)}finally{this.#s=!1}}};function K(s,e){s.style.backgroundImage=e?`url(${e})`:"none",s.style.backgroundSize="auto 100%"}var We=15e6,Ke=3,ne=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=a("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#h(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#n=Number(n.dataset.index),this.options.choose(this.#n,t),this.#p())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=a("div",{role:"presentation"});#t=[];#s=0;#n=0;#r="";#o=0;#i;get active(){return this.#n}set count(e){this.#s=e,this.#n=Math.min(this.#n,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,We)}px`,this.redraw()}top(){this.#n=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#s)return;this.#n=e;let t=this.options.rowHeight,n=this.element.clientHeight,r=e*t,o=this.#l();r<o?this.#c(r):r+t>o+n&&this.#c(r+t-n),this.redraw()}redraw(){this.#r="",this.#u()}close(){cancelAnimationFrame(this.#o),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#o),this.#o=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#s*this.options.rowHeight-e,n=Math.min(this.#s*this.options.rowHeight,We)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),r=Math.max(0,Math.floor(n/e)-Ke),o=Math.min(this.#s,Math.ceil((n+t)/e)+Ke),i=`${r} ${o} ${n}`;if(i===this.#r)return;for(this.#r=i;this.#t.length<o-r;){let c=a("div",{role:"row",class:"slens-row"});c.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(c),this.#e.append(c)}let l=this.element.scrollTop-n;if(this.#t.forEach((c,d)=>{let h=r+d;c.hidden=h>=o,!c.hidden&&(c.style.transform=`translateY(${h*e+l}px)`,c.dataset.index=String(h),c.setAttribute("aria-rowindex",String(h+1)),c.tabIndex=h===this.#n?0:-1,this.options.draw(c,h))}),this.#n<r||this.#n>=o){let c=this.#t[0];c&&(c.tabIndex=0)}this.options.shown?.(r,o)}#p(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#n))?.focus({preventScroll:!0})}#h(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),o={ArrowDown:this.#n+1,ArrowUp:this.#n-1,PageDown:this.#n+n,PageUp:this.#n-n,Home:0,End:this.#s-1}[e.key];o!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(o,0),this.#s-1)),this.#p(),e.shiftKey&&this.options.choose(this.#n,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#n,e))}};var Lt=92;function Tt({frame:s,client:e,shared:t,onClose:n}){let{components:r}=t,o=[],i,l,c=[],d,h=-1,x=null,A=!1,p=new Set(t.values.selection),m=a("input",{type:"search",placeholder:"Search: what should the component encode?","aria-label":"Query; commas part several",title:"A concept in words, for example: ruler. Commas part several.",spellcheck:"false",autocomplete:"off"}),T=a("form",{class:"slens-search",role:"search"},m,a("button",{type:"submit",class:"slens-main",title:"Rank the components by this query"},"Search"));T.addEventListener("submit",g=>{g.preventDefault(),m.value.trim()===t.values.query?L():t.set("query",m.value.trim())}),m.addEventListener("search",()=>{m.value===""&&t.set("query","")}),s.tools.style.flex="1 1 260px",s.tools.append(T),t.about.searchable||(m.disabled=!0,m.placeholder="Search needs a foundation model: sw.Audit(db, foundation_model=…)");let y=a("div",{class:"slens-unknown",role:"status",hidden:!0}),M=a("select",{title:"What the list is sorted by",onchange:()=>b(!0)});for(let[g,w]of[["score","match"],["clarity","clarity"],["name","layer"]])M.append(a("option",{value:g},w));let S=a("select",{title:"List one layer only",onchange:()=>{x=S.value===""?null:Number(S.value),b(!0)}},a("option",{value:""},"all layers"));r.layers.forEach((g,w)=>{S.append(a("option",{value:w},g.name))});let $=a("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{A=!A,b(!0)}}),H=a("div",{});H.style.cssText="display:flex;flex:1";let U=new Y(e,s.fail,(g,w)=>{for(let k of R.element.querySelectorAll(`[data-component="${g}"] .slens-strip`))K(k,w)}),R=new ne({label:"Components",rowHeight:Lt,draw:J,choose:f,shown:(g,w)=>U.want(o.slice(g,w))}),N=new pe(e,t,s.fail,()=>R.element.focus());s.body.append(y,a("div",{class:"slens-bar2"},a("label",{class:"slens-field"},"Sort by",M),a("label",{class:"slens-field"},"Layer",S),$),R.element,H,N.element);function J(g,w){let k=o[w];g.setAttribute("aria-selected",String(p.has(k)));let P=t.values.pruned.includes(k),D=`${k} ${i?.[k]} ${d?.[k]} ${l?.[k]} ${P}`;if(g.dataset.state===D)return;g.dataset.state=D,g.dataset.component=String(k);let q=a("div",{class:"slens-line",role:"gridcell"},a("b",{},r.name(k)));P&&q.append(a("span",{class:"slens-tag"},"pruned")),i&&c.length>1&&q.append(a("span",{class:"slens-tag"},c[l?.[k]??0]??""));let V=a("span",{class:"slens-facts"}),I=(ie,u,v)=>{u&&V.append(a("span",{class:"slens-fact",title:v},`${ie} ${u[k].toFixed(2)}`))};I("match",i,"Cosine of the query with the component"),I("clarity",d,"How alike the examples are, 0 to 1"),q.append(V);let oe=a("div",{class:"slens-strip"});K(oe,U.get(k)),g.replaceChildren(q,a("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},oe))}function f(g,w){let k={toggle:w.ctrlKey||w.metaKey,extend:w.shiftKey},P=je(o,g,h,t.values.selection,k);k.extend||(h=g),t.set("selection",P),N.open(o[g])}function b(g){for(let k of M.options)k.value==="score"&&(k.disabled=!i);!i&&M.value==="score"&&(M.value="clarity"),$.setAttribute("aria-pressed",String(A)),$.textContent=`Selected only (${p.size.toLocaleString("en")})`,o=Ne(r,{order:M.value,layer:x,only:A?p:null},i,d),R.element.hidden=o.length===0,H.hidden=o.length>0,o.length===0&&H.replaceChildren(ee("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),g&&(R.top(),h=-1),R.count=o.length;let w=t.values.query?`by match with “${t.values.query}”`:"type a query to rank them by what they encode";s.status(`${o.length.toLocaleString("en")} components, ${w}`)}function E(g){m.setAttribute("aria-invalid",String(g.length>0)),y.hidden=g.length===0;let w=g.flatMap((k,P)=>[P>0?", ":"",a("mark",{},k)]);y.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...w)}async function L(){let{query:g}=t.values;if(m.value.trim()!==g&&(m.value=g),g===""){e.cancel("search"),i=void 0,E([]),s.busy(null),b(!0);return}s.busy("Searching …");try{let{body:w,buffers:k}=await e.request("search",{query:g},{lane:"search",progress:P=>s.busy(P.stage,P)});s.clearError(),c=w.texts,i=k[0]?te(k[0]):void 0,l=ce(k[1]),E(w.unknown),i&&(M.value="score"),s.root.dataset.query=g,b(!0),s.busy(null)}catch(w){s.fail(w),t.values.query===g&&s.busy(null)}}t.on(["query"],()=>{L()}),t.on(["selection"],()=>{p=new Set(t.values.selection),b(!1);let[g]=t.values.selection;p.size===1&&g!==void 0&&g!==o[R.active]&&(R.reveal(o.indexOf(g)),N.open(g))}),t.on(["pruned"],()=>R.redraw()),n(()=>{R.close(),U.close()}),b(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:g})=>{d=te(g[0]),b(!1)}).catch(s.fail).finally(()=>{t.values.query&&L(),s.ready()})}var Ge=_({name:"gallery",title:"Components",css:Be},Tt);function Je(s,e){let t,n=r=>{let o=s.getBoundingClientRect();return[r.clientX-o.left,r.clientY-o.top]};s.addEventListener("pointerdown",r=>{if(r.button!==0)return;s.setPointerCapture?.(r.pointerId);let o=n(r);t={from:o,last:o,lasso:e.lasso()||r.shiftKey?[o]:null,moved:!1}}),s.addEventListener("pointermove",r=>{let o=n(r);if(!t){e.hover(o);return}Math.hypot(o[0]-t.from[0],o[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(o),e.outline(t.lasso)):e.pan(o[0]-t.last[0],o[1]-t.last[1]),t.last=o)}),s.addEventListener("pointerup",r=>{let o=t;if(t=void 0,e.outline([]),!o)return;let i=r.ctrlKey||r.metaKey;o.moved&&o.lasso?e.lassoed(o.lasso,i):o.moved||e.clicked(o.from,i||r.shiftKey)}),s.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),s.addEventListener("pointerleave",()=>e.hover(null)),s.addEventListener("wheel",r=>{r.preventDefault(),e.hover(null),e.zoom(Math.exp(-r.deltaY*(r.deltaMode===1?.05:.002)),n(r))},{passive:!1})}var Ve=`.slens-plane {
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
.slens-ramp {
  width: 120px;
  height: 8px;
  border-radius: 4px;
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
.slens-card p {
  margin: 1px 0 6px;
  font-size: 12px;
  color: var(--s-muted);
}
.slens-card .slens-strip {
  height: 58px;
}
`;var he=class{element=a("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=a("b");#t=a("p");#s=a("div",{class:"slens-strip"});#n=-1;constructor(){this.element.append(this.#e,this.#t,this.#s)}show(e,t,n,r,o,i){this.#n=e,this.#e.textContent=t,this.#t.textContent=n,K(this.#s,r),this.element.hidden=!1;let[l,c]=[this.element.offsetWidth||252,this.element.offsetHeight||116],d=o[0]+16+l>i[0]?o[0]-l-16:o[0]+16,h=Math.min(Math.max(o[1]-c/2,4),i[1]-c-4);this.element.style.left=`${Math.max(d,4)}px`,this.element.style.top=`${Math.max(h,4)}px`}arrived(e,t){e===this.#n&&K(this.#s,t)}hide(){this.#n=-1,this.element.hidden=!0}};function fe(s,e){let t=s.getRootNode().activeElement,n=t&&s.contains(t)?t.dataset.key:void 0;if("names"in e){s.replaceChildren(...e.names.map((l,c)=>{let d=a("span",{class:"slens-dot","aria-hidden":"true"});d.style.background=e.tones[c%e.tones.length];let h=a("button",{type:"button",class:"slens-key","data-key":c,"aria-pressed":e.highlighted.has(c),title:`Highlight ${l}`,onclick:()=>e.clicked(c)},d,l);return h.setAttribute("aria-pressed",String(e.highlighted.has(c))),h})),n!==void 0&&s.querySelector(`[data-key="${n}"]`)?.focus();return}let r=a("span",{class:"slens-ramp","aria-hidden":"true"});r.style.background=`linear-gradient(to right, ${e.ramp.filter((l,c)=>c%7===0).join(", ")})`;let[o,i]=e.limits;s.replaceChildren(a("span",{},`${e.label}:`),a("span",{},`${e.ends[0]} ${o.toFixed(2)}`),r,a("span",{},`${i.toFixed(2)} ${e.ends[1]}`))}var Ct={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Pt={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},Rt={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},me=64;function Ft(s,e){let t=Math.min(Math.max(e,0),1)*(s.length-1),n=Math.min(Math.floor(t),s.length-2),[r,o]=[Z(s[n]),Z(s[n+1])];return`#${r.map((l,c)=>Math.round(l+(o[c]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function Ye(s,e){if(s==="categories")return Ct[e];let t=s==="sequential"?Pt[e]:Rt[e];return Array.from({length:me},(n,r)=>Ft(t,r/(me-1)))}function Xe(s,e){let[t,n]=[1/0,-1/0];for(let r of s)Number.isFinite(r)&&(r<t&&(t=r),r>n&&(n=r));if(t>n)return[0,1];if(e==="diverging"){let r=Math.max(Math.abs(t),Math.abs(n))||1;return[-r,r]}return t===n?[t,t+1]:[t,n]}function Qe(s,[e,t]){let n=new Uint8Array(s.length),r=me/(t-e);for(let o=0;o<s.length;o++){let i=Math.floor((s[o]-e)*r);n[o]=i>0?Math.min(i,me-1):0}return n}function Ze(s){let[e,t,n,r]=[1/0,-1/0,1/0,-1/0];for(let d=0;d<s.length;d+=2)e=Math.min(e,s[d]),t=Math.max(t,s[d]),n=Math.min(n,s[d+1]),r=Math.max(r,s[d+1]);let[o,i]=[(e+t)/2,(n+r)/2],l=Math.max(t-e,r-n)/2||1,c=new Float32Array(s.length);for(let d=0;d<s.length;d+=2)c[d]=(s[d]-o)/l,c[d+1]=(s[d+1]-i)/l;return c}var ge=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[r,o]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[i,l]=this.toWorld(t,n);this.x+=r-i,this.y+=o-l,this.#e()}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},be=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let o=0;o<t;o++)n[o]=this.#s(e[2*o])+this.#s(e[2*o+1])*this.side,this.#e[n[o]+1]++;for(let o=0;o<this.side**2;o++)this.#e[o+1]+=this.#e[o];let r=this.#e.slice();this.#t=new Uint32Array(t);for(let o=0;o<t;o++)this.#t[r[n[o]]++]=o}xy;side;#e;#t;#s(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let r=-1,o=n*n;for(let i=this.#s(t-n);i<=this.#s(t+n);i++)for(let l=this.#s(e-n);l<=this.#s(e+n);l++){let c=i*this.side+l;for(let d=this.#e[c];d<this.#e[c+1];d++){let h=this.#t[d],x=(this.xy[2*h]-e)**2+(this.xy[2*h+1]-t)**2;x<=o&&(r=h,o=x)}}return r}};function zt(s,e,t){let n=!1;for(let r=0,o=t.length-1;r<t.length;o=r++){let[i,l]=t[r],[c,d]=t[o];l>e!=d>e&&s<(c-i)*(e-l)/(d-l)+i&&(n=!n)}return n}function et(s,e){if(e.length<3)return[];let[t,n]=[e.map(d=>d[0]),e.map(d=>d[1])],[r,o,i,l]=[Math.min(...t),Math.max(...t),Math.min(...n),Math.max(...n)],c=[];for(let d=0;d<s.length/2;d++){let[h,x]=[s[2*d],s[2*d+1]];h>=r&&h<=o&&x>=i&&x<=l&&zt(h,x,e)&&c.push(d)}return c}function tt(s,e,t,n){let r=-1,o=1/0,[i,l]=[s[2*e],s[2*e+1]];for(let c=0;c<s.length/2;c++){let[d,h]=[s[2*c]-i,s[2*c+1]-l],x=d*t+h*n,A=Math.abs(d*n-h*t);if(c===e||x<=0||A>2*x)continue;let p=x+2*A;p<o&&(r=c,o=p)}return r}var Ae=1,Ee=2,Se=4;function re(s,e){let t=s>1e5?2.6:s>1e4?4:s>2e3?6:9;return Math.min(t*e**.35,22)}var Ut=`#version 300 es
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
}`,Ht=`#version 300 es
precision highp float;
flat in vec3 colour; flat in uint bits; flat in float diameter;
uniform vec3 ring; uniform vec3 back;
out vec4 result;
void main() {
  float r = length(gl_PointCoord - 0.5) * (diameter + 2.0);
  float edge = diameter * 0.5;
  float cover = clamp(edge + 0.5 - r, 0.0, 1.0);
  vec3 c = colour;
  float width = max(1.0, diameter * 0.12);
  if ((bits & 4u) != 0u) c = mix(c, back, clamp(edge * 0.55 + 0.5 - r, 0.0, 1.0));
  if ((bits & 2u) != 0u) c = mix(c, ring, clamp(r - (edge - 1.6 * width) + 0.5, 0.0, 1.0));
  float alpha = cover * ((bits & 3u) == 1u ? 0.28 : 0.92);
  if (alpha < 0.01) discard;
  result = vec4(c * alpha, alpha);
}`,ke=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,r]of[[t.VERTEX_SHADER,Ut],[t.FRAGMENT_SHADER,Ht]]){let o=t.createShader(n);t.shaderSource(o,r),t.compileShader(o),t.attachShader(this.#t,o)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#s=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#s;#n;#r;update(e){let t=this.#e;this.#n=e;let n=(r,o)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#s[r]),t.bufferData(t.ARRAY_BUFFER,o,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags)}draw(e,t){let n=this.#e,r=this.#n;if(nt(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!r)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let o=l=>n.getUniformLocation(this.#t,l),i=new Float32Array(192);for(let l=0;l<64;l++)i.set(we(r.palette[l%r.palette.length]),l*3);n.uniform3fv(o("palette"),i),n.uniform3fv(o("ring"),we(r.ring)),n.uniform3fv(o("back"),we(r.background)),n.uniform2f(o("centre"),e.x,e.y),n.uniform2f(o("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(o("size"),re(r.levels.length,e.zoom)*t);for(let l of[0,1])n.uniform1ui(o("pass"),l),n.drawArrays(n.POINTS,0,r.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}},ve=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){nt(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),r=this.#e;if(!n||!r)return;n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height);let o=re(r.levels.length,e.zoom)/2;for(let i of[!1,!0])for(let l=0;l<r.levels.length;l++){let c=r.flags[l];if((c&Ee)!==0!==i)continue;let[d,h]=e.toScreen(r.xy[2*l],r.xy[2*l+1]);d<-20||h<-20||d>e.width+20||h>e.height+20||(n.globalAlpha=(c&3)===Ae?.28:.92,n.fillStyle=r.palette[r.levels[l]%r.palette.length],n.beginPath(),n.arc(d,h,i?o+2:o,0,2*Math.PI),n.fill(),c&Se&&(n.fillStyle=r.background,n.beginPath(),n.arc(d,h,o*.55,0,2*Math.PI),n.fill()),i&&(n.strokeStyle=r.ring,n.lineWidth=1.5,n.beginPath(),n.arc(d,h,o+1.2,0,2*Math.PI),n.stroke()))}}close(){}};function we(s){let[e,t,n]=Z(s);return[e/255,t/255,n/255]}function nt(s,e,t){let[n,r]=[Math.round(e.width*t),Math.round(e.height*t)];s.width!==n&&(s.width=n),s.height!==r&&(s.height=r)}function st(s,e){let t=()=>{let r=document.createElement("canvas");return r.style.cssText="position:absolute;inset:0;width:100%;height:100%",r.setAttribute("aria-hidden","true"),s.prepend(r),r},n=t();try{let r=new ke(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new ve(t())))}),r}catch{return n.remove(),new ve(t())}}var Me=[{by:"layer",label:"layer",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging"},{by:"score",label:"search score",scale:"sequential"},{by:"pruned",label:"pruned",scale:"categories"}];function qt({frame:s,client:e,shared:t,onClose:n}){let{components:r}=t,o=r.total,i=new ge,l=new he,c=new Y(e,s.fail,(u,v)=>l.arrived(u,v)),d=new Set,h=new Float32Array,x,A,p=-1,m=!1,T=0,y=document.createElementNS("http://www.w3.org/2000/svg","svg"),M=document.createElementNS("http://www.w3.org/2000/svg","polygon"),S=document.createElementNS("http://www.w3.org/2000/svg","circle");y.append(M,S);let $=a("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":"Map of components. Arrow keys move between points, Enter selects, plus and minus zoom, 0 fits."});$.append(y,l.element);let H=a("div",{class:"slens-legend"});s.body.append($,H);let U=st($,u=>{U=u,$.dataset.engine=u.kind,L()});$.dataset.engine=U.kind;let R=a("select",{title:"What the colours of the points mean",onchange:()=>t.set("color_by",R.value)});for(let{by:u,label:v}of Me)R.append(a("option",{value:u},v));let N=(u,v,C)=>a("button",{type:"button",title:v,onclick:()=>b(C)},u),J=N("Pan","Drag to move the map (shift-drag draws a lasso)",!1),f=N("Lasso","Drag around points to select them",!0);s.tools.append(a("label",{class:"slens-field"},"Colour",R),a("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},J,f),se("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{i.fit(),w()}));function b(u){m=u,J.setAttribute("aria-pressed",String(!u)),f.setAttribute("aria-pressed",String(u)),$.classList.toggle("slens-lasso",u)}b(!1);let E=()=>Me.find(({by:u})=>u===t.values.color_by)??Me[0];function L(){if(!x)return;let{by:u,label:v,scale:C}=E(),F=ae(s.root),O=new Set(t.values.pruned),X=new Set(t.values.selection),j=Ye(C,F.theme),Q,Le=z=>{d.delete(z)||d.add(z),L()};if(u==="layer")Q=Uint8Array.from(r.layerOf,z=>z%j.length),fe(H,{names:r.layers.map(z=>z.name),tones:j,highlighted:d,clicked:Le});else if(u==="pruned"){j=[j[0],j[1]],Q=new Uint8Array(o);for(let z of O)Q[z]=1;fe(H,{names:["kept",`pruned (${O.size})`],tones:j,highlighted:d,clicked:Le})}else if(A){let z=Xe(A,C);Q=Qe(A,z),fe(H,{ramp:j,limits:z,ends:u==="alignment"?["spurious","valid"]:["low","high"],label:v})}else j=[F.muted],Q=new Uint8Array(o),H.replaceChildren(g(u));let at=u==="pruned"?Q:r.layerOf,lt=(u==="layer"||u==="pruned")&&d.size>0,Te=new Uint8Array(o);for(let z=0;z<o;z++){let ye=X.has(z),ct=lt&&!d.has(at[z])||X.size>0&&!ye;Te[z]=(ye?Ee:0)|(O.has(z)?Se:0)|(ct?Ae:0)}U.update({xy:h,levels:Q,palette:j,flags:Te,ring:F.foreground,background:F.background}),w(),D()}function g(u){return u==="score"?"Type a query in the gallery to colour the points by how well they match it.":u==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":"Computing the colours …"}function w(){cancelAnimationFrame(T),T=requestAnimationFrame(()=>{i.width=$.clientWidth||400,i.height=$.clientHeight||300,U.draw(i,Math.min(globalThis.devicePixelRatio||1,2)),k(),x&&s.ready()})}function k(){let u=p>=0;if(S.style.display=u?"":"none",!u)return;let[v,C]=i.toScreen(h[2*p],h[2*p+1]);S.setAttribute("cx",String(v)),S.setAttribute("cy",String(C)),S.setAttribute("r",String(re(o,i.zoom)/2+4))}function P(u){if($.classList.toggle("slens-over",u>=0),u===p)return;if(p=u,k(),u<0){l.hide(),D();return}let v=A?.[u],C=v===void 0||!Number.isFinite(v)?"":`${E().label} ${v.toFixed(2)}`,F=t.values.pruned.includes(u)?"pruned":"",O=i.toScreen(h[2*u],h[2*u+1]),X=[C,F].filter(Boolean).join(" · ")||`its ${t.about.m} strongest examples`;l.show(u,r.name(u),X,c.get(u),O,[i.width,i.height]),c.want([u]),s.status(r.name(u))}function D(){let{selection:u}=t.values,v=r.layers.length;s.status(u.length>0?`${u.length.toLocaleString("en")} of ${o.toLocaleString("en")} components selected`:`${o.toLocaleString("en")} components of ${v} layer${v===1?"":"s"}; shift-drag draws a lasso`)}function q(u,v){if(!v){t.set("selection",u);return}let C=new Set(t.values.selection),F=u.length===1&&C.has(u[0]);for(let O of u)F?C.delete(O):C.add(O);t.set("selection",[...C])}let V=(u,v)=>{let[C,F]=i.toWorld(u,v);return x?.nearest(C,F,(re(o,i.zoom)/2+5)/i.scale)??-1};Je($,{lasso:()=>m,hover:u=>P(u?V(...u):-1),outline:u=>M.setAttribute("points",u.map(v=>v.join(",")).join(" ")),pan:(u,v)=>{i.pan(u,v),w()},zoom:(u,v)=>{i.zoomAt(u,...v),w()},lassoed:(u,v)=>{let C=u.map(F=>i.toWorld(...F));q(et(h,C),v)},clicked:(u,v)=>{let C=V(...u);C>=0?q([C],v):v||q([],!1)}}),$.addEventListener("keydown",u=>{let v=[i.width/2,i.height/2],F={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]}[u.key];if(F&&x){let O=p>=0?p:t.values.selection[0]??x.nearest(i.x,i.y,4),X=p>=0?tt(h,O,...F):O;X>=0&&P(X)}else if(u.key==="+"||u.key==="=")i.zoomAt(1.4,...v);else if(u.key==="-")i.zoomAt(1/1.4,...v);else if(u.key==="0")i.fit();else if(u.key==="Escape")q([],!1);else if((u.key==="Enter"||u.key===" ")&&p>=0)q([p],u.ctrlKey||u.shiftKey);else return;u.preventDefault(),w()});async function I(){let{by:u}=E();if(R.value=u,A=void 0,u!=="layer"&&u!=="pruned"){L();try{let{body:v,buffers:C}=await e.request("colour",{by:u},{lane:"colour",progress:F=>s.busy(F.stage,F)});s.clearError(),A=v.available===!0?te(C[0]):void 0}catch(v){s.fail(v)}s.busy(null)}else e.cancel("colour");L()}async function oe(){s.busy("Laying out the map …");try{let{buffers:u}=await e.request("points",{},{lane:"points",progress:v=>s.busy(v.stage,v)});h=Ze(te(u[0])),x=new be(h),await I()}catch(u){s.fail(u)}s.busy(null)}t.on(["selection","pruned"],L),t.on(["color_by"],()=>{d.clear(),I()}),t.on(["query"],()=>t.values.color_by==="score"&&void I()),t.on(["valid","spurious"],()=>t.values.color_by==="alignment"&&void I()),s.onTheme(L);let ie=new ResizeObserver(w);ie.observe($),n(()=>{ie.disconnect(),cancelAnimationFrame(T),c.close(),U.close()}),oe()}var rt=_({name:"map",title:"Concept map",css:Ve},qt);var ot=`.slens-numbers {
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
`;var G=s=>`${(100*s).toFixed(1)} %`;function Ot(s,e){let t=100*(e-s);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function It({frame:s,client:e,shared:t,onClose:n}){let{components:r}=t;if(!t.about.live){s.body.append(ee("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),s.ready();return}let o=[],i=new Set(t.values.pruned),l=["mean","zero"].map(f=>a("button",{type:"button",title:f==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",f)},f));s.tools.append(a("label",{class:"slens-field"},"Replace by"),a("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...l));let c=a("div",{class:"slens-numbers","aria-live":"polite"}),d=a("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),h=(f,b,E,L=!1)=>a("button",{type:"button",title:b,class:L?"slens-main":"",onclick:E},f),x=h("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),A=h("Undo","Go back to the pruned set before the last change",()=>S("undo")),p=h("Redo","Take back the last undo",()=>S("redo")),m=h("Clear","Restore every component and empty the list",()=>S("clear")),T=new Y(e,s.fail,(f,b)=>{for(let E of y.element.querySelectorAll(`[data-component="${f}"] .slens-strip`))K(E,b)}),y=new ne({label:"Pruned components",rowHeight:74,draw:H,choose:(f,b)=>{b instanceof KeyboardEvent?$(o[f]):t.set("selection",[o[f]])},shown:(f,b)=>T.want(o.slice(f,b))}),M=ee("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");s.body.append(c,d,a("div",{class:"slens-acts"},x,A,p,m),y.element,M),s.root.addEventListener("keydown",f=>{f.target instanceof HTMLInputElement&&f.target.type!=="checkbox"||f.key.toLowerCase()!=="z"||!(f.ctrlKey||f.metaKey)||(f.preventDefault(),S(f.shiftKey?"redo":"undo"))});function S(f){e.request(f).catch(s.fail)}function $(f){let b=new Set(t.values.pruned);b.delete(f)||b.add(f),t.set("pruned",[...b])}function H(f,b){let E=o[b],L=i.has(E);f.classList.toggle("slens-restored",!L);let g=`${E} ${L}`;if(f.dataset.state===g)return;f.dataset.state=g;let w=f.dataset.component===String(E)?f.querySelector("input"):null;if(w){w.checked=L,f.querySelector(".slens-quiet").textContent=L?"pruned":"kept";return}f.dataset.component=String(E);let k=a("input",{type:"checkbox","aria-label":`Prune ${r.name(E)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>$(E)});k.checked=L;let P=a("div",{class:"slens-strip"});K(P,T.get(E)),f.replaceChildren(a("div",{class:"slens-line",role:"gridcell"},a("label",{},k,a("b",{},r.name(E))),a("span",{class:"slens-quiet"},L?"pruned":"kept")),a("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},P))}function U(f,b,E,L){return a("div",{class:"slens-number"},a("small",{},f),a("strong",{"data-value":L},b),a("em",{},E))}function R(f){let{before:b,after:E,flips:L}=f,g=L.fixed+L.broken+L.other,w=(P,D)=>f.pruned>0?`${Ot(P,D)}
from ${G(P)}`:"nothing pruned",k=[U("accuracy",G(E.accuracy),w(b.accuracy,E.accuracy),"accuracy")];E.worst_group!==null&&b.worst_group!==null&&k.push(U("worst group",G(E.worst_group),w(b.worst_group,E.worst_group),"worst-group")),k.push(U("flipped images",String(g),`${L.fixed} fixed
${L.broken} broken`,"flips")),c.replaceChildren(...k),d.replaceChildren(...Object.entries(E.per_class).flatMap(([P,D])=>{let q=b.per_class[P]??0,V=a("span");V.style.width=G(D).replace(" ","");let I=a("i",{title:`before: ${G(q)}`});return I.style.left=`calc(${G(q).replace(" ","")} - 1px)`,[a("span",{},P),a("div",{class:"slens-bar",role:"img","aria-label":`${P}: ${G(D)}, before ${G(q)}`},V,I),a("span",{},G(D))]})),s.root.dataset.accuracy=String(E.accuracy),s.root.dataset.pruned=String(f.pruned),s.status(`${f.pruned} pruned (${f.mode}) · ${E.n.toLocaleString("en")} images · tick: before`)}function N(f,b){o=Array.from(ce(b[0])),A.disabled=f.undo!==!0,p.disabled=f.redo!==!0;let E=f.evaluating===!0;s.root.classList.toggle("slens-stale",E),s.root.dataset.evaluating=String(E),E?s.busy("Evaluating …"):s.busy(null),f.result&&R(f.result),J()}function J(){i=new Set(t.values.pruned);let f=t.values.selection.filter(b=>!i.has(b)).length;x.textContent=f>0?`Prune selection (${f.toLocaleString("en")})`:"Prune selection",x.disabled=f===0,m.disabled=o.length===0,l.forEach(b=>{b.setAttribute("aria-pressed",String(b.textContent===t.values.mode))}),y.element.hidden=o.length===0,M.hidden=o.length>0,y.count=o.length}n(e.on("event:panel",(f,b)=>{s.clearError(),N(f,b)})),n(e.on("event:failed",f=>s.fail(f.message))),n(e.on("event:progress",f=>s.busy(`${String(f.stage)} …`,f))),n(()=>{y.close(),T.close()}),t.on(["pruned","selection","mode"],J),J(),e.request("panel").then(({body:f,buffers:b})=>{N(f,b),s.ready()}).catch(s.fail)}var it=_({name:"pruning",title:"Pruning",css:ot},It);var _t={alignment:De,dashboard:Ie,gallery:Ge,map:rt,pruning:it},fs={render(s){let e=String(s.model.get("_widget")),t=_t[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(s)}};export{fs as default};
