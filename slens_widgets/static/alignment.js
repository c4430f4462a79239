var S=`.slens.slens-alignment {
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
`;var L=`.slens {
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
`;function F(s){let e=/^#([0-9a-f]{6})$/i.exec(s.trim());if(e){let u=Number.parseInt(e[1],16);return[u>>16,u>>8&255,u&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=s,n.fillRect(0,0,1,1);let[r=255,o=255,a=255]=n.getImageData(0,0,1,1).data;return[r,o,a]}function N(s){let[e,t,n]=F(s);return .2126*e+.7152*t+.0722*n<128}function M(s){return`#${F(s).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function I(s){let e=getComputedStyle(s);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return N(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function C(s){let e=getComputedStyle(s),t=(n,r)=>{let o=document.createElement("span");o.style.color=`var(${n})`,s.append(o);let a=getComputedStyle(o).color||r;return o.remove(),M(a.startsWith("var")?r:a)};return{theme:s.dataset.theme==="dark"?"dark":"light",background:M(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function U(s,e){let t=(p=!1)=>{let h=I(s)?"dark":"light";s.dataset.theme===h&&!p||(s.dataset.theme=h,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},o=new MutationObserver(r),a={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};o.observe(document.documentElement,a),o.observe(document.body,a);let u=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return u?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),o.disconnect(),u?.removeEventListener?.("change",r)}}var b=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},V=Math.floor(Math.random()*2**40)+1;function K(s){return s instanceof ArrayBuffer?new Uint8Array(s.slice(0)):new Uint8Array(s.buffer,s.byteOffset,s.byteLength).slice()}var k=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#n=new Map;#s=new Map;#r=!1;request(e,t={},n={}){if(this.#r)return Promise.reject(new b("The widget is closed.",!0));let{lane:r}=n,o=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,o);for(let[u,p]of this.#e)p.lane===r&&this.#o(u,p)}let a=V++;return new Promise((u,p)=>{this.#e.set(a,{resolve:u,reject:p,progress:n.progress,lane:r,generation:o}),this.model.send({...t,op:e,id:a,generation:o},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#s.get(e)??new Set;return this.#s.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new b("closed",!0));this.#e.clear(),this.#s.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new b("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(K);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,o)=>{let a=e.lengths,u=a?_(this.#t.get(o)??[],a):n;r.resolve({body:e,buffers:u})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new b(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let o=e[r];if(typeof o=="string")for(let a of this.#s.get(`${r}:${o}`)??[])a(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new b("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function _(s,e){let t=new Uint8Array(e.reduce((o,a)=>o+a,0)),n=0;for(let o of s)t.set(o.subarray(0,Math.max(0,t.length-n)),n),n+=o.length;let r=0;return e.map(o=>{let a=t.slice(r,r+o);return r+=o,a})}function d(s,e={},...t){let n=document.createElement(s);for(let[r,o]of Object.entries(e))typeof o=="function"?n.addEventListener(r.slice(2),o):o===!0?n.setAttribute(r,""):o!==!1&&o!==null&&o!==void 0&&n.setAttribute(r,String(o));return n.append(...t),n}function W(s){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",s),e.append(t),e}function G(s,e,t){return d("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},W(s))}function j(s,...e){return d("div",{class:"slens-empty"},d("strong",{},s),...e)}function $(s,e,t,n=""){let r=[],o=d("span"),a=G("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{u.hidden=!0}),u=d("div",{class:"slens-error",role:"alert",hidden:!0},o,a),p=d("div",{class:"slens-tools"}),h=d("div",{class:"slens-body"}),v=d("span",{role:"status","aria-live":"polite"}),y=d("span"),x=d("progress",{"aria-label":"Progress",max:1}),i=d("div",{class:"slens-busy",hidden:!0},y,x),c=d("section",{class:`slens slens-${e}`,"aria-label":t},d("style",{},L+n),d("header",{class:"slens-head"},d("h3",{class:"slens-title"},t),p),u,h,d("footer",{class:"slens-foot"},v,i));c.addEventListener("keydown",l=>l.stopPropagation()),c.addEventListener("contextmenu",l=>l.stopPropagation()),s.replaceChildren(c);let m=U(c,()=>{for(let l of r)l()});return{root:c,tools:p,body:h,status:l=>{v.textContent=l,v.title=l},busy:(l,g)=>{i.hidden=l===null,y.textContent=l??"",g&&g.total>0?x.value=g.done/g.total:x.removeAttribute("value")},fail:l=>{l instanceof b&&l.cancelled||(o.textContent=l instanceof Error?l.message:String(l),u.hidden=!1)},clearError:()=>{u.hidden=!0},ready:()=>{c.dataset.ready="true"},onTheme:l=>{r.push(l)},close:()=>{m(),s.replaceChildren()}}}var A=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function P(s,e){let t=Uint32Array.from(s);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function q(s,e){if(!e)return[];if(s.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var B=["selection","pruned"],Q=["selection","pruned","query","valid","spurious","target","mode","color_by"],E=class s{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new A(t.layers);for(let r of Q)e.on(`state:${r}`,(o,a)=>{this.#t.get(r)||this.#n(r,o,a[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),o=new s(e,n.about,t);return n.states.forEach((u,p)=>{o.#n(u.state,u,r[p])}),o}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(R(this.values[e],t))return;this.values[e]=t,this.#s(e);let n=[],r={field:e};if(B.includes(e)){let o=P(t,this.components.total);r.encoding=o.encoding,n.push(o.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:o,buffers:a})=>{this.#t.get(e)===1&&this.#n(e,o,a[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let r=B.includes(e)?q(t,n):t.value;R(this.values[e],r)||(this.values[e]=r,this.#s(e))}#s(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function R(s,e){return Array.isArray(s)&&Array.isArray(e)?s.length===e.length&&s.every((t,n)=>t===e[n]):s===e}function O(s,e){return{render({model:t,el:n}){let r=new k(t),o=$(n,s.name,s.title,s.css),a=[],u=!0;return o.busy("Asking the kernel …"),E.open(r,o.fail).then(p=>{u&&(o.busy(null),e({frame:o,client:r,shared:p,onClose:h=>{a.push(h)}}))}).catch(p=>{o.busy(null),o.fail(p)}),()=>{u=!1;for(let p of a)p();r.close(),o.close()}}}}var X=["valid","spurious","both","unexpected"];function Y({frame:s,client:e,shared:t,onClose:n}){let r=[],o=d("select",{title:"The class whose relevance sizes the points"},d("option",{value:""},"none"));for(let i of t.about.classes)o.append(d("option",{value:i},i));o.addEventListener("change",()=>t.set("target",o.value||null)),o.disabled=t.about.classes.length===0,s.tools.append(d("label",{class:"slens-field"},"Target class",o));let a=d("div",{class:"slens-counts",role:"group","aria-label":"Select a quadrant"}),u=["valid","spurious"].map(i=>{let c=d("input",{"aria-label":`Add a ${i} concept`,placeholder:i==="valid"?"should count: streaks, veil …":"should not: ruler, ink …",title:"Type a concept and press Enter; commas add several; Backspace removes the last",spellcheck:"false"}),m=d("div",{class:"slens-chips"},c);m.style.setProperty("--tone",`var(--s-${i})`);let l=()=>{let f=c.value.split(",").map(w=>w.trim()).filter(Boolean);c.value="",f.length>0&&t.set(i,[...new Set([...t.values[i],...f])])};c.addEventListener("keydown",f=>{f.key==="Enter"||f.key===","?(f.preventDefault(),l()):f.key==="Backspace"&&c.value===""&&t.set(i,t.values[i].slice(0,-1))}),c.addEventListener("blur",l);let g=()=>{for(let f of m.querySelectorAll(".slens-chip"))f.remove();for(let f of t.values[i]){let w=r.some(T=>f.toLowerCase().includes(T.toLowerCase())),z=d("button",{type:"button","aria-label":`Remove ${f}`,title:`Remove ${f}`,onclick:()=>t.set(i,t.values[i].filter(T=>T!==f))},"×"),J=w?"Has words that are not in this model's vocabulary":f;c.before(d("span",{class:w?"slens-chip slens-odd":"slens-chip",title:J},f,z))}c.placeholder=t.values[i].length>0?"":c.getAttribute("data-hint")??""};return c.dataset.hint=c.placeholder,{field:i,box:m,redraw:g}}),p=d("div",{class:"slens-concepts"});for(let{field:i,box:c}of u){let m=d("span",{},i);m.style.color=`var(--s-${i})`,p.append(m,c)}let h=j("Two sets of concepts","Name what the model should look at (valid) and what it should not (spurious). Every component is then placed between them: valid to the right, spurious up.");s.body.append(p,a,h);function v(){for(let i of u)i.redraw();o.value=t.values.target??""}function y(i){s.busy(null),typeof i.error=="string"?s.fail(i.error):s.clearError();let c=Number(i.rows);r=i.unknown??[],v(),h.hidden=c>0||typeof i.error=="string",a.hidden=c===0;let m=i.counts??{};a.replaceChildren(...X.map(g=>d("button",{type:"button",title:`Select the ${m[g]??0} components in “${g}”`,onclick:()=>{e.request("choose",{quadrant:g}).catch(s.fail)}},`${g} ${m[g]??0}`)));let l=[];c>0&&l.push(i.sized?`Size: ${String(i.relevance)}`:"Choose a target class to size the points by relevance."),Number(i.left_out)>0&&l.push(`${i.left_out} of the least aligned are not drawn.`),r.length>0&&l.push(`Unknown words: ${r.join(", ")}.`),s.status(l.join(" ")),s.root.dataset.rows=String(c),s.root.closest(".slens-alignment-box")?.lastElementChild?.classList.toggle("slens-figure-off",c===0)}function x(){let{theme:i,foreground:c,muted:m,line:l,background:g}=C(s.root);e.request("look",{theme:i,foreground:c,muted:m,line:l,background:g}).catch(s.fail)}n(e.on("event:aligned",y)),n(e.on("event:progress",i=>s.busy(String(i.stage),i))),t.on(["valid","spurious","target"],v),s.onTheme(x),v(),x(),e.request("aligned").then(({body:i})=>{y(i),s.ready()}).catch(s.fail)}var ve=O({name:"alignment",title:"Alignment",css:S},Y);export{ve as default};
