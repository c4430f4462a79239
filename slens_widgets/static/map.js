var ye=`.slens {
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
`;function P(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let l=Number.parseInt(e[1],16);return[l>>16,l>>8&255,l&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=o,n.fillRect(0,0,1,1);let[r=255,s=255,i=255]=n.getImageData(0,0,1,1).data;return[r,s,i]}function Ge(o){let[e,t,n]=P(o);return .2126*e+.7152*t+.0722*n<128}function xe(o){return`#${P(o).map(e=>e.toString(16).padStart(2,"0")).join("")}`}function We(o){let e=getComputedStyle(o);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return Ge(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function we(o){let e=getComputedStyle(o),t=(n,r)=>{let s=document.createElement("span");s.style.color=`var(${n})`,o.append(s);let i=getComputedStyle(s).color||r;return s.remove(),xe(i.startsWith("var")?r:i)};return{theme:o.dataset.theme==="dark"?"dark":"light",background:xe(e.backgroundColor||"#ffffff"),foreground:t("--s-fg","#1f2328"),muted:t("--s-muted","#59636e"),line:t("--s-line","#d9dde2"),accent:t("--s-accent","#1769aa")}}function Ae(o,e){let t=(d=!1)=>{let c=We(o)?"dark":"light";o.dataset.theme===c&&!d||(o.dataset.theme=c,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},s=new MutationObserver(r),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};s.observe(document.documentElement,i),s.observe(document.body,i);let l=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return l?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),s.disconnect(),l?.removeEventListener?.("change",r)}}var E=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},Ve=Math.floor(Math.random()*2**40)+1;function Je(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}function Q(o){return o?new Float32Array(o.buffer,o.byteOffset,o.byteLength>>2):new Float32Array}var _=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#n=new Map;#r=new Map;#s=!1;request(e,t={},n={}){if(this.#s)return Promise.reject(new E("The widget is closed.",!0));let{lane:r}=n,s=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,s);for(let[l,d]of this.#e)d.lane===r&&this.#o(l,d)}let i=Ve++;return new Promise((l,d)=>{this.#e.set(i,{resolve:l,reject:d,progress:n.progress,lane:r,generation:s}),this.model.send({...t,op:e,id:i,generation:s},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#r.get(e)??new Set;return this.#r.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#s=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new E("closed",!0));this.#e.clear(),this.#r.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new E("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(Je);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,s)=>{let i=e.lengths,l=i?Ke(this.#t.get(s)??[],i):n;r.resolve({body:e,buffers:l})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new E(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let s=e[r];if(typeof s=="string")for(let i of this.#r.get(`${r}:${s}`)??[])i(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#n.get(n.lane)!==n.generation?n.reject(new E("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function Ke(o,e){let t=new Uint8Array(e.reduce((s,i)=>s+i,0)),n=0;for(let s of o)t.set(s.subarray(0,Math.max(0,t.length-n)),n),n+=s.length;let r=0;return e.map(s=>{let i=t.slice(r,r+s);return r+=s,i})}function h(o,e={},...t){let n=document.createElement(o);for(let[r,s]of Object.entries(e))typeof s=="function"?n.addEventListener(r.slice(2),s):s===!0?n.setAttribute(r,""):s!==!1&&s!==null&&s!==void 0&&n.setAttribute(r,String(s));return n.append(...t),n}function Ye(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",o),e.append(t),e}function Z(o,e,t){return h("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},Ye(o))}function ke(o,e,t,n=""){let r=[],s=h("span"),i=Z("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{l.hidden=!0}),l=h("div",{class:"slens-error",role:"alert",hidden:!0},s,i),d=h("div",{class:"slens-tools"}),c=h("div",{class:"slens-body"}),f=h("span",{role:"status","aria-live":"polite"}),g=h("span"),x=h("progress",{"aria-label":"Progress",max:1}),y=h("div",{class:"slens-busy",hidden:!0},g,x),k=h("section",{class:`slens slens-${e}`,"aria-label":t},h("style",{},ye+n),h("header",{class:"slens-head"},h("h3",{class:"slens-title"},t),d),l,c,h("footer",{class:"slens-foot"},f,y));k.addEventListener("keydown",m=>m.stopPropagation()),k.addEventListener("contextmenu",m=>m.stopPropagation()),o.replaceChildren(k);let U=Ae(k,()=>{for(let m of r)m()});return{root:k,tools:d,body:c,status:m=>{f.textContent=m,f.title=m},busy:(m,S)=>{y.hidden=m===null,g.textContent=m??"",S&&S.total>0?x.value=S.done/S.total:x.removeAttribute("value")},fail:m=>{m instanceof E&&m.cancelled||(s.textContent=m instanceof Error?m.message:String(m),l.hidden=!1)},clearError:()=>{l.hidden=!0},ready:()=>{k.dataset.ready="true"},onTheme:m=>{r.push(m)},close:()=>{U(),o.replaceChildren()}}}function Me(o,e){let t,n=r=>{let s=o.getBoundingClientRect();return[r.clientX-s.left,r.clientY-s.top]};o.addEventListener("pointerdown",r=>{if(r.button!==0)return;o.setPointerCapture?.(r.pointerId);let s=n(r);t={from:s,last:s,lasso:e.lasso()||r.shiftKey?[s]:null,moved:!1}}),o.addEventListener("pointermove",r=>{let s=n(r);if(!t){e.hover(s);return}Math.hypot(s[0]-t.from[0],s[1]-t.from[1])>3&&(t.moved=!0),t.moved&&(e.hover(null),t.lasso?(t.lasso.push(s),e.outline(t.lasso)):e.pan(s[0]-t.last[0],s[1]-t.last[1]),t.last=s)}),o.addEventListener("pointerup",r=>{let s=t;if(t=void 0,e.outline([]),!s)return;let i=r.ctrlKey||r.metaKey;s.moved&&s.lasso?e.lassoed(s.lasso,i):s.moved||e.clicked(s.from,i||r.shiftKey)}),o.addEventListener("pointercancel",()=>{t=void 0,e.outline([])}),o.addEventListener("pointerleave",()=>e.hover(null)),o.addEventListener("wheel",r=>{r.preventDefault(),e.hover(null),e.zoom(Math.exp(-r.deltaY*(r.deltaMode===1?.05:.002)),n(r))},{passive:!1})}var Ee=`.slens-plane {
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
`;var ee=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[s,i]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(i.url),this.#t-=i.bytes,this.#e.delete(s)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},N=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#r=n}client;failed;lane;#e=new ee;#t=[];#n=!1;#r;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#n||this.#s()}close(){this.#t=[],this.#e.close()}async#s(){this.#n=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let s=t[r];s&&this.#r(n,this.#e.put(String(n),s))})}}catch(e){this.failed(e)}finally{this.#n=!1}}};function te(o,e){o.style.backgroundImage=e?`url(${e})`:"none",o.style.backgroundSize="auto 100%"}var j=class{element=h("div",{class:"slens-card",hidden:!0,"aria-hidden":"true"});#e=h("b");#t=h("p");#n=h("div",{class:"slens-strip"});#r=-1;constructor(){this.element.append(this.#e,this.#t,this.#n)}show(e,t,n,r,s,i){this.#r=e,this.#e.textContent=t,this.#t.textContent=n,te(this.#n,r),this.element.hidden=!1;let[l,d]=[this.element.offsetWidth||252,this.element.offsetHeight||116],c=s[0]+16+l>i[0]?s[0]-l-16:s[0]+16,f=Math.min(Math.max(s[1]-d/2,4),i[1]-d-4);this.element.style.left=`${Math.max(c,4)}px`,this.element.style.top=`${Math.max(f,4)}px`}arrived(e,t){e===this.#r&&te(this.#n,t)}hide(){this.#r=-1,this.element.hidden=!0}};function $(o,e){let t=o.getRootNode().activeElement,n=t&&o.contains(t)?t.dataset.key:void 0;if("names"in e){o.replaceChildren(...e.names.map((l,d)=>{let c=h("span",{class:"slens-dot","aria-hidden":"true"});c.style.background=e.tones[d%e.tones.length];let f=h("button",{type:"button",class:"slens-key","data-key":d,"aria-pressed":e.highlighted.has(d),title:`Highlight ${l}`,onclick:()=>e.clicked(d)},c,l);return f.setAttribute("aria-pressed",String(e.highlighted.has(d))),f})),n!==void 0&&o.querySelector(`[data-key="${n}"]`)?.focus();return}let r=h("span",{class:"slens-ramp","aria-hidden":"true"});r.style.background=`linear-gradient(to right, ${e.ramp.filter((l,d)=>d%7===0).join(", ")})`;let[s,i]=e.limits;o.replaceChildren(h("span",{},`${e.label}:`),h("span",{},`${e.ends[0]} ${s.toFixed(2)}`),r,h("span",{},`${i.toFixed(2)} ${e.ends[1]}`))}var Qe={light:["#0072b2","#d55e00","#009e73","#b85a94","#e09b00","#3a9bd6","#7a5ea8","#6b6b6b"],dark:["#4ea8de","#f08a4b","#33c29a","#dd8fbf","#f0b93a","#8fd0f5","#b39ae0","#a9a9a9"]},Ze={light:["#d5dbe3","#9fb6cd","#5f92bd","#2a6aa3","#0b3d70"],dark:["#3a424c","#41698c","#4f95c4","#86c3e8","#d7f0ff"]},et={light:["#a64b00","#d98b3f","#d3d3d3","#5b9bd0","#0a5796"],dark:["#ffb15c","#c27a35","#4a4f55","#4289bf","#8fcbff"]},q=64;function tt(o,e){let t=Math.min(Math.max(e,0),1)*(o.length-1),n=Math.min(Math.floor(t),o.length-2),[r,s]=[P(o[n]),P(o[n+1])];return`#${r.map((l,d)=>Math.round(l+(s[d]-l)*(t-n))).map(l=>l.toString(16).padStart(2,"0")).join("")}`}function Se(o,e){if(o==="categories")return Qe[e];let t=o==="sequential"?Ze[e]:et[e];return Array.from({length:q},(n,r)=>tt(t,r/(q-1)))}function Le(o,e){let[t,n]=[1/0,-1/0];for(let r of o)Number.isFinite(r)&&(r<t&&(t=r),r>n&&(n=r));if(t>n)return[0,1];if(e==="diverging"){let r=Math.max(Math.abs(t),Math.abs(n))||1;return[-r,r]}return t===n?[t,t+1]:[t,n]}function Te(o,[e,t]){let n=new Uint8Array(o.length),r=q/(t-e);for(let s=0;s<o.length;s++){let i=Math.floor((o[s]-e)*r);n[s]=i>0?Math.min(i,q-1):0}return n}function Pe(o){let[e,t,n,r]=[1/0,-1/0,1/0,-1/0];for(let c=0;c<o.length;c+=2)e=Math.min(e,o[c]),t=Math.max(t,o[c]),n=Math.min(n,o[c+1]),r=Math.max(r,o[c+1]);let[s,i]=[(e+t)/2,(n+r)/2],l=Math.max(t-e,r-n)/2||1,d=new Float32Array(o.length);for(let c=0;c<o.length;c+=2)d[c]=(o[c]-s)/l,d[c+1]=(o[c+1]-i)/l;return d}var G=class{width=1;height=1;zoom=1;x=0;y=0;get scale(){return Math.min(this.width,this.height)/2*.92*this.zoom}toScreen(e,t){return[this.width/2+(e-this.x)*this.scale,this.height/2-(t-this.y)*this.scale]}toWorld(e,t){return[this.x+(e-this.width/2)/this.scale,this.y-(t-this.height/2)/this.scale]}pan(e,t){this.x-=e/this.scale,this.y+=t/this.scale,this.#e()}zoomAt(e,t,n){let[r,s]=this.toWorld(t,n);this.zoom=Math.min(Math.max(this.zoom*e,.5),400);let[i,l]=this.toWorld(t,n);this.x+=r-i,this.y+=s-l,this.#e()}fit(){this.zoom=1,this.x=0,this.y=0}#e(){this.x=Math.min(Math.max(this.x,-1.2),1.2),this.y=Math.min(Math.max(this.y,-1.2),1.2)}},W=class{constructor(e){this.xy=e;let t=e.length/2;this.side=Math.min(1024,Math.max(1,Math.ceil(Math.sqrt(t/2))));let n=new Uint32Array(t);this.#e=new Uint32Array(this.side**2+1);for(let s=0;s<t;s++)n[s]=this.#n(e[2*s])+this.#n(e[2*s+1])*this.side,this.#e[n[s]+1]++;for(let s=0;s<this.side**2;s++)this.#e[s+1]+=this.#e[s];let r=this.#e.slice();this.#t=new Uint32Array(t);for(let s=0;s<t;s++)this.#t[r[n[s]]++]=s}xy;side;#e;#t;#n(e){return Math.min(this.side-1,Math.max(0,Math.floor((e+1)/2*this.side)))}nearest(e,t,n){let r=-1,s=n*n;for(let i=this.#n(t-n);i<=this.#n(t+n);i++)for(let l=this.#n(e-n);l<=this.#n(e+n);l++){let d=i*this.side+l;for(let c=this.#e[d];c<this.#e[d+1];c++){let f=this.#t[c],g=(this.xy[2*f]-e)**2+(this.xy[2*f+1]-t)**2;g<=s&&(r=f,s=g)}}return r}};function nt(o,e,t){let n=!1;for(let r=0,s=t.length-1;r<t.length;s=r++){let[i,l]=t[r],[d,c]=t[s];l>e!=c>e&&o<(d-i)*(e-l)/(c-l)+i&&(n=!n)}return n}function Fe(o,e){if(e.length<3)return[];let[t,n]=[e.map(c=>c[0]),e.map(c=>c[1])],[r,s,i,l]=[Math.min(...t),Math.max(...t),Math.min(...n),Math.max(...n)],d=[];for(let c=0;c<o.length/2;c++){let[f,g]=[o[2*c],o[2*c+1]];f>=r&&f<=s&&g>=i&&g<=l&&nt(f,g,e)&&d.push(c)}return d}function Re(o,e,t,n){let r=-1,s=1/0,[i,l]=[o[2*e],o[2*e+1]];for(let d=0;d<o.length/2;d++){let[c,f]=[o[2*d]-i,o[2*d+1]-l],g=c*t+f*n,x=Math.abs(c*n-f*t);if(d===e||g<=0||x>2*g)continue;let y=g+2*x;y<s&&(r=d,s=y)}return r}var se=1,oe=2,ie=4;function O(o,e){let t=o>1e5?2.6:o>1e4?4:o>2e3?6:9;return Math.min(t*e**.35,22)}var rt=`#version 300 es
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
  float alpha = cover * ((bits & 3u) == 1u ? 0.28 : 0.92);
  if (alpha < 0.01) discard;
  result = vec4(c * alpha, alpha);
}`,re=class{constructor(e){this.canvas=e;let t=e.getContext("webgl2",{antialias:!1,premultipliedAlpha:!0});if(!t)throw new Error("no WebGL2");this.#e=t,this.#t=t.createProgram();for(let[n,r]of[[t.VERTEX_SHADER,rt],[t.FRAGMENT_SHADER,st]]){let s=t.createShader(n);t.shaderSource(s,r),t.compileShader(s),t.attachShader(this.#t,s)}if(t.linkProgram(this.#t),!t.getProgramParameter(this.#t,t.LINK_STATUS))throw new Error("shaders don't link");this.#n=[0,1,2].map(()=>t.createBuffer())}canvas;kind="webgl2";#e;#t;#n;#r;#s;update(e){let t=this.#e;this.#r=e;let n=(r,s)=>{t.bindBuffer(t.ARRAY_BUFFER,this.#n[r]),t.bufferData(t.ARRAY_BUFFER,s,r===0?t.STATIC_DRAW:t.DYNAMIC_DRAW),t.enableVertexAttribArray(r),r===0?t.vertexAttribPointer(0,2,t.FLOAT,!1,0,0):t.vertexAttribIPointer(r,1,t.UNSIGNED_BYTE,0,0)};this.#s!==e.xy&&n(0,e.xy),this.#s=e.xy,n(1,e.levels),n(2,e.flags)}draw(e,t){let n=this.#e,r=this.#r;if(Ue(this.canvas,e,t),n.viewport(0,0,this.canvas.width,this.canvas.height),n.clearColor(0,0,0,0),n.clear(n.COLOR_BUFFER_BIT),!r)return;n.useProgram(this.#t),n.enable(n.BLEND),n.blendFunc(n.ONE,n.ONE_MINUS_SRC_ALPHA);let s=l=>n.getUniformLocation(this.#t,l),i=new Float32Array(192);for(let l=0;l<64;l++)i.set(ne(r.palette[l%r.palette.length]),l*3);n.uniform3fv(s("palette"),i),n.uniform3fv(s("ring"),ne(r.ring)),n.uniform3fv(s("back"),ne(r.background)),n.uniform2f(s("centre"),e.x,e.y),n.uniform2f(s("scale"),2*e.scale/e.width,2*e.scale/e.height),n.uniform1f(s("size"),O(r.levels.length,e.zoom)*t);for(let l of[0,1])n.uniform1ui(s("pass"),l),n.drawArrays(n.POINTS,0,r.levels.length)}close(){this.#e.getExtension("WEBGL_lose_context")?.loseContext()}},V=class{constructor(e){this.canvas=e}canvas;kind="2d";#e;update(e){this.#e=e}draw(e,t){Ue(this.canvas,e,t);let n=this.canvas.getContext?.("2d"),r=this.#e;if(!n||!r)return;n.setTransform(t,0,0,t,0,0),n.clearRect(0,0,e.width,e.height);let s=O(r.levels.length,e.zoom)/2;for(let i of[!1,!0])for(let l=0;l<r.levels.length;l++){let d=r.flags[l];if((d&oe)!==0!==i)continue;let[c,f]=e.toScreen(r.xy[2*l],r.xy[2*l+1]);c<-20||f<-20||c>e.width+20||f>e.height+20||(n.globalAlpha=(d&3)===se?.28:.92,n.fillStyle=r.palette[r.levels[l]%r.palette.length],n.beginPath(),n.arc(c,f,i?s+2:s,0,2*Math.PI),n.fill(),d&ie&&(n.fillStyle=r.background,n.beginPath(),n.arc(c,f,s*.55,0,2*Math.PI),n.fill()),i&&(n.strokeStyle=r.ring,n.lineWidth=1.5,n.beginPath(),n.arc(c,f,s+1.2,0,2*Math.PI),n.stroke()))}}close(){}};function ne(o){let[e,t,n]=P(o);return[e/255,t/255,n/255]}function Ue(o,e,t){let[n,r]=[Math.round(e.width*t),Math.round(e.height*t)];o.width!==n&&(o.width=n),o.height!==r&&(o.height=r)}function Ce(o,e){let t=()=>{let r=document.createElement("canvas");return r.style.cssText="position:absolute;inset:0;width:100%;height:100%",r.setAttribute("aria-hidden","true"),o.prepend(r),r},n=t();try{let r=new re(n);return n.addEventListener("webglcontextlost",()=>{n.isConnected&&(n.remove(),e(new V(t())))}),r}catch{return n.remove(),new V(t())}}var J=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function ze(o,e){let t=Uint32Array.from(o);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function Ie(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var Be=["selection","pruned"],ot=["selection","pruned","query","valid","spurious","target","mode","color_by"],K=class o{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new J(t.layers);for(let r of ot)e.on(`state:${r}`,(s,i)=>{this.#t.get(r)||this.#n(r,s,i[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),s=new o(e,n.about,t);return n.states.forEach((l,d)=>{s.#n(l.state,l,r[d])}),s}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(Oe(this.values[e],t))return;this.values[e]=t,this.#r(e);let n=[],r={field:e};if(Be.includes(e)){let s=ze(t,this.components.total);r.encoding=s.encoding,n.push(s.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:s,buffers:i})=>{this.#t.get(e)===1&&this.#n(e,s,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,t,n){let r=Be.includes(e)?Ie(t,n):t.value;Oe(this.values[e],r)||(this.values[e]=r,this.#r(e))}#r(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function Oe(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((t,n)=>t===e[n]):o===e}function De(o,e){return{render({model:t,el:n}){let r=new _(t),s=ke(n,o.name,o.title,o.css),i=[],l=!0;return s.busy("Asking the kernel …"),K.open(r,s.fail).then(d=>{l&&(s.busy(null),e({frame:s,client:r,shared:d,onClose:c=>{i.push(c)}}))}).catch(d=>{s.busy(null),s.fail(d)}),()=>{l=!1;for(let d of i)d();r.close(),s.close()}}}}var ae=[{by:"layer",label:"layer",scale:"categories"},{by:"clarity",label:"clarity",scale:"sequential"},{by:"alignment",label:"alignment",scale:"diverging"},{by:"score",label:"search score",scale:"sequential"},{by:"pruned",label:"pruned",scale:"categories"}];function it({frame:o,client:e,shared:t,onClose:n}){let{components:r}=t,s=r.total,i=new G,l=new j,d=new N(e,o.fail,(a,u)=>l.arrived(a,u)),c=new Set,f=new Float32Array,g,x,y=-1,k=!1,U=0,m=document.createElementNS("http://www.w3.org/2000/svg","svg"),S=document.createElementNS("http://www.w3.org/2000/svg","polygon"),C=document.createElementNS("http://www.w3.org/2000/svg","circle");m.append(S,C);let w=h("div",{class:"slens-plane",tabindex:0,role:"application","aria-label":"Map of components. Arrow keys move between points, Enter selects, plus and minus zoom, 0 fits."});w.append(m,l.element);let z=h("div",{class:"slens-legend"});o.body.append(w,z);let I=Ce(w,a=>{I=a,w.dataset.engine=a.kind,F()});w.dataset.engine=I.kind;let D=h("select",{title:"What the colours of the points mean",onchange:()=>t.set("color_by",D.value)});for(let{by:a,label:u}of ae)D.append(h("option",{value:a},u));let le=(a,u,p)=>h("button",{type:"button",title:u,onclick:()=>ue(p)},a),ce=le("Pan","Drag to move the map (shift-drag draws a lasso)",!1),de=le("Lasso","Drag around points to select them",!0);o.tools.append(h("label",{class:"slens-field"},"Colour",D),h("span",{class:"slens-segments",role:"group","aria-label":"What dragging does"},ce,de),Z("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4","Show the whole map",()=>{i.fit(),R()}));function ue(a){k=a,ce.setAttribute("aria-pressed",String(!a)),de.setAttribute("aria-pressed",String(a)),w.classList.toggle("slens-lasso",a)}ue(!1);let Y=()=>ae.find(({by:a})=>a===t.values.color_by)??ae[0];function F(){if(!g)return;let{by:a,label:u,scale:p}=Y(),b=we(o.root),A=new Set(t.values.pruned),L=new Set(t.values.selection),M=Se(p,b.theme),T,be=v=>{c.delete(v)||c.add(v),F()};if(a==="layer")T=Uint8Array.from(r.layerOf,v=>v%M.length),$(z,{names:r.layers.map(v=>v.name),tones:M,highlighted:c,clicked:be});else if(a==="pruned"){M=[M[0],M[1]],T=new Uint8Array(s);for(let v of A)T[v]=1;$(z,{names:["kept",`pruned (${A.size})`],tones:M,highlighted:c,clicked:be})}else if(x){let v=Le(x,p);T=Te(x,v),$(z,{ramp:M,limits:v,ends:a==="alignment"?["spurious","valid"]:["low","high"],label:u})}else M=[b.muted],T=new Uint8Array(s),z.replaceChildren(He(a));let Ne=a==="pruned"?T:r.layerOf,je=(a==="layer"||a==="pruned")&&c.size>0,ve=new Uint8Array(s);for(let v=0;v<s;v++){let X=L.has(v),$e=je&&!c.has(Ne[v])||L.size>0&&!X;ve[v]=(X?oe:0)|(A.has(v)?ie:0)|($e?se:0)}I.update({xy:f,levels:T,palette:M,flags:ve,ring:b.foreground,background:b.background}),R(),pe()}function He(a){return a==="score"?"Type a query in the gallery to colour the points by how well they match it.":a==="alignment"?"Name valid and spurious concepts to colour the points by where they lean.":"Computing the colours …"}function R(){cancelAnimationFrame(U),U=requestAnimationFrame(()=>{i.width=w.clientWidth||400,i.height=w.clientHeight||300,I.draw(i,Math.min(globalThis.devicePixelRatio||1,2)),fe(),g&&o.ready()})}function fe(){let a=y>=0;if(C.style.display=a?"":"none",!a)return;let[u,p]=i.toScreen(f[2*y],f[2*y+1]);C.setAttribute("cx",String(u)),C.setAttribute("cy",String(p)),C.setAttribute("r",String(O(s,i.zoom)/2+4))}function he(a){if(w.classList.toggle("slens-over",a>=0),a===y)return;if(y=a,fe(),a<0){l.hide(),pe();return}let u=x?.[a],p=u===void 0||!Number.isFinite(u)?"":`${Y().label} ${u.toFixed(2)}`,b=t.values.pruned.includes(a)?"pruned":"",A=i.toScreen(f[2*a],f[2*a+1]),L=[p,b].filter(Boolean).join(" · ")||`its ${t.about.m} strongest examples`;l.show(a,r.name(a),L,d.get(a),A,[i.width,i.height]),d.want([a]),o.status(r.name(a))}function pe(){let{selection:a}=t.values,u=r.layers.length;o.status(a.length>0?`${a.length.toLocaleString("en")} of ${s.toLocaleString("en")} components selected`:`${s.toLocaleString("en")} components of ${u} layer${u===1?"":"s"}; shift-drag draws a lasso`)}function B(a,u){if(!u){t.set("selection",a);return}let p=new Set(t.values.selection),b=a.length===1&&p.has(a[0]);for(let A of a)b?p.delete(A):p.add(A);t.set("selection",[...p])}let me=(a,u)=>{let[p,b]=i.toWorld(a,u);return g?.nearest(p,b,(O(s,i.zoom)/2+5)/i.scale)??-1};Me(w,{lasso:()=>k,hover:a=>he(a?me(...a):-1),outline:a=>S.setAttribute("points",a.map(u=>u.join(",")).join(" ")),pan:(a,u)=>{i.pan(a,u),R()},zoom:(a,u)=>{i.zoomAt(a,...u),R()},lassoed:(a,u)=>{let p=a.map(b=>i.toWorld(...b));B(Fe(f,p),u)},clicked:(a,u)=>{let p=me(...a);p>=0?B([p],u):u||B([],!1)}}),w.addEventListener("keydown",a=>{let u=[i.width/2,i.height/2],b={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]}[a.key];if(b&&g){let A=y>=0?y:t.values.selection[0]??g.nearest(i.x,i.y,4),L=y>=0?Re(f,A,...b):A;L>=0&&he(L)}else if(a.key==="+"||a.key==="=")i.zoomAt(1.4,...u);else if(a.key==="-")i.zoomAt(1/1.4,...u);else if(a.key==="0")i.fit();else if(a.key==="Escape")B([],!1);else if((a.key==="Enter"||a.key===" ")&&y>=0)B([y],a.ctrlKey||a.shiftKey);else return;a.preventDefault(),R()});async function H(){let{by:a}=Y();if(D.value=a,x=void 0,a!=="layer"&&a!=="pruned"){F();try{let{body:u,buffers:p}=await e.request("colour",{by:a},{lane:"colour",progress:b=>o.busy(b.stage,b)});o.clearError(),x=u.available===!0?Q(p[0]):void 0}catch(u){o.fail(u)}o.busy(null)}else e.cancel("colour");F()}async function _e(){o.busy("Laying out the map …");try{let{buffers:a}=await e.request("points",{},{lane:"points",progress:u=>o.busy(u.stage,u)});f=Pe(Q(a[0])),g=new W(f),await H()}catch(a){o.fail(a)}o.busy(null)}t.on(["selection","pruned"],F),t.on(["color_by"],()=>{c.clear(),H()}),t.on(["query"],()=>t.values.color_by==="score"&&void H()),t.on(["valid","spurious"],()=>t.values.color_by==="alignment"&&void H()),o.onTheme(F);let ge=new ResizeObserver(R);ge.observe(w),n(()=>{ge.disconnect(),cancelAnimationFrame(U),d.close(),I.close()}),_e()}var Wt=De({name:"map",title:"Concept map",css:Ee},it);export{Wt as default};
