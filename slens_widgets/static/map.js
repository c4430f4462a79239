var xe=`.slens {
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
`;function F(s){let e=/^#([0-9a-f]{6})$/i.exec(s.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=s,n.fillRect(0,0,1,1);let[r=255,o=255,a=255]=n.getImageData(0,0,1,1).data;return[r,o,a]}function We(s){let[e,t,n]=F(s);return .2126*e+.7152*t+.0722*n<128}function we(s){return`#${F(s).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function Ge(s){let e=getComputedStyle(s);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return We(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function Ae(s){let e=getComputedStyle(s),t=(n,r)=>{let o=document.createElement("span");o.style.color=`var(${n})`,s.append(o);let a=getComputedStyle(o).color||r;return o.remove(),we(a.startsWith("var")?r:a)};return{theme:s.dataset.theme==="dark"?"dark":"light",background:we(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function ke(s,e){let t=(d=!1)=>{let c=Ge(s)?"dark":"light";s.dataset.theme===c&&!d||(s.dataset.theme=c,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},o=new MutationObserver(r),a={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};o.observe(document.documentElement,a),o.observe(document.body,a);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),o.disconnect(),l?.removeEventListener?.("change",r)}}var T=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},Ve=Math.floor(Math.random()*2**40)+1;function Je(s){return s instanceof ArrayBuffer?new Uint8Array(s.slice(0)):new Uint8Array(s.buffer,s.byteOffset,s.byteLength).slice()}function te(s){return s?new Float32Array(s.buffer,s.byteOffset,s.byteLength>>2):new Float32Array}var j=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#n=new Map;#r=new Map;#s=!1;request(e,t={},n={}){if(this.#s)return Promise.reject(new T("The widget is closed.",!0));let{lane:r}=n,o=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,o);for(let[l,d]of this.#e)d.lane===r&&this.#o(l,d)}let a=Ve++;return new Promise((l,d)=>{this.#e.set(a,{resolve:l,reject:d,progress:n.progress,lane:r,generation:o}),this.model.send({...t,op:e,id:a,generation:o},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#r.get(e)??new Set;return this.#r.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#s=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new T("closed",!0));this.#e.clear(),this.#r.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new T("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(Je);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,o)=>{let a=e.lengths,l=a?Ke(this.#t.get(o)??[],a):n;r.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new T(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let o=e[r];if(typeof o=="string")for(let a of this.#r.get(`${r}:${o}`)??[])a(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new T("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function Ke(s,e){let t=new Uint8Array(e.reduce((o,a)=>o+a,0)),n=0;for(let o of s)t.set(o.subarray(0,Math.max(0,t.length-n)),n),n+=o.length;let r=0;return e.map(o=>{let a=t.slice(r,r+o);return r+=o,a})}function h(s,e={},...t){let n=document.createElement(s);for(let[r,o]of Object.entries(e))typeof o=="function"?n.addEventListener(r.slice(2),o):o===!0?n.setAttribute(r,""):o!==!1&&o!==null&&o!==void 0&&n.setAttribute(r,String(o));return n.append(...t),n}function Ye(s){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",s),e.append(t),e}function ne(s,e,t){return h("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Ye(s))}function Me(s,e,t,n=""){let r=[],o=h("span"),a=ne("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=h("div",{class:"slens-error",role:"alert",hidden:!0},o,a),d=h("div",{class:"slens-tools"}),c=h("div",{class:"slens-body"}),f=h("span",{role:"status","aria-live":"polite"}),g=h("span"),A=h("progress",{"aria-label":"Progress",max:1}),x=h("div",{class:"slens-busy",hidden:!0},g,A),E=h("section",{class:`slens slens-${e}`,"aria-label":t},h("style",{},xe+n),h("header",{class:"slens-head"},h("h3",{class:"slens-title"},t),d),l,c,h("footer",{class:"slens-foot"},f,x));E.addEventListener("keydown",m=>m.stopPropagation()),E.addEventListener("contextmenu",m=>m.stopPropagation()),s.replaceChildren(E);let z=ke(E,()=>{for(let m of r)m()});return{root:E,tools:d,body:c,status:m=>{f.textContent=m,f.title=m},busy:(m,S)=>{x.hidden=m===null,g.textContent=m??"",S&&S.total>0?A.value=S.done/S.total:A.removeAttribute("value")},fail:m=>{m instanceof T&&m.cancelled||(o.textContent=m instanceof Error?m.message:String(m),l.hidden=!1)},clearError:()=>{l.hidden=!0},ready:()=>{E.dataset.ready="true"},onTheme:m=>{r.push(m)},close:()=>{z(),s.replaceChildren()}}}var Ee=`.slens-plane {
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
`;var re=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[o,a]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(a.url),this.#t-=a.bytes,this.#e.delete(o)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},$=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#r=n}client;failed;lane;#e=new re;#t=[];#n=!1;#r;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#s()}close(){this.#t=[],this.#e.close()}async#s(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let o=t[r];o&&this.#r(n,this.#e.put(String(n),o))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function se(s,e){s.style.backgroundImage=e?`url(${e})`:"none",s.style.backgroundSize="auto 100%"}var q=class{element=h("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=h("b");#t=h("p");#n=h("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#t,this.#n)}show(e,t,n,r,o,a){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,se(this.#n,r),this.element.hidden=!1;let[l,d]=[this.element.offsetWidth||252,this.element.offsetHeight||116],c=o[0]+16+l>a[0]?o[0]-l-16:o[0]+16,f=Math.min(Math.max(o[1]-d/2,4),a[1]-d-4);this.element.style.left=`${Math.max(c,4)}px`,this.element.style.top=`${Math.max(f,4)}px`}arrived(e,t){e===this.#r&&se(this.#n,t)}hide(){this.#r=-1,this.element.hidden=!0}};function W(s,e){let t=s.getRootNode().activeElement,n=t&&s.contains(t)?t.dataset.key:void 0;if("names"in e){s.replaceChildren(...e.names.map((l,d)=>{let c=h("span",{class:"slens-dot","aria-hidden":"true"});c.style.background=e.tones[d%e.tones.length];let f=h("button",{type:"button",class:"slens-key","data-key":d,"aria-pressed":e.highlighted.has(d),title:`Highlight ${l}`,onclick:()=>e.clicked(d)},c,l);return f.setAttribute("aria-pressed",String(e.highlighted.has(d))),f})),n!==void 0&&s.querySelector(`[data-key="${n}"]`)?.focus();return}let r=h("span",{class:"slens-ramp","aria-hidden":"true"});r.style.background=`linear-gradient(to right, ${e.ramp.filter((l,d)=>d%7===0).join(", ")})`;let[o,a]=e.limits;s.replaceChildren(h("span",{},`${e.label}:`),h("span",{},`${e.ends[0]} ${o.toFixed(2)}`),r,h("span",{},`${a.toFixed(2)} ${e.ends[1]}`))}var Qe={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Ze={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},et={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},G=64;function tt(s,e){let t=Math.min(Math.max(e,0),1)*(s.length-1),n=Math.min(Math.floor(t),s.length-2),[r,o]=[F(s[n]),F(s[n+1])];return`#${r.map((l,d)=>Math.round(l+(o[d]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function Se(s,e){if(s==="categories")return Qe[e];let t=s==="sequential"?Ze[e]:et[e];return Array.from({length:G},(n,r)=>tt(t,r/(G-1)))}function Le(s,e){let[t,n]=[1/0,-1/0];for(let r of s)Number.isFinite(r)&&(r<t&&(t=r),r>n&&(n=r));if(t>n)return[0,1];if(e==="diverging"){let r=Math.max(Math.abs(t),Math.abs(n))||1;return[-r,r]}return t===n?[t,t+1]:[t,n]}function Te(s,[e,t]){let n=new Uint8Array(s.length),r=G/(t-e);for(let o=0;o<s.length;o++){let a=Math.floor((s[o]-e)*r);n[o]=a>0?Math.min(a,G-1):0}return n}function Pe(s){let[e,t,n,r]=[1/0,-1/0,1/0,-1/0];for(let c=0;c<s.length;c+=2)e=Math.min(e,s[c]),t=Math.max(t,s[c]),n=Math.min(n,s[c+1]),r=Math.max(r,s[c+1]);let[o,a]=[(e+t)/2,(n+r)/2],l=Math.max(t-e,r-n)/2||1,d=new Float32Array(s.length);for(let c=0;c<s.length;c+=2)d[c]=(s[c]-o)/l,d[c+1]=(s[c+1]-a)/l;return d}var V=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[r,o]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[a,l]=this.toWorld(t,n);this.x+=r-a,this.y+=o-l,this.#e()}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},J=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let o=0;o<t;o++)n[o]=this.#n(e[2*o])+this.#n(e[2*o+1])*this.side,this.#e[n[o]+1]++;for(let o=0;o<this.side**2;o++)this.#e[o+1]+=this.#e[o];let r=this.#e.slice();this.#t=new Uint32Array(t);for(let o=0;o<t;o++)this.#t[r[n[o]]++]=o}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let r=-1,o=n*n;for(let a=this.#n(t-n);a<=this.#n(t+n);a++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let d=a*this.side+l;for(let c=this.#e[d];c<this.#e[d+1];c++){let f=this.#t[c],g=(this.xy[2*f]-e)**2+(this.xy[2*f+1]-t)**2;g<=o&&(r=f,o=g)}}return r}};function nt(s,e,t){let n=!1;for(let r=0,o=t.length-1;r<t.length;o=r++){let[a,l]=t[r],[d,c]=t[o];l>e!=c>e&&s<(d-a)*(e-l)/(c-l)+a&&(n=!n)}return n}function Fe(s,e){if(e.length<3)return[];let[t,n]=[e.map(c=>c[0]),e.map(c=>c[1])],[r,o,a,l]=[Math.min(...t),Math.max(...t),Math.min(...n),Math.max(...n)],d=[];for(let c=0;c<s.length/2;c++){let[f,g]=[s[2*c],s[2*c+1]];f>=r&&f<=o&&g>=a&&g<=l&&nt(f,g,e)&&d.push(c)}return d}function Re(s,e,t,n){let r=-1,o=1/0,[a,l]=[s[2*e],s[2*e+1]];for(let d=0;d<s.length/2;d++){let[c,f]=[s[2*d]-a,s[2*d+1]-l],g=c*t+f*n,A=Math.abs(c*n-f*t);if(d===e||g<=0||A>2*g)continue;let x=g+2*A;x<o&&(r=d,o=x)}return r}var ae=1,le=2,ce=4;function C(s,e){let t=s>1e5?2.6:s>1e4?4:s>2e3?6:9;return Math.min(t*e**.35,22)}var rt=`#version 300 es
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
}`,st=`#version 300 es
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
  float alpha = cover * ((bits & 3u) == 1u ? 0.2 : 0.92);
  if (alpha < 0.01) discard;
  result = vec4(c * alpha, alpha);
}`,ie=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,r]of[[t.VERTEX_SHADER,rt],[t.FRAGMENT_SHADER,st]]){let o=t.createShader(n);t.shaderSource(o,r),t.compileShader(o),t.attachShader(this.#t,o)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#r;#s;update(e){let t=this.#e;this.#r=e;let n=(r,o)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[r]),t.bufferData(t.ARRAY_BUFFER,o,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#s!==e.xy&&n(0,e.xy),this.#s=e.xy,n(1,e.levels),n(2,e.flags)}draw(e,t){let n=this.#e,r=this.#r;if(Ue(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!r)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let o=l=>n.getUniformLocation(this.#t,l),a=new Float32Array(192);for(let l=0;l<64;l++)a.set(oe(r.palette[l%r.palette.length]),l*3);n.uniform3fv(o("palette"),a),n.uniform3fv(o("ring"),oe(r.ring)),n.uniform3fv(o("back"),oe(r.background)),n.uniform2f(o("centre"),e.x,e.y),n.uniform2f(o("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(o("size"),C(r.levels.length,e.zoom)*t);for(let l of[0,1])n.uniform1ui(o("pass"),l),n.drawArrays(n.POINTS,0,r.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}},K=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){Ue(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),r=this.#e;if(!n||!r)return;n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height);let o=C(r.levels.length,e.zoom)/2;for(let a of[!1,!0])for(let l=0;l<r.levels.length;l++){let d=r.flags[l];if((d&le)!==0!==a)continue;let[c,f]=e.toScreen(r.xy[2*l],r.xy[2*l+1]);c<-20||f<-20||c>e.width+20||f>e.height+20||(n.globalAlpha=(d&3)===ae?.2:.92,n.fillStyle=r.palette[r.levels[l]%r.palette.length],n.beginPath(),n.arc(c,f,a?o+2:o,0,2*Math.PI),n.fill(),d&ce&&(n.fillStyle=r.background,n.beginPath(),n.arc(c,f,o*.55,0,2*Math.PI),n.fill()),a&&(n.strokeStyle=r.ring,n.lineWidth=1.5,n.beginPath(),n.arc(c,f,o+1.2,0,2*Math.PI),n.stroke()))}}close(){}};function oe(s){let[e,t,n]=F(s);return[e/255,t/255,n/255]}function Ue(s,e,t){let[n,r]=[Math.round(e.width*t),Math.round(e.height*t)];s.width!==n&&(s.width=n),s.height!==r&&(s.height=r)}function Ce(s,e){let t=()=>{let r=document.createElement("canvas");return r.style.cssText="position:absolute;inset:0;width:100%;height:100%",r.setAttribute("aria-hidden","true"),s.prepend(r),r},n=t();try{let r=new ie(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new K(t())))}),r}catch{return n.remove(),new K(t())}}var Y=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function ze(s,e){let t=Uint32Array.from(s);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function Ie(s,e){if(!e)return[];if(s.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var Be=["selection","pruned"],ot=["selection","pruned","query","valid","spurious","target","mode","color_by"],X=class s{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new Y(t.layers);for(let r of ot)e.on(`state:${r}`,(o,a)=>{this.#t.get(r)||this.#n(r,o,a[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),o=new s(e,n.about,t);return n.states.forEach((l,d)=>{o.#n(l.state,l,r[d])}),o}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Oe(this.values[e],t))return;this.values[e]=t,this.#r(e);let n=[],r={field:e};if(Be.includes(e)){let o=ze(t,this.components.total);r.encoding=o.encoding,n.push(o.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:o,buffers:a})=>{this.#t.get(e)===1&&this.#n(e,o,a[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let r=Be.includes(e)?Ie(t,n):t.value;Oe(this.values[e],r)||(this.values[e]=r,this.#r(e))}#r(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Oe(s,e){return Array.isArray(s)&&Array.isArray(e)?s.length===e.length&&s.every((t,n)=>t===e[n]):s===e}function De(s,e){return{render({model:t,el:n}){let r=new j(t),o=Me(n,s.name,s.title,s.css),a=[],l=!0;return o.busy("Asking the kernel …"),X.open(r,o.fail).then(d=>{l&&(o.busy(null),e({frame:o,client:r,shared:d,onClose:c=>{a.push(c)}}))}).catch(d=>{o.busy(null),o.fail(d)}),()=>{l=!1;for(let d of a)d();r.close(),o.close()}}}}var de=[{by:"layer",label:"layer",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging"},{by:"score",label:"search score",scale:"sequential"},{by:"pruned",label:"pruned",scale:"categories"}];function it({frame:s,client:e,shared:t,onClose:n}){let{components:r}=t,o=r.total,a=new V,l=new q,d=new $(e,s.fail,(i,u)=>l.arrived(i,u)),c=new Set,f=new Float32Array,g,A,x=-1,E=!1,z=0,m=document.createElementNS("http://www.w3.org/2000/svg","svg"),S=document.createElementNS("http://www.w3.org/2000/svg","polygon"),I=document.createElementNS("http://www.w3.org/2000/svg","circle");m.append(S,I);let y=h("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":"Map of components. Arrow keys move between points, Enter selects, plus and minus zoom, 0 fits."});y.append(m,l.element);let B=h("div",{class:"slens-legend"});s.body.append(y,B);let O=Ce(y,i=>{O=i,y.dataset.engine=i.kind,R()});y.dataset.engine=O.kind;let H=h("select",{title:"What the colours of the points mean",onchange:()=>t.set("color_by",H.value)});for(let{by:i,label:u}of de)H.append(h("option",{value:i},u));let ue=(i,u,p)=>h("button",{type:"button",title:u,onclick:()=>pe(p)},i),fe=ue("Pan","Drag to move the map (shift-drag draws a lasso)",!1),he=ue("Lasso","Drag around points to select them",!0);s.tools.append(h("label",{class:"slens-field"},"Colour",H),h("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},fe,he),ne("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{a.fit(),U()}));function pe(i){E=i,fe.setAttribute("aria-pressed",String(!i)),he.setAttribute("aria-pressed",String(i)),y.classList.toggle("slens-lasso",i)}pe(!1);let Q=()=>de.find(({by:i})=>i===t.values.color_by)??de[0];function R(){if(!g)return;let{by:i,label:u,scale:p}=Q(),b=Ae(s.root),k=new Set(t.values.pruned),M=new Set(t.values.selection),L=Se(p,b.theme),P,ye=v=>{c.delete(v)||c.add(v),R()};if(i==="layer")P=Uint8Array.from(r.layerOf,v=>v%L.length),W(B,{names:r.layers.map(v=>v.name),tones:L,highlighted:c,clicked:ye});else if(i==="pruned"){L=[L[0],L[1]],P=new Uint8Array(o);for(let v of k)P[v]=1;W(B,{names:["kept",`pruned (${k.size})`],tones:L,highlighted:c,clicked:ye})}else if(A){let v=Le(A,p);P=Te(A,v),W(B,{ramp:L,limits:v,ends:i==="alignment"?["spurious","valid"]:["low","high"],label:u})}else L=[b.muted],P=new Uint8Array(o),B.replaceChildren(_e(i));let Ne=i==="pruned"?P:r.layerOf,je=(i==="layer"||i==="pruned")&&c.size>0,ve=new Uint8Array(o);for(let v=0;v<o;v++){let ee=M.has(v),$e=je&&!c.has(Ne[v])||M.size>0&&!ee;ve[v]=(ee?le:0)|(k.has(v)?ce:0)|($e?ae:0)}O.update({xy:f,levels:P,palette:L,flags:ve,ring:b.foreground,background:b.background}),U(),ge()}function _e(i){return i==="score"?"Type a query in the gallery to colour the points by how well they match it.":i==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":"Computing the colours …"}function U(){cancelAnimationFrame(z),z=requestAnimationFrame(()=>{a.width=y.clientWidth||400,a.height=y.clientHeight||300,O.draw(a,Math.min(globalThis.devicePixelRatio||1,2)),me(),g&&s.ready()})}function me(){let i=x>=0;if(I.style.display=i?"":"none",!i)return;let[u,p]=a.toScreen(f[2*x],f[2*x+1]);I.setAttribute("cx",String(u)),I.setAttribute("cy",String(p)),I.setAttribute("r",String(C(o,a.zoom)/2+4))}function D(i){if(y.classList.toggle("slens-over",i>=0),i===x)return;if(x=i,me(),i<0){l.hide(),ge();return}let u=A?.[i],p=u===void 0||!Number.isFinite(u)?"":`${Q().label} ${u.toFixed(2)}`,b=t.values.pruned.includes(i)?"pruned":"",k=a.toScreen(f[2*i],f[2*i+1]),M=[p,b].filter(Boolean).join(" · ")||`its ${t.about.m} strongest examples`;l.show(i,r.name(i),M,d.get(i),k,[a.width,a.height]),d.want([i]),s.status(r.name(i))}function ge(){let{selection:i}=t.values,u=r.layers.length;s.status(i.length>0?`${i.length.toLocaleString("en")} of ${o.toLocaleString("en")} components selected`:`${o.toLocaleString("en")} components of ${u} layer${u===1?"":"s"}; shift-drag draws a lasso`)}function _(i,u){if(!u){t.set("selection",i);return}let p=new Set(t.values.selection),b=i.length===1&&p.has(i[0]);for(let k of i)b?p.delete(k):p.add(k);t.set("selection",[...p])}let w,Z=i=>{let u=y.getBoundingClientRect();return[i.clientX-u.left,i.clientY-u.top]};y.addEventListener("pointerdown",i=>{if(i.button!==0)return;y.setPointerCapture?.(i.pointerId);let u=Z(i);w={from:u,last:u,lasso:E||i.shiftKey?[u]:null,moved:!1}}),y.addEventListener("pointermove",i=>{let u=Z(i);if(!w){let[p,b]=a.toWorld(...u);D(g?.nearest(p,b,(C(o,a.zoom)/2+5)/a.scale)??-1);return}Math.hypot(u[0]-w.from[0],u[1]-w.from[1])>3&&(w.moved=!0),w.moved&&(D(-1),w.lasso?(w.lasso.push(u),S.setAttribute("points",w.lasso.map(p=>p.join(",")).join(" "))):(a.pan(u[0]-w.last[0],u[1]-w.last[1]),U()),w.last=u)}),y.addEventListener("pointerup",i=>{let u=w;if(w=void 0,S.setAttribute("points",""),!u)return;let p=i.ctrlKey||i.metaKey;if(u.moved&&u.lasso)_(Fe(f,u.lasso.map(b=>a.toWorld(...b))),p);else if(!u.moved){let[b,k]=a.toWorld(...u.from),M=g?.nearest(b,k,(C(o,a.zoom)/2+5)/a.scale)??-1;M>=0?_([M],p||i.shiftKey):p||_([],!1)}}),y.addEventListener("pointercancel",()=>{w=void 0,S.setAttribute("points","")}),y.addEventListener("pointerleave",()=>D(-1)),y.addEventListener("wheel",i=>{i.preventDefault(),D(-1),a.zoomAt(Math.exp(-i.deltaY*(i.deltaMode===1?.05:.002)),...Z(i)),U()},{passive:!1}),y.addEventListener("keydown",i=>{let u=[a.width/2,a.height/2],b={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]}[i.key];if(b&&g){let k=x>=0?x:t.values.selection[0]??g.nearest(a.x,a.y,4),M=x>=0?Re(f,k,...b):k;M>=0&&D(M)}else if(i.key==="+"||i.key==="=")a.zoomAt(1.4,...u);else if(i.key==="-")a.zoomAt(1/1.4,...u);else if(i.key==="0")a.fit();else if(i.key==="Escape")_([],!1);else if((i.key==="Enter"||i.key===" ")&&x>=0)_([x],i.ctrlKey||i.shiftKey);else return;i.preventDefault(),U()});async function N(){let{by:i}=Q();if(H.value=i,A=void 0,i!=="layer"&&i!=="pruned"){R();try{let{body:u,buffers:p}=await e.request("colour",{by:i},{lane:"colour",progress:b=>s.busy(b.stage,b)});s.clearError(),A=u.available===!0?te(p[0]):void 0}catch(u){s.fail(u)}s.busy(null)}else e.cancel("colour");R()}async function He(){s.busy("Laying out the map …");try{let{buffers:i}=await e.request("points",{},{lane:"points",progress:u=>s.busy(u.stage,u)});f=Pe(te(i[0])),g=new J(f),await N()}catch(i){s.fail(i)}s.busy(null)}t.on(["selection","pruned"],R),t.on(["color_by"],()=>{c.clear(),N()}),t.on(["query"],()=>t.values.color_by==="score"&&void N()),t.on(["valid","spurious"],()=>t.values.color_by==="alignment"&&void N()),s.onTheme(R);let be=new ResizeObserver(U);be.observe(y),n(()=>{be.disconnect(),cancelAnimationFrame(z),d.close(),O.close()}),He()}var qt=De({name:"map",title:"Concept map",css:Ee},it);export{qt as default};
