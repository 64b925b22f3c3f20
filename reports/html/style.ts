/** The page's only style sheet: light and dark, on a screen and on paper. */
export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d0d7de;--soft:#f6f8fa;--blue:#0a5c8f;--good:#116329;--bad:#b3261e;--odd:#7a4a00;--badpaper:#fdecea;--key:#6f2dbd}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;--quiet:#9da7b3;--line:#30363d;--soft:#161b22;--blue:#6cb6ff;--good:#57d38c;--bad:#ff8f87;--odd:#e3b341;--badpaper:#2d1518;--key:#d2a8ff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,sans-serif}
h1{font-size:1.7rem;margin:0}h2{font-size:1.25rem;margin:2.4rem 0 .7rem;padding-top:1.1rem;border-top:1px solid var(--line)}h3{font-size:1rem;margin:1.3rem 0 .3rem}
a{color:var(--blue)}p{margin:.3rem 0 .8rem;max-width:48rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:1rem 0 0}
.verdict{font-size:1.1rem;font-weight:600;margin:.2rem 0 .8rem}
.pass>.word,.word.pass{color:var(--good)}.fail>.word,.word.fail{color:var(--bad)}.unknown>.word,.word.unknown{color:var(--odd)}
.word{font-weight:600}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.6rem 0}dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;min-width:60%}
th,td{text-align:left;padding:.28rem .9rem .28rem 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--quiet);font-weight:500}
tr.differs td{background:var(--badpaper)}
.check{margin:.2rem 0 1rem;padding-left:.8rem;border-left:3px solid var(--line)}.check.fail{border-color:var(--bad)}.check.unknown{border-color:var(--odd)}
.check h3 code,.quiet{color:var(--quiet);font-weight:400}
code,pre{font:.86rem/1.5 ui-monospace,monospace}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.7rem;overflow:auto;max-height:28rem;margin:.3rem 0 .8rem}
details{margin:.3rem 0}summary{cursor:pointer;color:var(--blue)}
pre .c{color:var(--quiet);font-style:italic}pre .k{color:var(--key)}pre .n{color:var(--blue)}
fieldset{border:1px solid var(--line);border-radius:6px;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:.3rem .9rem .5rem;margin:0 0 1rem;width:max-content;max-width:100%}legend{color:var(--quiet);padding:0 .3rem}
#checks:has(#show-open:checked) .check.pass,#checks:has(#show-differing:checked) .check:not(.differing){display:none}
.none{display:none}#checks:has(#show-open:checked) .none.open,#checks:has(#show-differing:checked) .none.differing{display:block}
figure{margin:.6rem 0 1.2rem}figcaption{color:var(--quiet);font-size:.9rem}
svg{max-width:100%;height:auto;display:block}.topology{width:100%;margin:0 auto}.chart{width:40rem}
svg text{fill:var(--ink)}.topology text{text-anchor:middle;font-size:13px}.topology .small{font-size:10.5px;fill:var(--quiet)}
.node{fill:var(--soft);stroke:var(--quiet);stroke-width:1.5}.host .node{fill:var(--paper)}.wire{stroke:var(--quiet);stroke-width:1.6}
.tunnel{fill:none;stroke:var(--blue);stroke-width:7;stroke-linecap:round;opacity:.35}.topology .tunnel-name{fill:var(--blue);font-size:12px}
.axis{fill:none;stroke:var(--quiet)}svg .tick{font-size:11.5px;fill:var(--quiet)}.limit{stroke:var(--bad);stroke-dasharray:5 4;fill:none}
.predicted{fill:none;stroke:var(--blue);stroke-width:2}.measured{fill:var(--good);stroke:var(--paper);stroke-width:1.5}
.window{fill:var(--blue);opacity:.3}.mark{stroke:var(--good);stroke-width:3}.mark.bad{stroke:var(--bad)}
footer{margin-top:3rem;color:var(--quiet);font-size:.88rem}
@media print{body{max-width:none;padding:0;font-size:11px}nav,fieldset,.skip{display:none}pre{max-height:none;white-space:pre-wrap}.check,figure{break-inside:avoid}}
`;
