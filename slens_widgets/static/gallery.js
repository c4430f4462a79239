var Q=`.slens {
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
`;function be(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let c=Number.parseInt(e[1],16);return[c>>16,c>>8&255,c&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=o,n.fillRect(0,0,1,1);let[s=255,r=255,i=255]=n.getImageData(0,0,1,1).data;return[s,r,i]}function ve(o){let[e,t,n]=be(o);return .2126*e+.7152*t+.0722*n<128}function ye(o){let e=getComputedStyle(o);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return ve(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function X(o,e){let t=(l=!1)=>{let u=ye(o)?"dark":"light";o.dataset.theme===u&&!l||(o.dataset.theme=u,e())},n,s=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},r=new MutationObserver(s),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};r.observe(document.documentElement,i),r.observe(document.body,i);let c=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return c?.addEventListener?.("change",s),t(),s(),()=>{clearTimeout(n),r.disconnect(),c?.removeEventListener?.("change",s)}}var E=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},xe=Math.floor(Math.random()*2**40)+1;function we(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}function z(o){return o?new Float32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Float32Array}function Y(o){return o?new Uint32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Uint32Array}var F=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#s=new Map;#n=new Map;#o=!1;request(e,t={},n={}){if(this.#o)return Promise.reject(new E("The widget is closed.",!0));let{lane:s}=n,r=s===void 0?0:(this.#s.get(s)??0)+1;if(s!==void 0){this.#s.set(s,r);for(let[c,l]of this.#e)l.lane===s&&this.#r(c,l)}let i=xe++;return new Promise((c,l)=>{this.#e.set(i,{resolve:c,reject:l,progress:n.progress,lane:s,generation:r}),this.model.send({...t,op:e,id:i,generation:r},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#r(t,n)}on(e,t){let n=this.#n.get(e)??new Set;return this.#n.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#o=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new E("closed",!0));this.#e.clear(),this.#n.clear()}#r(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new E("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(we);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let s=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,s),s.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(s,r)=>{let i=e.lengths,c=i?ke(this.#t.get(r)??[],i):n;s.resolve({body:e,buffers:c})});else if(typeof e.err=="number")this.#a(e.err,s=>s.reject(new E(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let s of["state","event"]){let r=e[s];if(typeof r=="string")for(let i of this.#n.get(`${s}:${r}`)??[])i(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#s.get(n.lane)!==n.generation?n.reject(new E("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function ke(o,e){let t=new Uint8Array(e.reduce((r,i)=>r+i,0)),n=0;for(let r of o)t.set(r.subarray(0,Math.max(0,t.length-n)),n),n+=r.length;let s=0;return e.map(r=>{let i=t.slice(s,s+r);return s+=r,i})}function a(o,e={},...t){let n=document.createElement(o);for(let[s,r]of Object.entries(e))typeof r=="function"?n.addEventListener(s.slice(2),r):r===!0?n.setAttribute(s,""):r!==!1&&r!==null&&r!==void 0&&n.setAttribute(s,String(r));return n.append(...t),n}function Ae(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",o),e.append(t),e}function I(o,e,t){return a("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Ae(o))}function Z(o,...e){return a("div",{class:"slens-empty"},a("strong",{},o),...e)}function ee(o,e,t,n=""){let s=[],r=a("span"),i=I("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{c.hidden=!0}),c=a("div",{class:"slens-error",role:"alert",hidden:!0},r,i),l=a("div",{class:"slens-tools"}),u=a("div",{class:"slens-body"}),h=a("span",{role:"status","aria-live":"polite"}),v=a("span"),b=a("progress",{"aria-label":"Progress",max:1}),y=a("div",{class:"slens-busy",hidden:!0},v,b),g=a("section",{class:`slens slens-${e}`,"aria-label":t},a("style",{},Q+n),a("header",{class:"slens-head"},a("h3",{class:"slens-title"},t),l),c,u,a("footer",{class:"slens-foot"},h,y));g.addEventListener("keydown",f=>f.stopPropagation()),g.addEventListener("contextmenu",f=>f.stopPropagation()),o.replaceChildren(g);let S=X(g,()=>{for(let f of s)f()});return{root:g,tools:l,body:u,status:f=>{h.textContent=f,h.title=f},busy:(f,x)=>{y.hidden=f===null,v.textContent=f??"",x&&x.total>0?b.value=x.done/x.total:b.removeAttribute("value")},fail:f=>{f instanceof E&&f.cancelled||(r.textContent=f instanceof Error?f.message:String(f),c.hidden=!1)},clearError:()=>{c.hidden=!0},ready:()=>{g.dataset.ready="true"},onTheme:f=>{s.push(f)},close:()=>{S(),o.replaceChildren()}}}var k=28,te=["crop","box","heatmap"],Ee={crop:"The part of each image that excites the component",box:"The whole image, with that part framed",heatmap:"The whole image, lit where it matters to the component"},H=class{constructor(e,t,n,s){this.client=e;this.shared=t;this.failed=n;this.#n=te.map(c=>a("button",{type:"button",title:Ee[c],onclick:()=>this.#l(c)},c));let r=a("span",{class:"slens-segments",role:"group","aria-label":"How examples are shown"},...this.#n),i=I("M4 4l8 8M12 4l-8 8","Close the details",()=>{this.hide(),s()});this.element.append(a("header",{},this.#e,this.#t,r,i),this.#s),this.#l("crop")}client;shared;failed;element=a("section",{class:"slens-detail",hidden:!0,"aria-label":"Details of one component"});#e=a("b");#t=a("span",{class:"slens-quiet"});#s=a("div",{class:"slens-examples slens-scroll",tabindex:0,role:"group","aria-label":"Examples"});#n;#o="crop";#r=-1;#i=[];hide(){this.#r=-1,this.element.hidden=!0}async open(e){if(e!==this.#r){this.#r=e,this.element.hidden=!1,this.#e.textContent=this.shared.components.name(e),this.#t.textContent="";try{let{body:t,buffers:n}=await this.client.request("detail",{component:e},{lane:"detail"});e===this.#r&&await this.#a(t,n)}catch(t){this.failed(t)}}}async#a(e,t){let n=e.examples,s=e.scores;this.#t.textContent=`clarity ${s.clarity?.toFixed(2)} · polysemanticity ${s.polysemanticity?.toFixed(2)} · redundancy ${s.redundancy?.toFixed(2)}`;let r=this.#r,i=t[0]??new Uint8Array,c=await Promise.all(n.map((l,u)=>createImageBitmap(new Blob([t[u+1]??new Uint8Array],{type:"image/jpeg"})).catch(()=>null)));if(r===this.#r){this.#i=[],this.#s.replaceChildren(...n.map((l,u)=>{let h=a("canvas",{role:"img","aria-label":`Example ${u+1}: ${l.name}`}),v=i.subarray(u*k*k,(u+1)*k*k),b=c[u];b&&this.#i.push(()=>Me(h,b,l.box,v,this.#o));let y=[l.label,l.activation.toPrecision(3)].filter(Boolean).join(" · ");return a("figure",{title:`${l.name}, activation ${l.activation.toPrecision(4)}`},h,a("figcaption",{},y))})),this.#s.scrollTop=0;for(let l of this.#i)l();this.element.dataset.component=String(r)}}#l(e){this.#o=e,this.#n.forEach((t,n)=>{t.setAttribute("aria-pressed",String(te[n]===e))});for(let t of this.#i)t()}};function Me(o,e,t,n,s){let{width:r,height:i}=e,[c,l,u,h]=[t[0]*r,t[1]*i,t[2]*r,t[3]*i],v=o.getContext("2d");if(!v)return;if(s==="crop"){o.width=o.height=224,v.drawImage(e,c,l,Math.max(u-c,1),Math.max(h-l,1),0,0,224,224);return}let b=224/Math.max(r,i);if(o.width=Math.round(r*b),o.height=Math.round(i*b),v.drawImage(e,0,0,o.width,o.height),s==="heatmap"){v.drawImage(Se(n),0,0,o.width,o.height);return}for(let[y,g]of[[5,"rgb(0 0 0 / 55%)"],[2.5,"#ffd166"]])v.lineWidth=y,v.strokeStyle=g,v.strokeRect(c*b+2,l*b+2,(u-c)*b-4,(h-l)*b-4)}function Se(o){let e=a("canvas",{width:k,height:k}),t=e.getContext("2d"),n=t.createImageData(k,k);for(let s=0;s<k*k;s++)n.data[4*s+3]=215*(1-Math.sqrt((o[s]??0)/255));return t.putImageData(n,0,0),e}var ne=`.slens-search {
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
`;function se(o,e,t,n){let s=[];for(let c=0;c<o.total;c++)e.layer!==null&&o.layerOf[c]!==e.layer||e.only&&!e.only.has(c)||s.push(c);let r=e.order==="score"?t:e.order==="clarity"?n:void 0;if(!r)return s;let i=c=>Number.isFinite(r[c])?r[c]:-1/0;return s.sort((c,l)=>{let[u,h]=[i(c),i(l)];return u===h?c-l:h>u?1:-1})}function re(o,e,t,n,s){let r=o[e];if(r===void 0)return n;if(s.extend&&t>=0){let i=o.slice(Math.min(t,e),Math.max(t,e)+1);return s.toggle?[...new Set([...n,...i])]:i}return s.toggle?n.includes(r)?n.filter(i=>i!==r):[...n,r]:[r]}var D=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let s=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:s,bytes:t.length}),this.#t+=t.length;for(let[r,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(r)}return s}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},U=class{constructor(e,t,n,s="strips"){this.client=e;this.failed=t;this.lane=s;this.#n=n}client;failed;lane;#e=new D;#t=[];#s=!1;#n;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#s||this.#o()}close(){this.#t=[],this.#e.close()}async#o(){this.#s=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,s)=>{let r=t[s];r&&this.#n(n,this.#e.put(String(n),r))})}}catch(e){this.failed(e)}finally{this.#s=!1}}};function J(o,e){o.style.backgroundImage=e?`url(${e})`:"none",o.style.backgroundSize="auto 100%"}var oe=15e6,ie=3,O=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=a("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#h(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#n=Number(n.dataset.index),this.options.choose(this.#n,t),this.#p())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=a("div",{role:"presentation"});#t=[];#s=0;#n=0;#o="";#r=0;#i;get active(){return this.#n}set count(e){this.#s=e,this.#n=Math.min(this.#n,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,oe)}px`,this.redraw()}top(){this.#n=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#s)return;this.#n=e;let t=this.options.rowHeight,n=this.element.clientHeight,s=e*t,r=this.#l();s<r?this.#c(s):s+t>r+n&&this.#c(s+t-n),this.redraw()}redraw(){this.#o="",this.#u()}close(){cancelAnimationFrame(this.#r),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#r),this.#r=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#s*this.options.rowHeight-e,n=Math.min(this.#s*this.options.rowHeight,oe)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),s=Math.max(0,Math.floor(n/e)-ie),r=Math.min(this.#s,Math.ceil((n+t)/e)+ie),i=`${s} ${r} ${n}`;if(i===this.#o)return;for(this.#o=i;this.#t.length<r-s;){let l=a("div",{role:"row",class:"slens-row"});l.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(l),this.#e.append(l)}let c=this.element.scrollTop-n;if(this.#t.forEach((l,u)=>{let h=s+u;l.hidden=h>=r,!l.hidden&&(l.style.transform=`translateY(${h*e+c}px)`,l.dataset.index=String(h),l.setAttribute("aria-rowindex",String(h+1)),l.tabIndex=h===this.#n?0:-1,this.options.draw(l,h))}),this.#n<s||this.#n>=r){let l=this.#t[0];l&&(l.tabIndex=0)}this.options.shown?.(s,r)}#p(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#n))?.focus({preventScroll:!0})}#h(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),r={ArrowDown:this.#n+1,ArrowUp:this.#n-1,PageDown:this.#n+n,PageUp:this.#n-n,Home:0,End:this.#s-1}[e.key];r!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(r,0),this.#s-1)),this.#p(),e.shiftKey&&this.options.choose(this.#n,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#n,e))}};var $=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function ae(o,e){let t=Uint32Array.from(o);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let s of t)n[s>>3]|=1<<(s&7);return{encoding:"bitset",buffer:n.buffer}}function le(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let s=0;s<8;s++)e[n]&1<<s&&t.push(n*8+s);return t}var ce=["selection","pruned"],Le=["selection","pruned","query","valid","spurious","target","mode","color_by"],q=class o{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new $(t.layers);for(let s of Le)e.on(`state:${s}`,(r,i)=>{this.#t.get(s)||this.#s(s,r,i[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:s}=await e.request("hello"),r=new o(e,n.about,t);return n.states.forEach((c,l)=>{r.#s(c.state,c,s[l])}),r}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(de(this.values[e],t))return;this.values[e]=t,this.#n(e);let n=[],s={field:e};if(ce.includes(e)){let r=ae(t,this.components.total);s.encoding=r.encoding,n.push(r.buffer)}else s.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",s,{buffers:n}).then(({body:r,buffers:i})=>{this.#t.get(e)===1&&this.#s(e,r,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#s(e,t,n){let s=ce.includes(e)?le(t,n):t.value;de(this.values[e],s)||(this.values[e]=s,this.#n(e))}#n(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function de(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((t,n)=>t===e[n]):o===e}function ue(o,e){return{render({model:t,el:n}){let s=new F(t),r=ee(n,o.name,o.title,o.css),i=[],c=!0;return r.busy("Asking the kernel …"),q.open(s,r.fail).then(l=>{c&&(r.busy(null),e({frame:r,client:s,shared:l,onClose:u=>{i.push(u)}}))}).catch(l=>{r.busy(null),r.fail(l)}),()=>{c=!1;for(let l of i)l();s.close(),r.close()}}}}var Ce=92;function Fe({frame:o,client:e,shared:t,onClose:n}){let{components:s}=t,r=[],i,c,l=[],u,h=-1,v=null,b=!1,y=new Set(t.values.selection),g=a("input",{type:"search",placeholder:"Search: what should the component encode?","aria-label":"Query; commas part several",title:"A concept in words, for example: ruler. Commas part several.",spellcheck:"false",autocomplete:"off"}),S=a("form",{class:"slens-search",role:"search"},g,a("button",{type:"submit",class:"slens-main",title:"Rank the components by this query"},"Search"));S.addEventListener("submit",d=>{d.preventDefault(),g.value.trim()===t.values.query?j():t.set("query",g.value.trim())}),g.addEventListener("search",()=>{g.value===""&&t.set("query","")}),o.tools.style.flex="1 1 260px",o.tools.append(S),t.about.searchable||(g.disabled=!0,g.placeholder="Search needs a foundation model: sw.Audit(db, foundation_model=…)");let f=a("div",{class:"slens-unknown",role:"status",hidden:!0}),x=a("select",{title:"What the list is sorted by",onchange:()=>M(!0)});for(let[d,m]of[["score","match"],["clarity","clarity"],["name","layer"]])x.append(a("option",{value:d},m));let T=a("select",{title:"List one layer only",onchange:()=>{v=T.value===""?null:Number(T.value),M(!0)}},a("option",{value:""},"all layers"));s.layers.forEach((d,m)=>{T.append(a("option",{value:m},d.name))});let P=a("button",{type:"button","aria-pressed":"false",title:"List the selected components only",onclick:()=>{b=!b,M(!0)}}),L=a("div",{});L.style.cssText="display:flex;flex:1";let R=new U(e,o.fail,(d,m)=>{for(let p of w.element.querySelectorAll(`[data-component="${d}"] .slens-strip`))J(p,m)}),w=new O({label:"Components",rowHeight:Ce,draw:pe,choose:he,shown:(d,m)=>R.want(r.slice(d,m))}),B=new H(e,t,o.fail,()=>w.element.focus());o.body.append(f,a("div",{class:"slens-bar2"},a("label",{class:"slens-field"},"Sort by",x),a("label",{class:"slens-field"},"Layer",T),P),w.element,L,B.element);function pe(d,m){let p=r[m];d.setAttribute("aria-selected",String(y.has(p)));let A=t.values.pruned.includes(p),K=`${p} ${i?.[p]} ${u?.[p]} ${c?.[p]} ${A}`;if(d.dataset.state===K)return;d.dataset.state=K,d.dataset.component=String(p);let C=a("div",{class:"slens-line",role:"gridcell"},a("b",{},s.name(p)));A&&C.append(a("span",{class:"slens-tag"},"pruned")),i&&l.length>1&&C.append(a("span",{class:"slens-tag"},l[c?.[p]??0]??""));let _=a("span",{class:"slens-facts"}),W=(fe,G,me)=>{G&&_.append(a("span",{class:"slens-fact",title:me},`${fe} ${G[p].toFixed(2)}`))};W("match",i,"Cosine of the query with the component"),W("clarity",u,"How alike the examples are, 0 to 1"),C.append(_);let V=a("div",{class:"slens-strip"});J(V,R.get(p)),d.replaceChildren(C,a("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},V))}function he(d,m){let p={toggle:m.ctrlKey||m.metaKey,extend:m.shiftKey},A=re(r,d,h,t.values.selection,p);p.extend||(h=d),t.set("selection",A),B.open(r[d])}function M(d){for(let p of x.options)p.value==="score"&&(p.disabled=!i);!i&&x.value==="score"&&(x.value="clarity"),P.setAttribute("aria-pressed",String(b)),P.textContent=`Selected only (${y.size.toLocaleString("en")})`,r=se(s,{order:x.value,layer:v,only:b?y:null},i,u),w.element.hidden=r.length===0,L.hidden=r.length>0,r.length===0&&L.replaceChildren(Z("Nothing is selected","Click a component here or on the map, or draw a lasso there; then it is listed here with its examples.")),d&&(w.top(),h=-1),w.count=r.length;let m=t.values.query?`by match with “${t.values.query}”`:"type a query to rank them by what they encode";o.status(`${r.length.toLocaleString("en")} components, ${m}`)}function N(d){g.setAttribute("aria-invalid",String(d.length>0)),f.hidden=d.length===0;let m=d.flatMap((p,A)=>[A>0?", ":"",a("mark",{},p)]);f.replaceChildren("Not in this model's vocabulary, so the result may mean nothing: ",...m)}async function j(){let{query:d}=t.values;if(g.value.trim()!==d&&(g.value=d),d===""){e.cancel("search"),i=void 0,N([]),o.busy(null),M(!0);return}o.busy("Searching …");try{let{body:m,buffers:p}=await e.request("search",{query:d},{lane:"search",progress:A=>o.busy(A.stage,A)});o.clearError(),l=m.texts,i=p[0]?z(p[0]):void 0,c=Y(p[1]),N(m.unknown),i&&(x.value="score"),o.root.dataset.query=d,M(!0),o.busy(null)}catch(m){o.fail(m),t.values.query===d&&o.busy(null)}}t.on(["query"],()=>{j()}),t.on(["selection"],()=>{y=new Set(t.values.selection),M(!1);let[d]=t.values.selection;y.size===1&&d!==void 0&&d!==r[w.active]&&(w.reveal(r.indexOf(d)),B.open(d))}),t.on(["pruned"],()=>w.redraw()),n(()=>{w.close(),R.close()}),M(!0),e.request("scores",{},{lane:"scores"}).then(({buffers:d})=>{u=z(d[0]),M(!1)}).catch(o.fail).finally(()=>{t.values.query&&j(),o.ready()})}var it=ue({name:"gallery",title:"Components",css:ne},Fe);export{it as default};
