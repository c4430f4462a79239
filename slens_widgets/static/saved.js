function m(r,e){if(!e)return[];if(r.encoding==="ids")return Array.from(new Uint32Array(e.buffer,e.byteOffset,e.byteLength>>2));let n=[];for(let t=0;t<e.length;t++)for(let s=0;s<8;s++)e[t]&1<<s&&n.push(t*8+s);return n}var y=`:root {
  color-scheme: light dark;
  font:
    13px / 1.45 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    sans-serif;
}
body {
  margin: 12px;
}
.slens-saved-note {
  margin: 0 0 8px;
  color: color-mix(in srgb, CanvasText 70%, Canvas);
}
.slens-dashboard {
  display: flex;
  flex-direction: column;
}
.slens-single > div > div {
  height: min(760px, calc(100vh - 60px));
}
@media (prefers-color-scheme: dark) {
  body {
    background: #101316;
  }
}
`;var S=["selection","pruned"],k=["op","id","generation"];function l(r){return Uint8Array.from(atob(r),e=>e.charCodeAt(0))}function c(r){return Array.isArray(r)?`[${r.map(c).join()}]`:r===null||typeof r!="object"?JSON.stringify(r??null):`{${Object.entries(r).sort(([n],[t])=>n<t?-1:1).map(([n,t])=>`${JSON.stringify(n)}:${c(t)}`).join()}}`}function p(r,e,n){return S.includes(r)?c(m(e,n).sort((t,s)=>t-s)):c(e.value)}var h=class{constructor(e){this.page=e;let n=e.widgets[0]?.hello;(n?.body.states??[]).forEach((t,s)=>{this.put(String(t.state),t,l(n?.buffers[s]??""))})}page;values=new Map;models=[];put(e,n,t){let s=p(e,n,t),o=this.values.get(e)?.key!==s;return this.values.set(e,{state:n,bytes:t,key:s}),o}set(e,n,t){let s=String(e.field),o=S.includes(s)?{state:s,encoding:e.encoding}:{state:s,value:e.value};return this.take(o,n,t),o}take(e,n,t){let s=String(e.state);if(this.put(s,e,n)){for(let o of this.models)o!==t&&o.say(e,[n]);for(let o of this.models)o.follow(s)}}holds(e){return e.every(n=>{let t=String(n.state);return this.values.get(t)?.key===p(t,n,l(String(n.data??"")))})}},g=class{constructor(e,n){this.session=e;this.saved=n;e.models.push(this)}session;saved;#e=new Set;get(e){return this.saved.widget}on(e,n){e==="msg:custom"&&this.#e.add(n)}off(e,n){this.#e.delete(n)}say(e,n){let t=n.map(s=>new DataView(s.buffer,s.byteOffset,s.byteLength));queueMicrotask(()=>{for(let s of[...this.#e])s(e,t)})}send(e,n,t=[]){let s=String(e.op);if(s==="cancel")return;let o=(i,a)=>this.say({...i,re:e.id,generation:e.generation},a);if(s==="hello"){let i=[...this.session.values.values()],a={...this.saved.hello.body,states:i.map(({state:d})=>d)};o(a,i.map(({bytes:d})=>d))}else if(s==="set"){let i=new Uint8Array(t[0]??new ArrayBuffer(0));o(this.session.set(e,i,this),[i])}else if(s==="strips")J(this.session.page,e.ids).then(i=>o({},i));else{let i=Object.fromEntries(Object.entries(e).filter(([d])=>!k.includes(d))),a=t.length===0?this.#t(s,c(i)):void 0;if(a){for(let d of a.sets)this.session.take(d,l(String(d.data??"")));o(a.body,a.buffers.map(l))}else this.say({err:e.id,message:this.#n(s)},[])}}follow(e){let n=this.saved.records.filter(t=>t.event&&t.when.some(s=>s.state===e));for(let t of new Set(n.map(s=>s.op))){let s=n.find(o=>o.op===t&&this.session.holds(o.when));s&&this.say({...s.body,event:t},s.buffers.map(l)),this.say({event:"unanswered",message:s?"":this.#n(t)},[])}}#t(e,n){return[...this.saved.records,...this.session.page.shared].find(t=>t.op===e&&(t.args===null||c(t.args)===n)&&this.session.holds(t.when))}#n(e){let n=this.saved.records.filter(s=>s.op===e),t=n.flatMap(({args:s})=>typeof s?.query=="string"?[s.query]:[]);return t.length>0?`This saved page knows these searches: ${t.join("; ")}. Any other needs a kernel: open the notebook.`:n.length>0?"This saved page was not saved with that answer: it needs a kernel. Open the notebook.":"That needs a kernel: this is a saved page. Open the notebook."}},v;async function J(r,e){return Promise.all(e.map(n=>{let t=r.strips[String(n)];return t!==void 0?l(t):(v??=U(r.tile),v)}))}function U(r){let e=document.createElement("canvas");e.width=6*r,e.height=r;let n=e.getContext("2d");return n?(n.fillStyle="#8c939b",n.fillRect(0,0,e.width,r),n.fillStyle="#ffffff",n.font=`${Math.round(r/4)}px system-ui, sans-serif`,n.textBaseline="middle",n.fillText("Examples not saved in this page",r/4,r/2),new Promise(t=>e.toBlob(async s=>t(new Uint8Array(await s?.arrayBuffer()??[])),"image/jpeg"))):Promise.resolve(new Uint8Array)}function E(r,e,n){let t=document.createElement("style");t.textContent=y;let s=document.createElement("p");s.className="slens-saved-note",s.textContent=`${r.about}. Hover, selection, lasso and the recorded searches work here; what needs the model says so.`;let o=document.createElement("main"),i=document.createElement("div"),a=r.widgets.length>1;o.className=a?"slens-dashboard":"slens-single",i.className=a?`slens-grid slens-grid-${r.widgets.length-1}`:"";let d=new h(r);for(let u of r.widgets){let f=document.createElement("div");u.name==="bar"?o.append(f):(f.className=`slens-panel slens-panel-${u.name}`,i.append(f));let A=new g(d,u);queueMicrotask(()=>e.render({model:A,el:f}))}o.append(i),n.append(t,s,o)}var b=globalThis.document?.getElementById("slens-saved"),w=globalThis.slens;b&&w&&E(JSON.parse(b.textContent??""),w,document.body);export{g as SavedModel,h as SavedSession,c as canonical,l as decode,E as open};
