/** The site's only style sheet: light and dark, on a screen and on paper. */
export const siteStyle = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d0d7de;--soft:#f6f8fa;--blue:#0a5c8f;--here:#e3eef6}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--quiet:#9da7b3;--line:#30363d;--soft:#161b22;--blue:#6cb6ff;--here:#15283a}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 ui-sans-serif,system-ui,sans-serif;overflow-wrap:break-word}
a{color:var(--blue);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem .8rem;z-index:2}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;padding:.7rem 1.5rem;border-bottom:1px solid var(--line)}
header .name{font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none}
#search{position:relative;margin-left:auto;display:flex;align-items:center;gap:.6rem}#search[hidden]{display:none}
#search label{color:var(--quiet);font-size:.9rem}#query{font:inherit;padding:.2rem .6rem;width:14rem;max-width:100%;border:1px solid var(--quiet);border-radius:6px;background:var(--paper);color:var(--ink)}
#search-said{margin:0;position:absolute;left:-99rem}
#search-found{position:absolute;z-index:1;right:0;top:2.4rem;width:30rem;max-width:calc(100vw - 2rem);max-height:70vh;overflow:auto;margin:0;padding:0;list-style:none;background:var(--paper);border:1px solid var(--line);border-radius:6px;box-shadow:0 6px 18px #0003}
#search-found:empty{display:none}#search-found li{padding:.4rem .9rem;border-bottom:1px solid var(--line)}#search-found p{margin:0;color:var(--quiet);font-size:.85rem}
main{padding:1rem 1.5rem 2rem;min-width:0}main:focus,nav:focus{outline:none}
article{max-width:60rem}
h1{font-size:1.8rem;line-height:1.25;margin:.4rem 0 1rem}h2{font-size:1.3rem;margin:2.2rem 0 .6rem;padding-top:.9rem;border-top:1px solid var(--line)}h3{font-size:1.05rem;margin:1.5rem 0 .4rem}
p,article>ul,article>ol{max-width:48rem}article li{margin:.2rem 0}
.anchor{color:var(--quiet);text-decoration:none;font-weight:400;opacity:0}.anchor:focus,:is(h2,h3,h4):hover .anchor{opacity:1}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,monospace}
:not(pre)>code{background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.05em .3em;overflow-wrap:anywhere}
td code{overflow-wrap:break-word}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow:auto;margin:.6rem 0 1.1rem}
.scroll{overflow-x:auto;margin:.6rem 0 1.2rem}
table{border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.35rem 1rem .35rem 0;border-bottom:1px solid var(--line)}th{color:var(--quiet);font-weight:600}
img{max-width:100%;height:auto}
.contents{font-size:.9rem;margin:0 0 1rem}.contents ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
.pages{padding:1rem 1.5rem;border-top:1px solid var(--line);font-size:.93rem}
.pages h2{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--quiet);border:0;margin:1.2rem 0 .3rem;padding:0}
.pages ul{list-style:none;margin:0;padding:0}.pages ul ul{padding-left:.9rem;margin:.1rem 0 .3rem;border-left:1px solid var(--line)}
.pages a{display:block;padding:.14rem .5rem;border-radius:4px;text-decoration:none;color:var(--ink)}.pages a:hover{text-decoration:underline}.pages a[aria-current]{background:var(--here);font-weight:600}
footer{padding:1rem 1.5rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
@media (min-width:60rem){
body{display:grid;grid-template:auto 1fr auto/17rem minmax(0,1fr)}
header,footer{grid-column:1/-1}.to-navigation{display:none}
.pages{grid-column:1;grid-row:2;border:0;border-right:1px solid var(--line);padding:0 1rem 2rem;position:sticky;top:0;max-height:100vh;overflow:auto;align-self:start}
main{grid-column:2;grid-row:2;padding:1rem 2.5rem 3rem}
}
@media (min-width:86rem){
main{display:grid;grid-template-columns:minmax(0,60rem) 14rem;grid-template-rows:auto 1fr;gap:0 2.5rem;align-items:start}main .title,main article{grid-column:1}
.contents{grid-column:2;grid-row:1/span 2;position:sticky;top:1rem;padding-left:1rem;border-left:1px solid var(--line);max-height:95vh;overflow:auto}.contents ul{display:block}.contents li{margin:.3rem 0}
}
@media print{header,nav,.skip,.anchor{display:none!important}body{display:block;font-size:11px}main{display:block;padding:0}pre{white-space:pre-wrap}pre,table,img{break-inside:avoid}h2,h3{break-after:avoid}article,p{max-width:none}}
`;
