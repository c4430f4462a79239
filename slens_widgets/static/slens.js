var Ce=`.slens.slens-alignment {
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
`;var $e=`.slens {
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
`;function I(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=o,n.fillRect(0,0,1,1);let[r=255,s=255,i=255]=n.getImageData(0,0,1,1).data;return[r,s,i]}function ht(o){let[e,t,n]=I(o);return .2126*e+.7152*t+.0722*n<128}function Pe(o){return`#${I(o).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function pt(o){let e=getComputedStyle(o);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return ht(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function le(o){let e=getComputedStyle(o),t=(n,r)=>{let s=document.createElement("span");s.style.color=`var(${n})`,o.append(s);let i=getComputedStyle(s).color||r;return s.remove(),Pe(i.startsWith("var")?r:i)};return{theme:o.dataset.theme==="dark"?"dark":"light",background:Pe(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function Re(o,e){let t=(a=!1)=>{let c=pt(o)?"dark":"light";o.dataset.theme===c&&!a||(o.dataset.theme=c,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},s=new MutationObserver(r),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};s.observe(document.documentElement,i),s.observe(document.body,i);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),s.disconnect(),l?.removeEventListener?.("change",r)}}var j=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},mt=Math.floor(Math.random()*2**40)+1;function ft(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}function K(o){return o?new Float32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Float32Array}function ne(o){return o?new Uint32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Uint32Array}var ce=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;request(e,t={},n={}){if(this.#r)return Promise.reject(new j("The widget is closed.",!0));let{lane:r}=n,s=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,s);for(let[l,a]of this.#e)a.lane===r&&this.#o(l,a)}let i=mt++;return new Promise((l,a)=>{this.#e.set(i,{resolve:l,reject:a,progress:n.progress,lane:r,generation:s}),this.model.send({...t,op:e,id:i,generation:s},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new j("closed",!0));this.#e.clear(),this.#s.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new j("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(ft);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,s)=>{let i=e.lengths,l=i?gt(this.#t.get(s)??[],i):n;r.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new j(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let s=e[r];if(typeof s=="string")for(let i of this.#s.get(`${r}:${s}`)??[])i(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new j("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function gt(o,e){let t=new Uint8Array(e.reduce((s,i)=>s+i,0)),n=0;for(let s of o)t.set(s.subarray(0,Math.max(0,t.length-n)),n),n+=s.length;let r=0;return e.map(s=>{let i=t.slice(r,r+s);return r+=s,i})}function d(o,e={},...t){let n=document.createElement(o);for(let[r,s]of Object.entries(e))typeof s=="function"?n.addEventListener(r.slice(2),s):s===!0?n.setAttribute(r,""):s!==!1&&s!==null&&s!==void 0&&n.setAttribute(r,String(s));return n.append(...t),n}function bt(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",o),e.append(t),e}function oe(o,e,t){return d("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},bt(o))}function Z(o,...e){return d("div",{class:"slens-empty"},d("strong",{},o),...e)}function Fe(o,e,t,n=""){let r=[],s=d("span"),i=oe("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=d("div",{class:"slens-error",role:"alert",hidden:!0},s,i),a=d("div",{class:"slens-tools"}),c=d("div",{class:"slens-body"}),u=d("span",{role:"status","aria-live":"polite"}),p=d("span"),b=d("progress",{"aria-label":"Progress",max:1}),h=d("div",{class:"slens-busy",hidden:!0},p,b),f=d("section",{class:`slens slens-${e}`,"aria-label":t},d("style",{},$e+n),d("header",{class:"slens-head"},d("h3",{class:"slens-title"},t),a),l,c,d("footer",{class:"slens-foot"},u,h));f.addEventListener("keydown",x=>x.stopPropagation()),f.addEventListener("contextmenu",x=>x.stopPropagation()),o.replaceChildren(f);let T=Re(f,()=>{for(let x of r)x()});return{root:f,tools:a,body:c,status:x=>{u.textContent=x,u.title=x},busy:(x,M)=>{h.hidden=x===null,p.textContent=x??"",M&&M.total>0?b.value=M.done/M.total:b.removeAttribute("value")},fail:x=>{x instanceof j&&x.cancelled||(s.textContent=x instanceof Error?x.message:String(x),l.hidden=!1)},clearError:()=>{l.hidden=!0},ready:()=>{f.dataset.ready="true"},onTheme:x=>{r.push(x)},close:()=>{T(),o.replaceChildren()}}}function Ue(o,e){let t;return Object.assign(()=>{clearTimeout(t),t=setTimeout(e,o)},{cancel:()=>clearTimeout(t)})}var de=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function He(o,e){let t=Uint32Array.from(o);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function ze(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var De=["selection","pruned"],vt=["selection","pruned","hovered","query","valid","spurious","vocabulary","target","thresholds","mode","color_by"],ue=class o{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new de(t.layers);for(let r of vt)e.on(`state:${r}`,(s,i)=>{this.#t.get(r)||this.#n(r,s,i[0])})}client;about;failed;components;values={selection:[],pruned:[],hovered:null,query:"",vocabulary:[],thresholds:null,valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),s=new o(e,n.about,t);return n.states.forEach((l,a)=>{s.#n(l.state,l,r[a])}),s}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Ne(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],r={field:e};if(De.includes(e)){let s=He(t,this.components.total);r.encoding=s.encoding,n.push(s.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:s,buffers:i})=>{this.#t.get(e)===1&&this.#n(e,s,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let r=De.includes(e)?ze(t,n):t.value;Ne(this.values[e],r)||(this.values[e]=r,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Ne(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((t,n)=>t===e[n]):o===e}function q(o,e){return{render({model:t,el:n}){let r=new ce(t),s=Fe(n,o.name,o.title,o.css),i=[],l=!0;return r.on("event:unanswered",({message:a})=>a?s.fail(a):s.clearError()),s.busy("Asking the kernel …"),ue.open(r,s.fail).then(a=>{l&&(s.busy(null),e({frame:s,client:r,shared:a,onClose:c=>{i.push(c)}}))}).catch(a=>{s.busy(null),s.fail(a)}),()=>{l=!1;for(let a of i)a();r.close(),s.close()}}}}var yt=["valid","spurious","both","unexpected"];function xt({frame:o,client:e,shared:t,onClose:n}){let r=[],s=d("select",{title:"The class whose relevance sizes the points"},d("option",{value:""},"none"));for(let h of t.about.classes)s.append(d("option",{value:h},h));s.addEventListener("change",()=>t.set("target",s.value||null)),s.disabled=t.about.classes.length===0,o.tools.append(d("label",{class:"slens-field"},"Target class",s));let i=d("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),l=["valid","spurious"].map(h=>{let f=d("input",{"aria-label":`Add a ${h} concept`,placeholder:h==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),T=d("div",{class:"slens-chips"},f);T.style.setProperty("--tone",`var(--s-${h})`);let x=()=>{let k=f.value.split(",").map(U=>U.trim()).filter(Boolean);f.value="",k.length>0&&t.set(h,[...new Set([...t.values[h],...k])])};f.addEventListener("keydown",k=>{k.key==="Enter"||k.key===","?(k.preventDefault(),x()):k.key==="Backspace"&&f.value===""&&t.set(h,t.values[h].slice(0,-1))}),f.addEventListener("blur",x);let M=()=>{for(let k of T.querySelectorAll(".slens-chip"))k.remove();for(let k of t.values[h]){let U=r.some(E=>k.toLowerCase().includes(E.toLowerCase())),H=d("button",{type:"button","aria-label":`Remove ${k}`,title:`Remove ${k}`,onclick:()=>t.set(h,t.values[h].filter(E=>E!==k))},"×"),z=U?"Has words that are not in this model's vocabulary":k;f.before(d("span",{class:U?"slens-chip slens-odd":"slens-chip",title:z},k,H))}f.placeholder=t.values[h].length>0?"":f.getAttribute("data-hint")??""};return f.dataset.hint=f.placeholder,{field:h,box:T,redraw:M}}),a=d("div",{class:"slens-concepts"});for(let{field:h,box:f}of l){let T=d("span",{},h);T.style.color=`var(--s-${h})`,a.append(T,f)}let c=Z("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");o.body.append(a,i,c);function u(){for(let h of l)h.redraw();s.value=t.values.target??""}function p(h){o.busy(null),typeof h.error=="string"?o.fail(h.error):o.clearError();let f=Number(h.rows);r=h.unknown??[],u(),c.hidden=f>0||typeof h.error=="string",i.hidden=f===0;let T=h.counts??{};i.replaceChildren(...yt.map(M=>d("button",{type:"button",title:`Select the ${T[M]??0} components in “${M}”`,onclick:()=>{e.request("choose",{quadrant:M}).catch(o.fail)}},`${M} ${T[M]??0}`)));let x=[];f>0&&x.push(h.sized?`Size: ${String(h.relevance)}`:"Choose a target class to size the points by relevance."),Number(h.left_out)>0&&x.push(`${h.left_out} of the least aligned are not drawn.`),r.length>0&&x.push(`Unknown words: ${r.join(", ")}.`),o.status(x.join(" ")),o.root.dataset.rows=String(f),o.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",f===0)}function b(){let{theme:h,foreground:f,muted:T,line:x,background:M}=le(o.root);e.request("look",{theme:h,foreground:f,muted:T,line:x,background:M}).catch(o.fail)}n(e.on("event:aligned",p)),n(e.on("event:progress",h=>o.busy(String(h.stage),h))),t.on(["valid","spurious","target"],u),o.onTheme(b),u(),b(),e.request("aligned").then(({body:h})=>{p(h),o.ready()}).catch(o.fail)}var Ie=q({name:"alignment",title:"Alignment",css:Ce},xt);var qe=`.slens.slens-dashboard-bar {
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
`;function kt({frame:o,shared:e}){let{components:t,about:n}=e,r=d("span",{class:"slens-quiet"}),s=d("button",{type:"button",title:"Select nothing",onclick:()=>e.set("selection",[])},"Clear selection");o.tools.append(r,s);function i(){let{selection:l,pruned:a}=e.values,c=u=>u.toLocaleString("en");r.textContent=[`${c(t.total)} components in ${n.layers.length} ${n.layers.length===1?"layer":"layers"}, ${n.m} examples each`,`${c(l.length)} selected`,`${c(a.length)} pruned`].join(" · "),s.disabled=l.length===0,o.root.dataset.selected=String(l.length)}e.on(["selection","pruned"],i),i(),o.ready()}var Oe=q({name:"dashboard-bar",title:"Audit",css:qe},kt);var O=28,Be=["crop","box","heatmap"],Mt={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},he=class{constructor(e,t,n,r){this.client=e;this.shared=t;this.failed=n;this.#s=Be.map(l=>d("button",{type:"button",title:Mt[l],onclick:()=>this.#l(l)},l));let s=d("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#s),i=oe("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),r()});this.element.append(d("header",{},this.#e,this.#t,s,i),this.#n),this.#l("crop")}client;shared;failed;element=d("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=d("b");#t=d("span",{class:"slens-quiet"});#n=d("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#s;#r="crop";#o=-1;#i=[];hide(){this.#o=-1,this.element.hidden=!0}async open(e){if(e!==this.#o){this.#o=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#o&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,r=e.scores;this.#t.textContent=`clarity ${r.clarity?.toFixed(2)} · polysemanticity ${r.polysemanticity?.toFixed(2)} · redundancy ${r.redundancy?.toFixed(2)}`;let s=this.#o,i=t[0]??new Uint8Array,l=await Promise.all(n.map((a,c)=>createImageBitmap(new Blob([t[c+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(s===this.#o){this.#i=[],this.#n.replaceChildren(...n.map((a,c)=>{let u=d("canvas",{role:"img","aria-label":`Example ${c+1}: ${a.name}`}),p=i.subarray(c*O*O,(c+1)*O*O),b=l[c];b&&this.#i.push(()=>Et(u,b,a.box,p,this.#r));let h=[a.label,a.activation.toPrecision(3)].filter(Boolean).join(" · ");return d("figure",{title:`${a.name}, activation ${a.activation.toPrecision(4)}`},u,d("figcaption",{},h))})),this.#n.scrollTop=0;for(let a of this.#i)a();this.element.dataset.component=String(s)}}#l(e){this.#r=e,this.#s.forEach((t,n)=>{t.setAttribute("aria-pressed",String(Be[n]===e))});for(let t of this.#i)t()}};function Et(o,e,t,n,r){let{width:s,height:i}=e,[l,a,c,u]=[t[0]*s,t[1]*i,t[2]*s,t[3]*i],p=o.getContext("2d");if(!p)return;if(r==="crop"){o.width=o.height=224,p.drawImage(e,l,a,Math.max(c-l,1),Math.max(u-a,1),0,0,224,224);return}let b=224/Math.max(s,i);if(o.width=Math.round(s*b),o.height=Math.round(i*b),p.drawImage(e,0,0,o.width,o.height),r==="heatmap"){p.drawImage(At(n),0,0,o.width,o.height);return}for(let[h,f]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])p.lineWidth=h,p.strokeStyle=f,p.strokeRect(l*b+2,a*b+2,(c-l)*b-4,(u-a)*b-4)}function At(o){let e=d("canvas",{width:O,height:O}),t=e.getContext("2d"),n=t.createImageData(O,O);for(let r=0;r<O*O;r++)n.data[4*r+3]=215*(1-Math.sqrt((o[r]??0)/255));return t.putImageData(n,0,0),e}var _e=`.slens-search {
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
`;function je(o,e,t,n){let r=[];for(let l=0;l<o.total;l++)e.layer!==null&&o.layerOf[l]!==e.layer||e.only&&!e.only.has(l)||r.push(l);let s=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!s)return r;let i=l=>Number.isFinite(s[l])?s[l]:-1/0;return r.sort((l,a)=>{let[c,u]=[i(l),i(a)];return c===u?l-a:u>c?1:-1})}function Ke(o,e,t,n,r){let s=o[e];if(s===void 0)return n;if(r.extend&&t>=0){let i=o.slice(Math.min(t,e),Math.max(t,e)+1);return r.toggle?[...new Set([...n,...i])]:i}return r.toggle?n.includes(s)?n.filter(i=>i!==s):[...n,s]:[s]}var Ee=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[s,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(s)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},J=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#s=n}client;failed;lane;#e=new Ee;#t=[];#n=!1;#s;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let s=t[r];s&&this.#s(n,this.#e.put(String(n),s))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function G(o,e){o.style.backgroundImage=e?`url(${e})`:"none",o.style.backgroundSize="auto 100%"}var Ge=15e6,We=3,se=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=d("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#p(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#s=Number(n.dataset.index),this.options.choose(this.#s,t),this.#h())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=d("div",{role:"presentation"});#t=[];#n=0;#s=0;#r="";#o=0;#i;get active(){return this.#s}set count(e){this.#n=e,this.#s=Math.min(this.#s,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,Ge)}px`,this.redraw()}top(){this.#s=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#n)return;this.#s=e;let t=this.options.rowHeight,n=this.element.clientHeight,r=e*t,s=this.#l();r<s?this.#c(r):r+t>s+n&&this.#c(r+t-n),this.redraw()}redraw(){this.#r="",this.#u()}close(){cancelAnimationFrame(this.#o),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#o),this.#o=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#n*this.options.rowHeight-e,n=Math.min(this.#n*this.options.rowHeight,Ge)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),r=Math.max(0,Math.floor(n/e)-We),s=Math.min(this.#n,Math.ceil((n+t)/e)+We),i=`${r} ${s} ${n}`;if(i===this.#r)return;for(this.#r=i;this.#t.length<s-r;){let a=d("div",{role:"row",class:"slens-row"});a.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(a),this.#e.append(a)}let l=this.element.scrollTop-n;if(this.#t.forEach((a,c)=>{let u=r+c;a.hidden=u>=s,!a.hidden&&(a.style.transform=`translateY(${u*e+l}px)`,a.dataset.index=String(u),a.setAttribute("aria-rowindex",String(u+1)),a.tabIndex=u===this.#s?0:-1,this.options.draw(a,u))}),this.#s<r||this.#s>=s){let a=this.#t[0];a&&(a.tabIndex=0)}this.options.shown?.(r,s)}#h(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#s))?.focus({preventScroll:!0})}#p(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),s={ArrowDown:this.#s+1,ArrowUp:this.#s-1,PageDown:this.#s+n,PageUp:this.#s-n,Home:0,End:this.#n-1}[e.key];s!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(s,0),this.#n-1)),this.#h(),e.shiftKey&&this.options.choose(this.#s,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#s,e))}};var Lt=92;function Tt({frame:o,client:e,shared:t,onClose:n}){let{components:r}=t,s=[],i,l,a=[],c,u=-1,p=null,b=!1,h=new Set(t.values.selection),f=d("input",{type:"search",placeholder:"Search: what should the component encode?","aria-label":"Query; commas part several",title:"A concept in words, for example: ruler. Commas part several.",spellcheck:"false",autocomplete:"off"}),T=d("form",{class:"slens-search",role:"search"},f,d("button",{type:"submit",class:"slens-main",title:"Rank the components by this query"},"Search"));T.addEventListener("submit",y=>{y.preventDefault(),f.value.trim()===t.values.query?C():t.set("query",f.value.trim())}),f.addEventListener("search",()=>{f.value===""&&t.set("query","")}),o.tools.style.flex="1 1 260px",o.tools.append(T),t.about.searchable||(f.disabled=!0,f.placeholder="Search needs a foundation model: sw.Audit(db, foundation_model=…)");let x=d("div",{class:"slens-unknown",role:"status",hidden:!0}),M=d("select",{title:"What the list is sorted by",onchange:()=>v(!0)});for(let[y,L]of[["score","match"],["clarity","clarity"],["name","layer"]])M.append(d("option",{value:y},L));let k=d("select",{title:"List one layer only",onchange:()=>{p=k.value===""?null:Number(k.value),v(!0)}},d("option",{value:""},"all layers"));r.layers.forEach((y,L)=>{k.append(d("option",{value:L},y.name))});let U=d("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{b=!b,v(!0)}}),H=d("div",{});H.style.cssText="display:flex;flex:1";let z=new J(e,o.fail,(y,L)=>{for(let A of E.element.querySelectorAll(`[data-component="${y}"] .slens-strip`))G(A,L)}),E=new se({label:"Components",rowHeight:Lt,draw:R,choose:m,shown:(y,L)=>z.want(s.slice(y,L))}),$=new he(e,t,o.fail,()=>E.element.focus());o.body.append(x,d("div",{class:"slens-bar2"},d("label",{class:"slens-field"},"Sort by",M),d("label",{class:"slens-field"},"Layer",k),U),E.element,H,$.element);function R(y,L){let A=s[L];y.setAttribute("aria-selected",String(h.has(A)));let F=t.values.pruned.includes(A),D=`${A} ${i?.[A]} ${c?.[A]} ${l?.[A]} ${F}`;if(y.dataset.state===D)return;y.dataset.state=D,y.dataset.component=String(A);let g=d("div",{class:"slens-line",role:"gridcell"},d("b",{},r.name(A)));F&&g.append(d("span",{class:"slens-tag"},"pruned")),i&&a.length>1&&g.append(d("span",{class:"slens-tag"},a[l?.[A]??0]??""));let S=d("span",{class:"slens-facts"}),P=(X,Q,Me)=>{Q&&S.append(d("span",{class:"slens-fact",title:Me},`${X} ${Q[A].toFixed(2)}`))};P("match",i,"Cosine of the query with the component"),P("clarity",c,"How alike the examples are, 0 to 1"),g.append(S);let N=d("div",{class:"slens-strip"});G(N,z.get(A)),y.replaceChildren(g,d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},N))}function m(y,L){let A={toggle:L.ctrlKey||L.metaKey,extend:L.shiftKey},F=Ke(s,y,u,t.values.selection,A);A.extend||(u=y),t.set("selection",F),$.open(s[y])}function v(y){for(let A of M.options)A.value==="score"&&(A.disabled=!i);!i&&M.value==="score"&&(M.value="clarity"),U.setAttribute("aria-pressed",String(b)),U.textContent=`Selected only (${h.size.toLocaleString("en")})`,s=je(r,{order:M.value,layer:p,only:b?h:null},i,c),E.element.hidden=s.length===0,H.hidden=s.length>0,s.length===0&&H.replaceChildren(Z("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),y&&(E.top(),u=-1),E.count=s.length;let L=t.values.query?`by match with “${t.values.query}”`:"type a query to rank them by what they encode";o.status(`${s.length.toLocaleString("en")} components, ${L}`)}function w(y){f.setAttribute("aria-invalid",String(y.length>0)),x.hidden=y.length===0;let L=y.flatMap((A,F)=>[F>0?", ":"",d("mark",{},A)]);x.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...L)}async function C(){let{query:y}=t.values;if(f.value.trim()!==y&&(f.value=y),y===""){e.cancel("search"),i=void 0,w([]),o.busy(null),v(!0);return}o.busy("Searching …");try{let{body:L,buffers:A}=await e.request("search",{query:y},{lane:"search",progress:F=>o.busy(F.stage,F)});o.clearError(),a=L.texts,i=A[0]?K(A[0]):void 0,l=ne(A[1]),w(L.unknown),i&&(M.value="score"),o.root.dataset.query=y,v(!0),o.busy(null)}catch(L){o.fail(L),t.values.query===y&&o.busy(null)}}t.on(["query"],()=>{C()}),t.on(["selection"],()=>{h=new Set(t.values.selection),v(!1);let[y]=t.values.selection;h.size===1&&y!==void 0&&y!==s[E.active]&&(E.reveal(s.indexOf(y)),$.open(y))}),t.on(["pruned"],()=>E.redraw()),n(()=>{E.close(),z.close()}),v(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:y})=>{c=K(y[0]),v(!1)}).catch(o.fail).finally(()=>{t.values.query&&C(),o.ready()})}var Ve=q({name:"gallery",title:"Components",css:_e},Tt);function Je(o,e){let t,n=r=>{let s=o.getBoundingClientRect();return[r.clientX-s.left,r.clientY-s.top]};o.addEventListener("pointerdown",r=>{if(r.button!==0)return;o.setPointerCapture?.(r.pointerId);let s=n(r);t={from:s,last:s,lasso:e.lasso()||r.shiftKey?[s]:null,moved:!1}}),o.addEventListener("pointermove",r=>{let s=n(r);if(!t){e.hover(s);return}Math.hypot(s[0]-t.from[0],s[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(s),e.outline(t.lasso)):e.pan(s[0]-t.last[0],s[1]-t.last[1]),t.last=s)}),o.addEventListener("pointerup",r=>{let s=t;if(t=void 0,e.outline([]),!s)return;let i=r.ctrlKey||r.metaKey;s.moved&&s.lasso?e.lassoed(s.lasso,i):s.moved||e.clicked(s.from,i||r.shiftKey)}),o.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),o.addEventListener("pointerleave",()=>e.hover(null)),o.addEventListener("wheel",r=>{r.preventDefault(),e.hover(null),e.zoom(Math.exp(-r.deltaY*(r.deltaMode===1?.05:.002)),n(r))},{passive:!1})}var pe=class{constructor(e,t,n){this.shared=e;this.failed=t;this.changed=n;e.on(["vocabulary"],()=>{this.#o()}),this.#o()}shared;failed;changed;#e=[];#t=new Uint32Array;#n=[];#s=1;#r="";name(e){return this.#e[this.#t[e]??-1]}score(e){return this.#n[0]?.[e]??Number.NaN}margin(e){return this.#n[1]?.[e]??Number.NaN}certificate(e){return this.#n[2]?.[e]??Number.NaN}trust(e){let t=this.certificate(e);return Number.isNaN(t)?"open":t>=this.#s?"certified":"doubtful"}chip(e){let t=this.name(e);if(t===void 0)return d("span",{class:"slens-label",hidden:!0});let n=this.trust(e),r=`score ${this.score(e).toFixed(2)}, ${this.margin(e).toFixed(2)} ahead of the next label`,s=`certificate ${this.certificate(e).toFixed(2)}`,i={certified:`“${t}”, ${s}: the component also fires on images of it that did not name it`,doubtful:`“${t}”? Do not rely on it: ${s}, below ${this.#s}`,open:`“${t}”, not certified: ${this.#r}`}[n],l=n==="doubtful"?" ?":"";return d("span",{class:"slens-label","data-trust":n,title:`${i}; ${r}`},t+l)}async#o(){try{let{body:e,buffers:t}=await this.shared.client.request("labels",{},{lane:"labels"});this.#e=e.names,this.#t=ne(t[0]),this.#n=t.slice(1).map(K),this.#s=Number(e.trusted_from),this.#r=String(e.reason),this.changed()}catch(e){this.failed(e)}}};var Ye=`.slens-plane {
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
`;var $t={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Pt={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},Rt={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},ee=48,te=16,B=63;function Ft(o,e){let t=Math.min(Math.max(e,0),1)*(o.length-1),n=Math.min(Math.floor(t),o.length-2),[r,s]=[I(o[n]),I(o[n+1])];return`#${r.map((l,a)=>Math.round(l+(s[a]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function ie(o,e,t=8){if(o==="categories"&&t<=8)return $t[e];let n=o==="diverging"?Rt[e]:Pt[e],r=o==="categories"?Math.min(t,B):ee;return Array.from({length:r},(s,i)=>Ft(n,i/(r-1)))}function Xe(o,e){let[t,n]=[1/0,-1/0];for(let r of o)Number.isFinite(r)&&(r<t&&(t=r),r>n&&(n=r));if(t>n)return[0,1];if(e==="diverging"){let r=Math.max(Math.abs(t),Math.abs(n))||1;return[-r,r]}return t===n?[t,t+1]:[t,n]}function Qe(o,[e,t]){let n=new Uint8Array(o.length),r=ee/(t-e);for(let s=0;s<o.length;s++){let i=Math.floor((o[s]-e)*r);n[s]=Number.isNaN(i)?B:Math.min(Math.max(i,0),ee-1)}return n}var me=[{by:"layer",label:"layer",scale:"categories"},{by:"label",label:"label",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"polysemanticity",label:"polysemanticity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging",ends:["spurious","valid"],needs:["valid","spurious"]},{by:"relevance",label:"relevance",scale:"sequential",needs:["target"]},{by:"score",label:"search score",scale:"sequential",needs:["query"]},{by:"pruned",label:"pruned",scale:"categories"}],fe=class{constructor(e,t,n){this.drawn=e;this.labels=t;this.changed=n;let{shared:r}=e;r.on(["color_by"],()=>{n(!0),this.load()}),r.on(["query","valid","spurious","target"],s=>{this.colouring.needs?.includes(s)&&this.load()})}drawn;labels;changed;#e;#t=!1;get colouring(){let{color_by:e}=this.drawn.shared.values;return me.find(({by:t})=>t===e)??me[0]}value(e){let t=this.#e?.[e];return t===void 0?"":`${this.colouring.label} ${Number.isFinite(t)?t.toFixed(2):"unknown"}`}async load(){let{client:e,frame:t}=this.drawn,{by:n,scale:r}=this.colouring;if(this.#e=void 0,this.#t=r!=="categories",!this.#t)e.cancel("colour");else{this.changed(!1);try{let{body:s,buffers:i}=await e.request("colour",{by:n},{lane:"colour",progress:l=>t.busy(l.stage,l)});t.clearError(),this.#e=s.available===!0?K(i[0]):void 0}catch(s){t.fail(s)}if(t.busy(null),n!==this.colouring.by)return;this.#t=!1}this.changed(!1)}paint(e){let{by:t,scale:n}=this.colouring;return t==="layer"?this.#r(e):t==="pruned"?this.#o(e):t==="label"?this.#s(e)??this.#n(e):this.#e?this.#i(e,n,this.#e):this.#n(e)}controls(){let{about:e,values:t}=this.drawn.shared;if(this.colouring.by!=="relevance"||!e.live)return[];let n=d("select",{title:"The class whose relevance colours the points",onchange:()=>this.drawn.shared.set("target",n.value||null)});n.append(d("option",{value:""},"choose …"));for(let r of e.classes)n.append(d("option",{value:r},r));return n.value=t.target??"",[d("label",{class:"slens-field"},"For class",n)]}#n(e){let t=new Uint8Array(this.drawn.shared.components.total);return{levels:t,palette:[e.muted],groups:t,legend:{text:this.#a()}}}#s(e){let{total:t}=this.drawn.shared.components,n=new Map;for(let p=0;p<t;p++){let b=this.labels.name(p);b!==void 0&&n.set(b,(n.get(b)??0)+1)}if(n.size===0)return;let r=ie("categories",e.theme),s=[...n].sort((p,b)=>b[1]-p[1]).slice(0,n.size>8?7:8),i=new Map(s.map(([p],b)=>[p,b])),l=new Uint8Array(t);for(let p=0;p<t;p++)l[p]=i.get(this.labels.name(p)??"")??B;let a=s.map(([p,b],h)=>({group:h,name:p,tone:r[h],count:b})),c=t-a.reduce((p,{count:b})=>p+b,0),u=n.size-s.length;return c>0&&a.push({group:B,name:u>0?`${u.toLocaleString("en")} more labels`:"no label",tone:e.muted,count:c}),{levels:l,palette:Ze(r.slice(0,8),e),groups:l,legend:{keys:a}}}#r(e){let{layers:t,layerOf:n}=this.drawn.shared.components,r=ie("categories",e.theme,t.length),s=t.map(({name:l,count:a},c)=>({group:c,name:l,tone:r[c%r.length],count:a}));return{levels:Uint8Array.from(n,l=>l%r.length),palette:r,groups:n,legend:{keys:s}}}#o(e){let{components:t,values:n}=this.drawn.shared,r=new Uint8Array(t.total);for(let a of n.pruned)r[a]=1;let s=ie("categories",e.theme).slice(0,2),l=[t.total-n.pruned.length,n.pruned.length].map((a,c)=>({group:c,name:`${c?"pruned":"kept"} (${a.toLocaleString("en")})`,tone:s[c],count:a}));return{levels:r,palette:s,groups:r,legend:{keys:l}}}#i(e,t,n){let r=Xe(n,t),s=ie(t,e.theme),i=Qe(n,r),l=new Array(te).fill(0),a=0,c=i.map(b=>{if(b===B)return a++,B;let h=Math.floor(b*te/ee);return l[h]++,h}),{label:u,ends:p=["low","high"]}=this.colouring;return{levels:i,palette:Ze(s,e),groups:c,legend:{label:u,tones:s,limits:r,ends:p,counts:l,missing:a,muted:e.muted}}}#a(){let{by:e,label:t}=this.colouring;if(this.#t)return`Computing ${t} …`;let{about:n,values:r}=this.drawn.shared;return e==="label"?"Set audit.session.vocabulary to a list of texts to colour the points by their labels.":e==="score"?"Type a query in the gallery to colour the points by how well they match it.":e==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":e==="relevance"&&!n.live?"Relevance needs the live model: open the audit with model=…, evaluation=… and transform=….":e==="relevance"&&r.target===null?"Choose the class whose relevance colours the points.":`There is no ${t} to colour the points by.`}};function Ze(o,e){return Array.from({length:B+1},(t,n)=>o[n]??e.muted)}var Ut=10,ge=class{element=d("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=d("b");#t=d("p");#n=d("div");#s=d("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#n,this.#t,this.#s)}show(e,t,n,r,s){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,this.#n.replaceChildren(r),G(this.#s,s)}place([e,t],n,[r,s]){let[i,l]=[this.element.offsetWidth||252,this.element.offsetHeight||116],a=n+Ut,c=e+a+i>r?e-i-a:e+a,u=Math.min(Math.max(t-l/2,4),s-l-4);this.element.style.left=`${Math.max(c,4)}px`,this.element.style.top=`${Math.max(u,4)}px`}arrived(e,t){e===this.#r&&G(this.#s,t)}};var Ht=50,be=class{constructor(e,t,n,r){this.drawn=e;this.labels=t;this.view=n;this.on=r;let{client:s,frame:i,shared:l,onClose:a}=e;this.#e=new J(s,i.fail,(c,u)=>this.card.arrived(c,u)),l.on(["hovered"],()=>{let{hovered:c}=l.values;(c??-1)!==this.id&&this.#n(c??-1)}),a(()=>{this.#t.cancel(),this.#e.close()}),this.place()}drawn;labels;view;on;id=-1;card=new ge;ring=document.createElementNS("http://www.w3.org/2000/svg","circle");#e;#t=Ue(Ht,()=>this.drawn.shared.set("hovered",this.id<0?null:this.id));point(e){e!==this.id&&(this.#n(e),this.#t())}place(){let{id:e,ring:t,card:n,on:r,view:s}=this,i=e<0?void 0:r.place(e),l=i&&i[0]>=0&&i[1]>=0&&i[0]<=s.width&&i[1]<=s.height;t.style.display=l?"":"none",n.element.hidden=!l,!(!i||!l)&&(t.setAttribute("cx",String(i[0])),t.setAttribute("cy",String(i[1])),t.setAttribute("r",String(r.radius(e))),n.place(i,r.radius(e),[s.width,s.height]))}#n(e){let{shared:t,frame:n}=this.drawn;if(this.id=e,e<0){this.place(),this.on.left();return}let r=t.components.name(e),s=t.values.pruned.includes(e)?"pruned":"",i=[this.on.facts(e),s].filter(Boolean).join(" · "),l=i||`its ${t.about.m} strongest examples`;this.card.show(e,r,l,this.labels.chip(e),this.#e.get(e)),this.place(),this.#e.want([e]),n.status([r,this.labels.name(e),i].filter(Boolean).join(", "))}};function tt(o){let[e,t,n,r]=[1/0,-1/0,1/0,-1/0];for(let c=0;c<o.length;c+=2)e=Math.min(e,o[c]),t=Math.max(t,o[c]),n=Math.min(n,o[c+1]),r=Math.max(r,o[c+1]);let[s,i]=[(e+t)/2,(n+r)/2],l=Math.max(t-e,r-n)/2||1,a=new Float32Array(o.length);for(let c=0;c<o.length;c+=2)a[c]=(o[c]-s)/l,a[c+1]=(o[c+1]-i)/l;return a}var ve=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[r,s]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[i,l]=this.toWorld(t,n);this.x+=r-i,this.y+=s-l,this.#e()}show(e,t){let[n,r]=this.toScreen(e,t),s=Math.min(this.width,this.height)*.06;n>s&&r>s&&n<this.width-s&&r<this.height-s||(this.x=e,this.y=t)}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},ye=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let s=0;s<t;s++)n[s]=this.#n(e[2*s])+this.#n(e[2*s+1])*this.side,this.#e[n[s]+1]++;for(let s=0;s<this.side**2;s++)this.#e[s+1]+=this.#e[s];let r=this.#e.slice();this.#t=new Uint32Array(t);for(let s=0;s<t;s++)this.#t[r[n[s]]++]=s}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let r=-1,s=n*n;for(let i=this.#n(t-n);i<=this.#n(t+n);i++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let a=i*this.side+l;for(let c=this.#e[a];c<this.#e[a+1];c++){let u=this.#t[c],p=(this.xy[2*u]-e)**2+(this.xy[2*u+1]-t)**2;p<=s&&(r=u,s=p)}}return r}within([e,t],[n,r],s=1/0){let i=[];for(let l=this.#n(t);l<=this.#n(r);l++){let a=l*this.side+this.#n(e),c=l*this.side+this.#n(n);for(let u=this.#e[a];u<this.#e[c+1];u++){let p=this.#t[u],[b,h]=[this.xy[2*p],this.xy[2*p+1]];if(!(b<e||b>n||h<t||h>r)&&(i.push(p),i.length>s))return i}}return i}nearestOnes(e,t,n){let r=Math.min(n,this.xy.length/2),s=i=>(this.xy[2*i]-e)**2+(this.xy[2*i+1]-t)**2;for(let i=2/this.side;;i*=1.5){let l=this.within([e-i,t-i],[e+i,t+i]).filter(a=>s(a)<=i*i);if(l.length>=r)return l.sort((a,c)=>s(a)-s(c)).slice(0,r)}}lassoed(e){if(e.length<3)return new Uint32Array;let t=this.#r(e),[n,r]=[e.map(u=>u[0]),e.map(u=>u[1])],[s,i]=[this.#n(Math.min(...n)),this.#n(Math.max(...n))],l=new Uint8Array(this.xy.length/2),a=0;for(let u=this.#n(Math.min(...r));u<=this.#n(Math.max(...r));u++)for(let p=s;p<=i;p++){let b=u*this.side+p,[h,f]=[this.#e[b],this.#e[b+1]];if(h===f)continue;let T=t[b]?void 0:et(this.#s(p),this.#s(u),e);if(T!==!1)for(let x=h;x<f;x++){let M=this.#t[x];(T||et(this.xy[2*M],this.xy[2*M+1],e))&&(l[M]=1,a++)}}let c=new Uint32Array(a);for(let u=0,p=0;p<a;u++)l[u]&&(c[p++]=u);return c}#s(e){return(e+.5)/this.side*2-1}#r(e){let{side:t}=this,n=new Uint8Array(t*t);for(let r=0;r<t;r++)for(let s of[r,t*(t-1)+r,r*t,r*t+t-1])n[s]=1;return e.forEach(([r,s],i)=>{let[l,a]=e[(i+1)%e.length],c=Math.ceil(Math.max(Math.abs(l-r),Math.abs(a-s))*t)+1;for(let u=0;u<=c;u++){let p=this.#n(r+(l-r)*u/c),b=this.#n(s+(a-s)*u/c);for(let h=Math.max(b-1,0);h<=Math.min(b+1,t-1);h++)for(let f=Math.max(p-1,0);f<=Math.min(p+1,t-1);f++)n[h*t+f]=1}}),n}};function et(o,e,t){let n=!1;for(let r=0,s=t.length-1;r<t.length;s=r++){let[i,l]=t[r],[a,c]=t[s];l>e!=c>e&&o<(a-i)*(e-l)/(c-l)+i&&(n=!n)}return n}function nt(o,e,t,n){let r=-1,s=1/0,[i,l]=[o[2*e],o[2*e+1]];for(let a=0;a<o.length/2;a++){let[c,u]=[o[2*a]-i,o[2*a+1]-l],p=c*t+u*n,b=Math.abs(c*n-u*t);if(a===e||p<=0||b>2*p)continue;let h=p+2*b;h<s&&(r=a,s=h)}return r}var zt={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},Dt=8;function st(o,e){let{view:t}=e,n={centre:-1,count:0};function r(i,l){let[a,c]=[e.hovered(),e.xy()],u=a>=0?nt(c,a,...i):e.selection()[0]??l.nearest(t.x,t.y,4);u<0||(t.show(c[2*u],c[2*u+1]),e.point(u))}function s(i,l){let a=e.hovered()>=0?e.hovered():e.selection()[0];if(a===void 0)return;let u=n.centre===a&&n.count===e.selection().length?Math.floor(i?n.count/2:n.count*2):i?1:Dt,p=l.nearestOnes(e.xy()[2*a],e.xy()[2*a+1],Math.max(u,1));n={centre:a,count:p.length},e.choose(p,!1)}o.addEventListener("keydown",i=>{let l=[t.width/2,t.height/2],a=zt[i.key],c=e.grid();if(a&&i.ctrlKey)t.pan(-60*a[0],60*a[1]);else if(a&&c)r(a,c);else if(i.key==="+"||i.key==="=")t.zoomAt(1.4,...l);else if(i.key==="-")t.zoomAt(1/1.4,...l);else if(i.key==="0")t.fit();else if(i.key.toLowerCase()==="g"&&c)s(i.shiftKey,c);else if(i.key==="Escape")e.choose([],!1);else if((i.key==="Enter"||i.key===" ")&&e.hovered()>=0)e.choose([e.hovered()],i.ctrlKey||i.shiftKey);else return;i.preventDefault(),e.paint()})}var Ae=o=>Math.abs(o)>=.01||o===0?o.toFixed(2):o.toExponential(1),xe=class{constructor(e){this.changed=e;this.element.addEventListener("keydown",t=>this.#o(t)),this.element.addEventListener("pointerup",()=>{this.#e=-1}),this.element.addEventListener("pointerleave",()=>{this.#e=-1})}changed;element=d("div",{class:"slens-legend"});highlighted=new Set;#e=-1;draw(e,t=[]){let n=this.element.getRootNode().activeElement,r=n&&this.element.contains(n)?n.dataset.group:void 0,s=d("button",{type:"button",class:"slens-key",title:"Highlight everything again",onclick:()=>this.clear()},"show all");s.hidden=this.highlighted.size===0,"text"in e?this.element.replaceChildren(...t,e.text):"keys"in e?this.element.replaceChildren(...t,...e.keys.map(i=>this.#n(i)),s):this.element.replaceChildren(...t,...this.#s(e),s),r!==void 0&&this.element.querySelector(`[data-group="${r}"]`)?.focus()}clear(){this.highlighted.clear(),this.changed()}#t(e){this.highlighted.delete(e)||this.highlighted.add(e),this.changed()}#n({group:e,name:t,tone:n,count:r}){let s=d("span",{class:"slens-dot","aria-hidden":"true"});return s.style.background=n,d("button",{type:"button",class:"slens-key","data-group":e,"aria-pressed":String(this.highlighted.has(e)),title:`Highlight ${t}: ${r.toLocaleString("en")} components`,onclick:()=>this.#t(e)},s,d("span",{},t))}#s(e){let[t,n]=e.limits,r=Math.max(1,...e.counts),s=e.counts.map((a,c)=>{let u=h=>Ae(t+(n-t)*h/te),p=d("span",{"aria-hidden":"true"});p.style.height=`${a?Math.max(2,22*(a/r)):0}px`,p.style.background=e.tones[Math.floor((c+.5)*ee/te)];let b=`${u(c)} to ${u(c+1)}`;return d("button",{type:"button",class:"slens-bin",tabindex:c===0?0:-1,"data-group":c,"aria-pressed":String(this.highlighted.has(c)),"aria-label":`${b}: ${a} components`,title:`${b}: ${a.toLocaleString("en")} components. Click or drag to highlight them`,onpointerdown:h=>{this.#e=c,h.currentTarget.releasePointerCapture?.(h.pointerId)},onpointerenter:()=>this.#e>=0&&this.#e!==c&&this.#r(this.#e,c),onclick:()=>this.#t(c)},p)}),i=d("div",{class:"slens-bins",role:"group","aria-label":`Values of ${e.label}`});i.append(...s);let l=[d("span",{},`${e.label}:`),d("span",{},`${e.ends[0]} ${Ae(t)}`),i,d("span",{},`${Ae(n)} ${e.ends[1]}`)];return e.missing>0&&l.push(this.#n({group:B,name:"no value",tone:e.muted,count:e.missing})),l}#r(e,t){this.highlighted.clear();for(let n=Math.min(e,t);n<=Math.max(e,t);n++)this.highlighted.add(n);this.changed()}#o(e){let t=e.target,n={ArrowLeft:-1,ArrowRight:1}[e.key];if(!n||!t.classList.contains("slens-bin"))return;let r=Number(t.dataset.group),s=Math.min(Math.max(r+n,0),te-1);e.preventDefault(),this.element.querySelector(`.slens-bin[data-group="${s}"]`)?.focus(),e.shiftKey&&(this.highlighted.add(r).add(s),this.changed())}};function Y(o,e){let t=o>1e5?2.6:o>1e4?4:o>2e3?6:9;return Math.min(t*e**.35,22)}function we(o,e,t){let[n,r]=[Math.round(e.width*t),Math.round(e.height*t)];o.width!==n&&(o.width=n),o.height!==r&&(o.height=r)}var It=2e4,rt=.28,ae=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){we(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),r=this.#e;!n||!r||(n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height),r.levels.length>It?Ot(n,r,e,t):qt(n,r,e))}close(){}};function Se(o,e){let{flags:t}=o;for(let n of[0,2])for(let r=0;r<t.length;r++)(t[r]&2)===n&&e(r,t[r])}function qt(o,e,t){let n=Y(e.levels.length,t.zoom)/2,r=(s,i,l,a)=>{if(o.beginPath(),a&8){let c=l*1.18;o.moveTo(s-c,i);for(let[u,p]of[[0,-1],[1,0],[0,1]])o.lineTo(s+u*c,i+p*c);o.closePath()}else o.arc(s,i,l,0,2*Math.PI)};Se(e,(s,i)=>{let[l,a]=t.toScreen(e.xy[2*s],e.xy[2*s+1]);if(l<-20||a<-20||l>t.width+20||a>t.height+20)return;let c=(i&2)!==0;o.globalAlpha=(i&1)!==0&&!c?rt:.92,o.fillStyle=e.palette[e.levels[s]%e.palette.length],r(l,a,c?n+2:n,i),o.fill(),i&4&&(o.fillStyle=e.background,r(l,a,n*.55,i),o.fill()),c&&(o.strokeStyle=e.ring,o.lineWidth=1.5,r(l,a,n+1.2,i),o.stroke())})}function Ot(o,e,t,n){let{width:r,height:s}=o.canvas,i=o.createImageData(r,s),l=new Uint32Array(i.data.buffer),a=I(e.background),c=(E,$)=>{let[R,m,v]=I(E).map((w,C)=>Math.round(a[C]+(w-a[C])*$));return(255<<24|v<<16|m<<8|R)>>>0},u=e.palette.map(E=>c(E,.95)),p=e.palette.map(E=>c(E,rt)),[b,h]=[c(e.ring,1),c(e.background,1)],f=Math.max(1,Math.round(Y(e.levels.length,t.zoom)*n*.85)),T=(E,$,R,m)=>{let[v,w]=[Math.round(E-R/2),Math.round($-R/2)];for(let C=Math.max(w,0);C<Math.min(w+R,s);C++)for(let y=Math.max(v,0);y<Math.min(v+R,r);y++)l[C*r+y]=m},{xy:x,levels:M,palette:k}=e,U=t.scale*n,H=E=>(E&3)===1,z=(E,$)=>{let R=r/2+(x[2*E]-t.x)*U,m=s/2-(x[2*E+1]-t.y)*U;if(R<-f||m<-f||R>r+f||m>s+f)return;let v=M[E]%k.length;$&2&&T(R,m,f+4,b),T(R,m,$&2?f+2:f,H($)?p[v]:u[v]),$&4&&f>3&&T(R,m,Math.ceil(f/2),h)};Se(e,(E,$)=>H($)&&z(E,$)),Se(e,(E,$)=>!H($)&&z(E,$)),o.putImageData(i,0,0)}var Bt=`#version 300 es
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
}`,_t=`#version 300 es
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
}`,Te=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,r]of[[t.VERTEX_SHADER,Bt],[t.FRAGMENT_SHADER,_t]]){let s=t.createShader(n);t.shaderSource(s,r),t.compileShader(s),t.attachShader(this.#t,s)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#s;#r;#o=new Float32Array(192);#i=!1;update(e){let t=this.#e;this.#s=e;let n=(s,i)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[s]),t.bufferData(t.ARRAY_BUFFER,i,s===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(s),s===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(s,1,t.UNSIGNED_BYTE,0,0)};this.#r!==e.xy&&n(0,e.xy),this.#r=e.xy,n(1,e.levels),n(2,e.flags);let{palette:r}=e;for(let s=0;s<64;s++)this.#o.set(Le(r[s%r.length]),s*3);this.#i=e.flags.some(s=>(s&2)!==0)}draw(e,t){let n=this.#e,r=this.#s;if(we(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!r)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let s=i=>n.getUniformLocation(this.#t,i);n.uniform3fv(s("palette"),this.#o),n.uniform3fv(s("ring"),Le(r.ring)),n.uniform3fv(s("back"),Le(r.background)),n.uniform2f(s("centre"),e.x,e.y),n.uniform2f(s("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(s("size"),Y(r.levels.length,e.zoom)*t);for(let i of this.#i?[0,1]:[0])n.uniform1ui(s("pass"),i),n.drawArrays(n.POINTS,0,r.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}};function Le(o){let[e,t,n]=I(o);return[e/255,t/255,n/255]}function ot(o,e){let t=()=>{let r=document.createElement("canvas");return r.style.cssText="position:absolute;inset:0;width:100%;height:100%",r.setAttribute("aria-hidden","true"),o.prepend(r),r},n=t();try{let r=new Te(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new ae(t())))}),r}catch{return n.remove(),new ae(t())}}var jt="Arrow keys move between points, Enter selects, G selects the nearest ones (again for more, Shift+G for fewer), plus and minus zoom, Ctrl with arrows moves the map, 0 fits, Escape selects nothing.";function Kt(o){let{frame:e,client:t,shared:n,onClose:r}=o,s=n.components.total,i=new ve,l=new pe(n,e.fail,()=>m(!1)),a=new fe(o,l,m),c=new xe(v),u=new Float32Array,p,b=!1,h=0,f=document.createElementNS("http://www.w3.org/2000/svg","svg"),T=document.createElementNS("http://www.w3.org/2000/svg","polygon"),x=g=>i.toScreen(u[2*g],u[2*g+1]),M=new be(o,l,i,{place:x,radius:()=>Y(s,i.zoom)/2+4,facts:g=>a.value(g),left:C});f.append(T,M.ring);let k=d("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":`Map of components. ${jt}`});k.append(f,M.card.element),e.body.append(k,c.element);let U=ot(k,g=>{U=g,k.dataset.engine=g.kind,v()});k.dataset.engine=U.kind;let H=d("select",{title:"What the colours of the points mean",onchange:()=>n.set("color_by",H.value)});for(let{by:g,label:S}of me)H.append(d("option",{value:g},S));let z=(g,S,P)=>d("button",{type:"button",title:S,onclick:()=>R(P)},g),E=z("Pan","Drag to move the map (shift-drag draws a lasso)",!1),$=z("Lasso","Drag around points to select them",!0);e.tools.append(d("label",{class:"slens-field"},"Colour",H),d("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},E,$),oe("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{i.fit(),w()}));function R(g){b=g,E.setAttribute("aria-pressed",String(!g)),$.setAttribute("aria-pressed",String(g)),k.classList.toggle("slens-lasso",g)}R(!1);function m(g){g&&c.highlighted.clear(),H.value=a.colouring.by,v()}function v(){if(!p)return;let g=le(e.root),S=a.paint(g);c.draw(S.legend,a.controls());let{selection:P,pruned:N}=n.values,{highlighted:X}=c,Q=new Uint8Array(s).fill(P.length>0?1:0);if(X.size>0)for(let V=0;V<s;V++)X.has(S.groups[V])||(Q[V]=1);for(let V of P)Q[V]=2;for(let V of N)Q[V]|=4;let{levels:Me,palette:ct}=S;U.update({xy:u,levels:Me,palette:ct,flags:Q,ring:g.foreground,background:g.background}),w(),C()}function w(){cancelAnimationFrame(h),h=requestAnimationFrame(()=>{i.width=k.clientWidth||400,i.height=k.clientHeight||300,U.draw(i,Math.min(globalThis.devicePixelRatio||1,2)),M.place(),p&&e.ready()})}function C(){let{selection:g}=n.values,S=n.components.layers.length;e.status(g.length>0?`${g.length.toLocaleString("en")} of ${s.toLocaleString("en")} components selected`:`${s.toLocaleString("en")} components of ${S} layer${S===1?"":"s"}; shift-drag draws a lasso`)}function y(g,S){if(!S){n.set("selection",g);return}let P=new Set(n.values.selection),N=g.length===1&&P.has(g[0]);for(let X of g)N?P.delete(X):P.add(X);n.set("selection",[...P])}let L=(g,S)=>{let[P,N]=i.toWorld(g,S);return p?.nearest(P,N,(Y(s,i.zoom)/2+5)/i.scale)??-1};function A(g){k.classList.toggle("slens-over",g>=0),M.point(g)}Je(k,{lasso:()=>b,hover:g=>A(g?L(...g):-1),outline:g=>T.setAttribute("points",g.map(S=>S.join(",")).join(" ")),pan:(g,S)=>{i.pan(g,S),w()},zoom:(g,S)=>{i.zoomAt(g,...S),w()},lassoed:(g,S)=>{let P=g.map(N=>i.toWorld(...N));y(Array.from(p?.lassoed(P)??[]),S)},clicked:(g,S)=>{let P=L(...g);P>=0?y([P],S):S||y([],!1)}}),st(k,{view:i,grid:()=>p,xy:()=>u,hovered:()=>M.id,selection:()=>n.values.selection,point:A,choose:y,paint:w});async function F(){e.busy("Laying out the map …");try{let{buffers:g}=await t.request("points",{},{lane:"points",progress:S=>e.busy(S.stage,S)});u=tt(K(g[0])),p=new ye(u),e.busy(null),await a.load()}catch(g){e.fail(g)}e.busy(null)}n.on(["selection","pruned"],v),e.onTheme(v);let D=new ResizeObserver(w);D.observe(k),r(()=>{D.disconnect(),cancelAnimationFrame(h),U.close()}),F()}var it=q({name:"map",title:"Concept map",css:Ye},Kt);var at=`.slens-numbers {
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
`;var W=o=>`${(100*o).toFixed(1)} %`;function Wt(o,e){let t=100*(e-o);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function Vt({frame:o,client:e,shared:t,onClose:n}){let{components:r}=t;if(!t.about.live){o.body.append(Z("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),o.ready();return}let s=[],i=new Set(t.values.pruned),l=["mean","zero"].map(m=>d("button",{type:"button",title:m==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",m)},m));o.tools.append(d("label",{class:"slens-field"},"Replace by"),d("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...l));let a=d("div",{class:"slens-numbers","aria-live":"polite"}),c=d("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),u=(m,v,w,C=!1)=>d("button",{type:"button",title:v,class:C?"slens-main":"",onclick:w},m),p=u("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),b=u("Undo","Go back to the pruned set before the last change",()=>k("undo")),h=u("Redo","Take back the last undo",()=>k("redo")),f=u("Clear","Restore every component and empty the list",()=>k("clear")),T=new J(e,o.fail,(m,v)=>{for(let w of x.element.querySelectorAll(`[data-component="${m}"] .slens-strip`))G(w,v)}),x=new se({label:"Pruned components",rowHeight:74,draw:H,choose:(m,v)=>{v instanceof KeyboardEvent?U(s[m]):t.set("selection",[s[m]])},shown:(m,v)=>T.want(s.slice(m,v))}),M=Z("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");o.body.append(a,c,d("div",{class:"slens-acts"},p,b,h,f),x.element,M),o.root.addEventListener("keydown",m=>{m.target instanceof HTMLInputElement&&m.target.type!=="checkbox"||m.key.toLowerCase()!=="z"||!(m.ctrlKey||m.metaKey)||(m.preventDefault(),k(m.shiftKey?"redo":"undo"))});function k(m){e.request(m).catch(o.fail)}function U(m){let v=new Set(t.values.pruned);v.delete(m)||v.add(m),t.set("pruned",[...v])}function H(m,v){let w=s[v],C=i.has(w);m.classList.toggle("slens-restored",!C);let y=`${w} ${C}`;if(m.dataset.state===y)return;m.dataset.state=y;let L=m.dataset.component===String(w)?m.querySelector("input"):null;if(L){L.checked=C,m.querySelector(".slens-quiet").textContent=C?"pruned":"kept";return}m.dataset.component=String(w);let A=d("input",{type:"checkbox","aria-label":`Prune ${r.name(w)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>U(w)});A.checked=C;let F=d("div",{class:"slens-strip"});G(F,T.get(w)),m.replaceChildren(d("div",{class:"slens-line",role:"gridcell"},d("label",{},A,d("b",{},r.name(w))),d("span",{class:"slens-quiet"},C?"pruned":"kept")),d("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},F))}function z(m,v,w,C){return d("div",{class:"slens-number"},d("small",{},m),d("strong",{"data-value":C},v),d("em",{},w))}function E(m){let{before:v,after:w,flips:C}=m,y=C.fixed+C.broken+C.other,L=(F,D)=>m.pruned>0?`${Wt(F,D)}
from ${W(F)}`:"nothing pruned",A=[z("accuracy",W(w.accuracy),L(v.accuracy,w.accuracy),"accuracy")];w.worst_group!==null&&v.worst_group!==null&&A.push(z("worst group",W(w.worst_group),L(v.worst_group,w.worst_group),"worst-group")),A.push(z("flipped images",String(y),`${C.fixed} fixed
${C.broken} broken`,"flips")),a.replaceChildren(...A),c.replaceChildren(...Object.entries(w.per_class).flatMap(([F,D])=>{let g=v.per_class[F]??0,S=d("span");S.style.width=W(D).replace(" ","");let P=d("i",{title:`before: ${W(g)}`});return P.style.left=`calc(${W(g).replace(" ","")} - 1px)`,[d("span",{},F),d("div",{class:"slens-bar",role:"img","aria-label":`${F}: ${W(D)}, before ${W(g)}`},S,P),d("span",{},W(D))]})),o.root.dataset.accuracy=String(w.accuracy),o.root.dataset.pruned=String(m.pruned),o.status(`${m.pruned} pruned (${m.mode}) · ${w.n.toLocaleString("en")} images · tick: before`)}function $(m,v){s=Array.from(ne(v[0])),b.disabled=m.undo!==!0,h.disabled=m.redo!==!0;let w=m.evaluating===!0;o.root.classList.toggle("slens-stale",w),o.root.dataset.evaluating=String(w),w?o.busy("Evaluating …"):o.busy(null),m.result&&E(m.result),R()}function R(){i=new Set(t.values.pruned);let m=t.values.selection.filter(v=>!i.has(v)).length;p.textContent=m>0?`Prune selection (${m.toLocaleString("en")})`:"Prune selection",p.disabled=m===0,f.disabled=s.length===0,l.forEach(v=>{v.setAttribute("aria-pressed",String(v.textContent===t.values.mode))}),x.element.hidden=s.length===0,M.hidden=s.length>0,x.count=s.length}n(e.on("event:panel",(m,v)=>{o.clearError(),$(m,v)})),n(e.on("event:failed",m=>o.fail(m.message))),n(e.on("event:progress",m=>o.busy(`${String(m.stage)} …`,m))),n(()=>{x.close(),T.close()}),t.on(["pruned","selection","mode"],R),R(),e.request("panel").then(({body:m,buffers:v})=>{$(m,v),o.ready()}).catch(o.fail)}var lt=q({name:"pruning",title:"Pruning",css:at},Vt);var Jt={alignment:Ie,dashboard:Oe,gallery:Ve,map:it,pruning:lt},js={render(o){let e=String(o.model.get("_widget")),t=Jt[e];if(!t)throw new Error(`There is no widget ${e}; restart the kernel and reload the page.`);return t.render(o)}};export{js as default};
