var N=`.slens {
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
`;function ae(s){let e=/^#([0-9a-f]{6})$/i.exec(s.trim());if(e){let u=Number.parseInt(e[1],16);return[u>>16,u>>8&255,u&255]}let t=document.createElement("canvas");t.width=t.height=1;let n=t.getContext?.("2d",{willReadFrequently:!0});if(!n)return[255,255,255];n.fillStyle="#ffffff",n.fillStyle=s,n.fillRect(0,0,1,1);let[r=255,o=255,l=255]=n.getImageData(0,0,1,1).data;return[r,o,l]}function le(s){let[e,t,n]=ae(s);return .2126*e+.7152*t+.0722*n<128}function ce(s){let e=getComputedStyle(s);for(let t of["--jp-layout-color1","--vscode-editor-background"]){let n=e.getPropertyValue(t).trim();if(n)return le(n)}return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1}function V(s,e){let t=(c=!1)=>{let m=ce(s)?"dark":"light";s.dataset.theme===m&&!c||(s.dataset.theme=m,e())},n,r=()=>{t(),clearTimeout(n),n=setTimeout(()=>t(!0),300)},o=new MutationObserver(r),l={attributes:!0,attributeFilter:["class","style","data-jp-theme-name","data-jp-theme-light","data-vscode-theme-kind"]};o.observe(document.documentElement,l),o.observe(document.body,l);let u=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return u?.addEventListener?.("change",r),t(),r(),()=>{clearTimeout(n),o.disconnect(),u?.removeEventListener?.("change",r)}}var y=class extends Error{constructor(t,n=!1){super(t);this.cancelled=n}cancelled},de=Math.floor(Math.random()*2**40)+1;function ue(s){return s instanceof ArrayBuffer?new Uint8Array(s.slice(0)):new Uint8Array(s.buffer,s.byteOffset,s.byteLength).slice()}function G(s){return s?new Uint32Array(s.buffer,s.byteOffset,s.byteLength>>2):new Uint32Array}var F=class{constructor(e){this.model=e;e.on("msg:custom",this.#i)}model;#e=new Map;#t=new Map;#s=new Map;#n=new Map;#r=!1;request(e,t={},n={}){if(this.#r)return Promise.reject(new y("The widget is closed.",!0));let{lane:r}=n,o=r===void 0?0:(this.#s.get(r)??0)+1;if(r!==void 0){this.#s.set(r,o);for(let[u,c]of this.#e)c.lane===r&&this.#o(u,c)}let l=de++;return new Promise((u,c)=>{this.#e.set(l,{resolve:u,reject:c,progress:n.progress,lane:r,generation:o}),this.model.send({...t,op:e,id:l,generation:o},void 0,n.buffers??[])})}cancel(e){for(let[t,n]of this.#e)n.lane===e&&this.#o(t,n)}on(e,t){let n=this.#n.get(e)??new Set;return this.#n.set(e,n.add(t)),()=>{n.delete(t)}}close(){this.#r=!0,this.model.off("msg:custom",this.#i);for(let e of this.#e.values())e.reject(new y("closed",!0));this.#e.clear(),this.#n.clear()}#o(e,t){this.#e.delete(e),this.#t.delete(e),this.model.send({op:"cancel",id:e}),t.reject(new y("A newer request replaced this one.",!0))}#i=(e,t=[])=>{if(e===null||typeof e!="object")return;let n=t.map(ue);if(typeof e.chunk=="number"){if(!this.#e.has(e.chunk))return;let r=this.#t.get(e.chunk)??[];this.#t.set(e.chunk,r),r.push(...n)}else if(typeof e.re=="number")this.#a(e.re,(r,o)=>{let l=e.lengths,u=l?pe(this.#t.get(o)??[],l):n;r.resolve({body:e,buffers:u})});else if(typeof e.err=="number")this.#a(e.err,r=>r.reject(new y(String(e.message),e.cancelled===!0)));else if(typeof e.progress=="number")this.#e.get(e.progress)?.progress?.(e);else for(let r of["state","event"]){let o=e[r];if(typeof o=="string")for(let l of this.#n.get(`${r}:${o}`)??[])l(e,n)}};#a(e,t){let n=this.#e.get(e);if(!n)return;this.#e.delete(e),n.lane!==void 0&&this.#s.get(n.lane)!==n.generation?n.reject(new y("A newer request replaced this one.",!0)):t(n,e),this.#t.delete(e)}};function pe(s,e){let t=new Uint8Array(e.reduce((o,l)=>o+l,0)),n=0;for(let o of s)t.set(o.subarray(0,Math.max(0,t.length-n)),n),n+=o.length;let r=0;return e.map(o=>{let l=t.slice(r,r+o);return r+=o,l})}function a(s,e={},...t){let n=document.createElement(s);for(let[r,o]of Object.entries(e))typeof o=="function"?n.addEventListener(r.slice(2),o):o===!0?n.setAttribute(r,""):o!==!1&&o!==null&&o!==void 0&&n.setAttribute(r,String(o));return n.append(...t),n}function fe(s){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("viewBox","0 0 16 16"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","path");return t.setAttribute("d",s),e.append(t),e}function he(s,e,t){return a("button",{type:"button",class:"slens-icon",title:e,"aria-label":e,onclick:t},fe(s))}function z(s,...e){return a("div",{class:"slens-empty"},a("strong",{},s),...e)}function W(s,e,t,n=""){let r=[],o=a("span"),l=he("M4 4l8 8M12 4l-8 8","Dismiss this message",()=>{u.hidden=!0}),u=a("div",{class:"slens-error",role:"alert",hidden:!0},o,l),c=a("div",{class:"slens-tools"}),m=a("div",{class:"slens-body"}),g=a("span",{role:"status","aria-live":"polite"}),k=a("span"),A=a("progress",{"aria-label":"Progress",max:1}),M=a("div",{class:"slens-busy",hidden:!0},k,A),b=a("section",{class:`slens slens-${e}`,"aria-label":t},a("style",{},N+n),a("header",{class:"slens-head"},a("h3",{class:"slens-title"},t),c),u,m,a("footer",{class:"slens-foot"},g,M));b.addEventListener("keydown",f=>f.stopPropagation()),b.addEventListener("contextmenu",f=>f.stopPropagation()),s.replaceChildren(b);let T=V(b,()=>{for(let f of r)f()});return{root:b,tools:c,body:m,status:f=>{g.textContent=f,g.title=f},busy:(f,w)=>{M.hidden=f===null,k.textContent=f??"",w&&w.total>0?A.value=w.done/w.total:A.removeAttribute("value")},fail:f=>{f instanceof y&&f.cancelled||(o.textContent=f instanceof Error?f.message:String(f),u.hidden=!1)},clearError:()=>{u.hidden=!0},ready:()=>{b.dataset.ready="true"},onTheme:f=>{r.push(f)},close:()=>{T(),s.replaceChildren()}}}var X=`.slens-numbers {
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
`;var q=class{constructor(e=48e6){this.limit=e}limit;#e=new Map;#t=0;get(e){let t=this.#e.get(e);if(t)return this.#e.delete(e),this.#e.set(e,t),t.url}put(e,t){let n=this.get(e);if(n)return n;let r=URL.createObjectURL(new Blob([t],{type:"image/jpeg"}));this.#e.set(e,{url:r,bytes:t.length}),this.#t+=t.length;for(let[o,l]of this.#e){if(this.#t<=this.limit||this.#e.size===1)break;URL.revokeObjectURL(l.url),this.#t-=l.bytes,this.#e.delete(o)}return r}get size(){return this.#e.size}close(){for(let e of this.#e.values())URL.revokeObjectURL(e.url);this.#e.clear(),this.#t=0}},U=class{constructor(e,t,n,r="strips"){this.client=e;this.failed=t;this.lane=r;this.#n=n}client;failed;lane;#e=new q;#t=[];#s=!1;#n;get(e){return this.#e.get(String(e))}want(e){this.#t=e.filter(t=>!this.get(t)),this.#s||this.#r()}close(){this.#t=[],this.#e.close()}async#r(){this.#s=!0;try{for(;this.#t.length>0;){let e=this.#t.splice(0,8),{buffers:t}=await this.client.request("strips",{ids:e},{lane:this.lane});e.forEach((n,r)=>{let o=t[r];o&&this.#n(n,this.#e.put(String(n),o))})}}catch(e){this.failed(e)}finally{this.#s=!1}}};function _(s,e){s.style.backgroundImage=e?`url(${e})`:"none",s.style.backgroundSize="auto 100%"}var Y=15e6,Q=3,R=class{constructor(e){this.options=e;this.#e.style.position="relative",this.element=a("div",{class:"slens-list slens-scroll",role:"grid","aria-label":e.label,"aria-rowcount":0},this.#e),this.element.addEventListener("scroll",()=>this.#a(),{passive:!0}),this.element.addEventListener("keydown",t=>this.#f(t)),this.element.addEventListener("click",t=>{let n=t.target.closest("[role=row]");!n||t.target.closest("button, input, select")||(this.#n=Number(n.dataset.index),this.options.choose(this.#n,t),this.#p())}),typeof ResizeObserver<"u"&&(this.#i=new ResizeObserver(()=>this.#a()),this.#i.observe(this.element))}options;element;#e=a("div",{role:"presentation"});#t=[];#s=0;#n=0;#r="";#o=0;#i;get active(){return this.#n}set count(e){this.#s=e,this.#n=Math.min(this.#n,Math.max(0,e-1)),this.element.setAttribute("aria-rowcount",String(e)),this.#e.style.height=`${Math.min(e*this.options.rowHeight,Y)}px`,this.redraw()}top(){this.#n=0,this.element.scrollTop=0}reveal(e){if(e<0||e>=this.#s)return;this.#n=e;let t=this.options.rowHeight,n=this.element.clientHeight,r=e*t,o=this.#l();r<o?this.#c(r):r+t>o+n&&this.#c(r+t-n),this.redraw()}redraw(){this.#r="",this.#u()}close(){cancelAnimationFrame(this.#o),this.#i?.disconnect()}#a(){cancelAnimationFrame(this.#o),this.#o=requestAnimationFrame(()=>this.#u())}#l(){return this.element.scrollTop*this.#d()}#c(e){this.element.scrollTop=e/this.#d()}#d(){let e=this.element.clientHeight,t=this.#s*this.options.rowHeight-e,n=Math.min(this.#s*this.options.rowHeight,Y)-e;return n>0&&t>0?t/n:1}#u(){let e=this.options.rowHeight,t=this.element.clientHeight||400,n=this.#l(),r=Math.max(0,Math.floor(n/e)-Q),o=Math.min(this.#s,Math.ceil((n+t)/e)+Q),l=`${r} ${o} ${n}`;if(l===this.#r)return;for(this.#r=l;this.#t.length<o-r;){let c=a("div",{role:"row",class:"slens-row"});c.style.cssText=`position:absolute;left:0;right:0;height:${e}px`,this.#t.push(c),this.#e.append(c)}let u=this.element.scrollTop-n;if(this.#t.forEach((c,m)=>{let g=r+m;c.hidden=g>=o,!c.hidden&&(c.style.transform=`translateY(${g*e+u}px)`,c.dataset.index=String(g),c.setAttribute("aria-rowindex",String(g+1)),c.tabIndex=g===this.#n?0:-1,this.options.draw(c,g))}),this.#n<r||this.#n>=o){let c=this.#t[0];c&&(c.tabIndex=0)}this.options.shown?.(r,o)}#p(){this.redraw(),this.#t.find(e=>!e.hidden&&e.dataset.index===String(this.#n))?.focus({preventScroll:!0})}#f(e){if(e.target.closest("button, input, select"))return;let n=Math.max(1,Math.floor(this.element.clientHeight/this.options.rowHeight)-1),o={ArrowDown:this.#n+1,ArrowUp:this.#n-1,PageDown:this.#n+n,PageUp:this.#n-n,Home:0,End:this.#s-1}[e.key];o!==void 0?(e.preventDefault(),this.reveal(Math.min(Math.max(o,0),this.#s-1)),this.#p(),e.shiftKey&&this.options.choose(this.#n,e)):(e.key==="Enter"||e.key===" ")&&(e.preventDefault(),this.options.choose(this.#n,e))}};var C=class{constructor(e){this.layers=e;this.total=e.reduce((t,n)=>t+n.count,0),this.layerOf=new Uint16Array(this.total),e.forEach((t,n)=>{this.layerOf.fill(n,t.start,t.start+t.count)})}layers;total;layerOf;layer(e){return this.layers[this.layerOf[e]??0]}name(e){let t=this.layer(e);return`${t.name}:${e-t.start}`}};function Z(s,e){let t=Uint32Array.from(s);if(t.length<=e/32)return{encoding:"ids",buffer:t.buffer};let n=new Uint8Array(Math.ceil(e/8));for(let r of t)n[r>>3]|=1<<(r&7);return{encoding:"bitset",buffer:n.buffer}}function ee(s,e){if(!e)return[];if(s.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let t=[];for(let n=0;n<e.length;n++)for(let r=0;r<8;r++)e[n]&1<<r&&t.push(n*8+r);return t}var te=["selection","pruned"],me=["selection","pruned","query","valid","spurious","target","mode","color_by"],P=class s{constructor(e,t,n){this.client=e;this.about=t;this.failed=n;this.components=new C(t.layers);for(let r of me)e.on(`state:${r}`,(o,l)=>{this.#t.get(r)||this.#s(r,o,l[0])})}client;about;failed;components;values={selection:[],pruned:[],query:"",valid:[],spurious:[],target:null,mode:"mean",color_by:"layer"};#e=[];#t=new Map;static async open(e,t){let{body:n,buffers:r}=await e.request("hello"),o=new s(e,n.about,t);return n.states.forEach((u,c)=>{o.#s(u.state,u,r[c])}),o}on(e,t){this.#e.push({fields:e,callback:t})}set(e,t){if(ne(this.values[e],t))return;this.values[e]=t,this.#n(e);let n=[],r={field:e};if(te.includes(e)){let o=Z(t,this.components.total);r.encoding=o.encoding,n.push(o.buffer)}else r.value=t;this.#t.set(e,(this.#t.get(e)??0)+1),this.client.request("set",r,{buffers:n}).then(({body:o,buffers:l})=>{this.#t.get(e)===1&&this.#s(e,o,l[0])}).catch(this.failed).finally(()=>this.#t.set(e,(this.#t.get(e)??1)-1))}#s(e,t,n){let r=te.includes(e)?ee(t,n):t.value;ne(this.values[e],r)||(this.values[e]=r,this.#n(e))}#n(e){for(let{fields:t,callback:n}of this.#e)t.includes(e)&&n(e)}};function ne(s,e){return Array.isArray(s)&&Array.isArray(e)?s.length===e.length&&s.every((t,n)=>t===e[n]):s===e}function se(s,e){return{render({model:t,el:n}){let r=new F(t),o=W(n,s.name,s.title,s.css),l=[],u=!0;return o.busy("Asking the kernel …"),P.open(r,o.fail).then(c=>{u&&(o.busy(null),e({frame:o,client:r,shared:c,onClose:m=>{l.push(m)}}))}).catch(c=>{o.busy(null),o.fail(c)}),()=>{u=!1;for(let c of l)c();r.close(),o.close()}}}}var x=s=>`${(100*s).toFixed(1)} %`;function be(s,e){let t=100*(e-s);return Math.abs(t)<.05?"unchanged":`${t>0?"▲ +":"▼ −"}${Math.abs(t).toFixed(1)} points`}function ve({frame:s,client:e,shared:t,onClose:n}){let{components:r}=t;if(!t.about.live){s.body.append(z("No model to prune","This audit has a database but no model. Open it with one: sw.Audit(path, foundation_model=…, model=model, transform=transform, evaluation=sw.Evaluation(images, labels)).")),s.ready();return}let o=[],l=new Set(t.values.pruned),u=["mean","zero"].map(i=>a("button",{type:"button",title:i==="mean"?"A pruned component gives its mean activation":"A pruned component gives zero",onclick:()=>t.set("mode",i)},i));s.tools.append(a("label",{class:"slens-field"},"Replace by"),a("span",{class:"slens-segments",role:"group","aria-label":"What replaces a pruned activation"},...u));let c=a("div",{class:"slens-numbers","aria-live":"polite"}),m=a("div",{class:"slens-classes slens-scroll",role:"group","aria-label":"Accuracy per class"}),g=(i,d,p,h=!1)=>a("button",{type:"button",title:d,class:h?"slens-main":"",onclick:p},i),k=g("Prune selection","Take the selected components out of the model",()=>{t.set("pruned",[...new Set([...t.values.pruned,...t.values.selection])])},!0),A=g("Undo","Go back to the pruned set before the last change",()=>H("undo")),M=g("Redo","Take back the last undo",()=>H("redo")),b=g("Clear","Restore every component and empty the list",()=>H("clear")),T=new U(e,s.fail,(i,d)=>{for(let p of f.element.querySelectorAll(`[data-component="${i}"] .slens-strip`))_(p,d)}),f=new R({label:"Pruned components",rowHeight:74,draw:re,choose:(i,d)=>{d instanceof KeyboardEvent?J(o[i]):t.set("selection",[o[i]])},shown:(i,d)=>T.want(o.slice(i,d))}),w=z("Nothing is pruned yet","Select components on the map, in the list or in the alignment plot, then press “Prune selection”. The model is evaluated again at once; the model itself is never changed.");s.body.append(c,m,a("div",{class:"slens-acts"},k,A,M,b),f.element,w),s.root.addEventListener("keydown",i=>{i.target instanceof HTMLInputElement&&i.target.type!=="checkbox"||i.key.toLowerCase()!=="z"||!(i.ctrlKey||i.metaKey)||(i.preventDefault(),H(i.shiftKey?"redo":"undo"))});function H(i){e.request(i).catch(s.fail)}function J(i){let d=new Set(t.values.pruned);d.delete(i)||d.add(i),t.set("pruned",[...d])}function re(i,d){let p=o[d],h=l.has(p);i.classList.toggle("slens-restored",!h);let $=`${p} ${h}`;if(i.dataset.state===$)return;i.dataset.state=$;let L=i.dataset.component===String(p)?i.querySelector("input"):null;if(L){L.checked=h,i.querySelector(".slens-quiet").textContent=h?"pruned":"kept";return}i.dataset.component=String(p);let E=a("input",{type:"checkbox","aria-label":`Prune ${r.name(p)}`,title:"Checked: pruned. Unchecked: back in the model.",onchange:()=>J(p)});E.checked=h;let v=a("div",{class:"slens-strip"});_(v,T.get(p)),i.replaceChildren(a("div",{class:"slens-line",role:"gridcell"},a("label",{},E,a("b",{},r.name(p))),a("span",{class:"slens-quiet"},h?"pruned":"kept")),a("div",{class:"slens-cell",role:"gridcell","aria-label":"Examples"},v))}function O(i,d,p,h){return a("div",{class:"slens-number"},a("small",{},i),a("strong",{"data-value":h},d),a("em",{},p))}function oe(i){let{before:d,after:p,flips:h}=i,$=h.fixed+h.broken+h.other,L=(v,S)=>i.pruned>0?`${be(v,S)}
from ${x(v)}`:"nothing pruned",E=[O("accuracy",x(p.accuracy),L(d.accuracy,p.accuracy),"accuracy")];p.worst_group!==null&&d.worst_group!==null&&E.push(O("worst group",x(p.worst_group),L(d.worst_group,p.worst_group),"worst-group")),E.push(O("flipped images",String($),`${h.fixed} fixed
${h.broken} broken`,"flips")),c.replaceChildren(...E),m.replaceChildren(...Object.entries(p.per_class).flatMap(([v,S])=>{let j=d.per_class[v]??0,I=a("span");I.style.width=x(S).replace(" ","");let K=a("i",{title:`before: ${x(j)}`});return K.style.left=`calc(${x(j).replace(" ","")} - 1px)`,[a("span",{},v),a("div",{class:"slens-bar",role:"img","aria-label":`${v}: ${x(S)}, before ${x(j)}`},I,K),a("span",{},x(S))]})),s.root.dataset.accuracy=String(p.accuracy),s.root.dataset.pruned=String(i.pruned),s.status(`${i.pruned} pruned (${i.mode}) · ${p.n.toLocaleString("en")} images · tick: before`)}function D(i,d){o=Array.from(G(d[0])),A.disabled=i.undo!==!0,M.disabled=i.redo!==!0;let p=i.evaluating===!0;s.root.classList.toggle("slens-stale",p),s.root.dataset.evaluating=String(p),p?s.busy("Evaluating …"):s.busy(null),i.result&&oe(i.result),B()}function B(){l=new Set(t.values.pruned);let i=t.values.selection.filter(d=>!l.has(d)).length;k.textContent=i>0?`Prune selection (${i.toLocaleString("en")})`:"Prune selection",k.disabled=i===0,b.disabled=o.length===0,u.forEach(d=>{d.setAttribute("aria-pressed",String(d.textContent===t.values.mode))}),f.element.hidden=o.length===0,w.hidden=o.length>0,f.count=o.length}n(e.on("event:panel",(i,d)=>{s.clearError(),D(i,d)})),n(e.on("event:failed",i=>s.fail(i.message))),n(e.on("event:progress",i=>s.busy(`${String(i.stage)} …`,i))),n(()=>{f.close(),T.close()}),t.on(["pruned","selection","mode"],B),B(),e.request("panel").then(({body:i,buffers:d})=>{D(i,d),s.ready()}).catch(s.fail)}var De=se({name:"pruning",title:"Pruning",css:X},ve);export{be as change,De as default};
