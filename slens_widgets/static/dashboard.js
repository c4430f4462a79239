var k=`.slens.slens-dashboard-bar {
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
`;var A=`.slens {
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
`;function O(o){let e=/^#([0-9a-f]{6})$/i.exec(o.trim());if(e){let a=Number.parseInt(e[1],16);return[a>>16,a>>8&255,a&255]}let n=document.createElement("canvas");n.width=n.height=1;let t=n.getContext?.("2d",{willReadFrequently:!0});if(!t)return[255,255,255];t.fillStyle="#ffffff",t.fillStyle=o,t.fillRect(0,0,1,1);let[r=255,s=255,i=255]=t.getImageData(0,0,1,1).data;return[r,s,i]}function B(o){let[e,n,t]=O(o);return .2126*e+.7152*n+.0722*t<128}function $(o){let e=getComputedStyle(o);for(let n of["--jp-layout-color1","--vscode-editor-background"]){let t=e.getPropertyValue(n).trim();if(t)return B(t)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function E(o,e){let n=(l=!1)=>{let u=$(o)?"dark":"light";o.dataset.theme===u&&!l||(o.dataset.theme=u,e())},t,r=()=>{n(),clearTimeout(t),t=setTimeout(()=>n(!0),300)},s=new MutationObserver(r),i={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};s.observe(document.documentElement,i),s.observe(document.body,i);let a=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return a?.addEventListener?.("change",r),n(),r(),()=>{clearTimeout(t),s.disconnect(),a?.removeEventListener?.("change",r)}}var f=class extends Error{constructor(n,t=!1){super(n);this.cancelled=t}cancelled},q=Math.floor(Math.random()*2**40)+1;function J(o){return o instanceof ArrayBuffer?new Uint8Array(o.slice(0)):new Uint8Array(o.buffer,o.byteOffset,o.byteLength).slice()}var h=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#n=new Map;#r=new Map;#s=!1;request(e,n={},t={}){if(this.#s)return Promise.reject(new f("The widget is closed.",!0));let{lane:r}=t,s=r===void 0?0:(this.#n.get(r)??0)+1;if(r!==void 0){this.#n.set(r,s);for(let[a,l]of this.#e)l.lane===r&&this.#o(a,l)}let i=q++;return new Promise((a,l)=>{this.#e.set(i,{resolve:a,reject:l,progress:t.progress,lane:r,generation:s}),this.model.send({...n,op:e,id:i,generation:s},void 0,t.buffers??[])})}cancel(e){for(let[n,t]of this.#e)t.lane===e&&this.#o(n,t)}on(e,n){let t=this.#r.get(e)??new Set;return this.#r.set(e,t.add(n)),()=>{t.delete(n)}}close(){this.#s=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new f("closed",!0));this.#e.clear(),this.#r.clear()}#o(e,n){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),n.reject(new f("A newer request replaced this one.",!0))}#i=(e,n=[])=>{if(e===null||typeof e!="object")return;let t=n.map(J);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...t)}else if(typeof e.re=="number")this.#a(e.re,(r,s)=>{let i=e.lengths,a=i?R(this.#t.get(s)??[],i):t;r.resolve({body:e,buffers:a})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new f(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let s=e[r];if(typeof s=="string")for(let i of this.#r.get(`${r}:${s}`)??[])i(e,t)}};#a(e,n){let t=this.#e.get(e);if(!t)return;this.#e.delete(e),t.lane!==void 0&&this.#n.get(t.lane)!==t.generation?t.reject(new f("A newer request replaced this one.",!0)):n(t,e),this.#t.delete(e)}};function R(o,e){let n=new Uint8Array(e.reduce((s,i)=>s+i,0)),t=0;for(let s of o)n.set(s.subarray(0,Math.max(0,n.length-t)),t),t+=s.length;let r=0;return e.map(s=>{let i=n.slice(r,r+s);return r+=s,i})}function c(o,e={},...n){let t=document.createElement(o);for(let[r,s]of Object.entries(e))typeof s=="function"?t.addEventListener(r.slice(2),s):s===!0?t.setAttribute(r,""):s!==!1&&s!==null&&s!==void 0&&t.setAttribute(r,String(s));return t.append(...n),t}function H(o){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let n=document.createElementNS("http://www.w3.org/2000/svg","path");return n.setAttribute("d",o),e.append(n),e}function z(o,e,n){return c("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:n},H(o))}function T(o,e,n,t=""){let r=[],s=c("span"),i=z("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{a.hidden=!0}),a=c("div",{class:"slens-error",role:"alert",hidden:!0},s,i),l=c("div",{class:"slens-tools"}),u=c("div",{class:"slens-body"}),g=c("span",{role:"status","aria-live":"polite"}),x=c("span"),y=c("progress",{"aria-label":"Progress",max:1}),w=c("div",{class:"slens-busy",hidden:!0},x,y),p=c("section",{class:`slens slens-${e}`,"aria-label":n},c("style",{},A+t),c("header",{class:"slens-head"},c("h3",{class:"slens-title"},n),l),a,u,c("footer",{class:"slens-foot"},g,w));p.addEventListener("keydown",d=>d.stopPropagation()),p.addEventListener("contextmenu",d=>d.stopPropagation()),o.replaceChildren(p);let U=E(p,()=>{for(let d of r)d()});return{root:p,tools:l,body:u,status:d=>{g.textContent=d,g.title=d},busy:(d,m)=>{w.hidden=d===null,x.textContent=d??"",m&&m.total>0?y.value=m.done/m.total:y.removeAttribute("value")},fail:d=>{d instanceof f&&d.cancelled||(s.textContent=d instanceof Error?d.message:String(d),a.hidden=!1)},clearError:()=>{a.hidden=!0},ready:()=>{p.dataset.ready="true"},onTheme:d=>{r.push(d)},close:()=>{U(),o.replaceChildren()}}}var b=class{constructor(e){this.layers=e;this.total=e.reduce((n,t)=>n+t.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((n,t)=>{this.layerOf.fill(t,n.start,n.start+n.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let n=this.layer(e);return`${n.name}:${e-n.start}`}};function L(o,e){let n=Uint32Array.from(o);if(n.length<=e/32)return{encoding:"ids",buffer:n.buffer};let t=new Uint8Array(Math.ceil(e/8));for(let r of n)t[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:t.buffer}}function M(o,e){if(!e)return[];if(o.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let n=[];for(let t=0;t<e.length;t++)for(let r=0;r<8;r++)e[t]&1<<r&&n.push(t*8+r);return n}var S=["selection","pruned"],D=["selection","pruned","query","valid","spurious","target","mode","color_by"],v=class o{constructor(e,n,t){this.client=e;this.about=n;this.failed=t;this.components=new b(n.layers);for(let r of D)e.on(`state:${r}`,(s,i)=>{this.#t.get(r)||this.#n(r,s,i[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,n){let{body:t,buffers:r}=await e.request("hello"),s=new o(e,t.about,n);return t.states.forEach((a,l)=>{s.#n(a.state,a,r[l])}),s}on(e,n){this.#e.push({fields:e,callback:n})}set(e,n){if(F(this.values[e],n))return;this.values[e]=n,this.#r(e);let t=[],r={field:e};if(S.includes(e)){let s=L(n,this.components.total);r.encoding=s.encoding,t.push(s.buffer)}else r.value=n;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:t}).then(({body:s,buffers:i})=>{this.#t.get(e)===1&&this.#n(e,s,i[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#n(e,n,t){let r=S.includes(e)?M(n,t):n.value;F(this.values[e],r)||(this.values[e]=r,this.#r(e))}#r(e){for(let{fields:n,callback:t}of this.#e)n.includes(e)&&t(e)}};function F(o,e){return Array.isArray(o)&&Array.isArray(e)?o.length===e.length&&o.every((n,t)=>n===e[t]):o===e}function C(o,e){return{render({model:n,el:t}){let r=new h(n),s=T(t,o.name,o.title,o.css),i=[],a=!0;return s.busy("Asking the kernel …"),v.open(r,s.fail).then(l=>{a&&(s.busy(null),e({frame:s,client:r,shared:l,onClose:u=>{i.push(u)}}))}).catch(l=>{s.busy(null),s.fail(l)}),()=>{a=!1;for(let l of i)l();r.close(),s.close()}}}}function I({frame:o,shared:e}){let{components:n,about:t}=e,r=c("span",{class:"slens-quiet"}),s=c("button",{type:"button",title:"Select nothing",onclick:()=>e.set("selection",[])},"Clear selection");o.tools.append(r,s);function i(){let{selection:a,pruned:l}=e.values,u=g=>g.toLocaleString("en");r.textContent=[`${u(n.total)} components in ${t.layers.length} ${t.layers.length===1?"layer":"layers"}, ${t.m} examples each`,`${u(a.length)} selected`,`${u(l.length)} pruned`].join(" · "),s.disabled=a.length===0,o.root.dataset.selected=String(a.length)}e.on(["selection","pruned"],i),i(),o.ready()}var le=C({name:"dashboard-bar",title:"Audit",css:k},I);export{le as default};
