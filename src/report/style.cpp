// SPDX-License-Identifier: Apache-2.0
#include "report/style.hpp"

#include <string>

#include <fmt/core.h>

namespace sinew::report {

std::string_view palette_style() {
    return R"css(
:root{--paper:#faf9f6;--card:#fff;--ink:#1d1c1a;--soft:#5d5950;--line:#e3dfd6;--fill:#f1eee7;
--yes:15 118 106;--no:190 64 14;--odd:112 82 160;--open:112 108 98;
--c0:#1f5fbf;--c1:#be400e;--c2:#0f766a;--c3:#7052a0;--c4:#8f6400;--c5:#b02a66;--link:#1f5fbf}
@media screen and (prefers-color-scheme:dark){:root{--paper:#15171b;--card:#1d2025;--ink:#ebe8e2;--soft:#a9a59c;--line:#343941;--fill:#272b32;
--yes:79 201 184;--no:255 148 98;--odd:190 164 236;--open:168 164 154;
--c0:#82b1ff;--c1:#ff9462;--c2:#4fc9b8;--c3:#bea4ec;--c4:#e3b95a;--c5:#ff8ab8;--link:#82b1ff}
:root{color-scheme:dark}})css";
}

std::string_view chart_style() {
    return R"css(
.chart text{font-size:12.5px;fill:var(--soft)}
.chart .grid{display:inline;stroke:var(--line);stroke-width:1;fill:none}
.chart .axis{stroke:var(--soft);stroke-width:1;fill:none}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}
.line{stroke:var(--c);stroke-width:2.2;fill:none;stroke-linejoin:round;stroke-linecap:round}.dashed{stroke-dasharray:6 5}
.band{fill:var(--c);fill-opacity:.2;stroke:none}.whisker{stroke:var(--c);stroke-width:7;stroke-opacity:.3;stroke-linecap:round}
.dot{fill:var(--card);stroke:var(--c);stroke-width:2.2})css";
}

namespace {
std::string_view page_style() {
    return R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Inter,"Source Sans 3","Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
code,pre,.mono{font-family:"JetBrains Mono","SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,button:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.wrap{max-width:66rem;margin:0 auto;padding:0 1.5rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.3rem .8rem}
header.top{padding:2.4rem 0 1.7rem}
.eyebrow{margin:0 0 .7rem;font-size:.82rem;letter-spacing:.02em;color:var(--soft)}
.eyebrow b{color:var(--ink);font-weight:700;letter-spacing:0}
h1{font-size:clamp(1.45rem,1.05rem + 1.7vw,2.1rem);line-height:1.22;letter-spacing:-.018em;font-weight:650;margin:0;max-width:30em;text-wrap:balance}
h2{font-size:1.32rem;line-height:1.3;letter-spacing:-.01em;font-weight:650;margin:0 0 1rem}
h3{font-size:1rem;line-height:1.35;font-weight:650;margin:0}
h4{font-size:.95rem;font-weight:650;margin:0}
p{margin:0 0 .8rem}
.lead{max-width:44em;color:var(--soft);margin:.9rem 0 0}
nav{border-block:1px solid var(--line)}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;list-style:none;margin:0;padding:.55rem 0;font-size:.88rem}
nav a{color:var(--soft);text-decoration:none;display:inline-block;padding:.15rem 0}nav a:hover{color:var(--ink);text-decoration:underline}
section{padding:1.8rem 0 0}
section+section{border-top:1px solid var(--line);margin-top:1.3rem}
[id$=verdict]>h2,[id$=verdict]>h3{position:absolute;left:-99rem}#verdict{padding-top:1.6rem}
.part>section>h3{font-size:1.14rem;margin-bottom:.8rem}.part>.lead{margin:0 0 .4rem}
.part>section{padding-top:1.4rem}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:0 1.2rem;align-items:start;background:var(--card);border:1px solid var(--line);border-left:6px solid rgb(var(--tone));
border-radius:10px;padding:1.4rem 1.6rem;margin:0 0 1.2rem}
.verdict svg{width:2.9rem;height:2.9rem;color:rgb(var(--tone));margin-top:.1rem}
.verdict .word{font-size:1.55rem;font-weight:700;letter-spacing:-.015em;line-height:1.2;margin:0 0 .3rem;color:rgb(var(--tone))}
.verdict .meaning{margin:0;max-width:46em;font-size:1.05rem}
.yes{--tone:var(--yes)}.no{--tone:var(--no)}.odd{--tone:var(--odd)}.open{--tone:var(--open)}
.facts{display:flex;flex-wrap:wrap;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:0 0 1.2rem;padding:0}
.facts>div{flex:1 1 9.2rem;padding:.8rem 1rem;box-shadow:1px 1px 0 0 var(--line)}
.facts dt{font-size:.8rem;color:var(--soft);line-height:1.3}
.facts dd{margin:.15rem 0 0;font-size:1.16rem;font-weight:620;line-height:1.3;letter-spacing:-.01em}
.facts dd small{display:block;font-size:.78rem;font-weight:400;color:var(--soft);letter-spacing:0}
.rests{list-style:none;padding:0;margin:0}
.rests li{display:grid;grid-template-columns:1.5rem 1fr;gap:.5rem;padding:.5rem 0;border-top:1px solid var(--line);max-width:52rem}
.rests li:first-child{border-top:0}
.rests li>i{font-style:normal;font-weight:700;color:rgb(var(--tone));text-align:center}
.rests b{font-weight:620}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.2rem;align-items:start;margin-bottom:1.2rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.2rem;margin:0 0 1.2rem;min-width:0}
.grid>.card{margin:0}
.card>h3{margin-bottom:.6rem}
figure{margin:0 0 1.2rem}
figcaption{margin-bottom:.5rem}
.told{font-size:.88rem;color:var(--soft);margin:.2rem 0 0}
.note{font-size:.88rem;color:var(--soft);max-width:52rem}
.axis-name{font-size:.78rem;color:var(--soft);margin:.5rem 0 -.1rem}
svg.chart{display:block;width:100%;max-width:40rem;height:auto;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:.5rem 0 0;padding:0;font-size:.84rem}
.legend li{display:flex;align-items:center;gap:.45rem}
.swatch{display:inline-block;width:1.3rem;border-top:3px solid var(--c)}.swatch.dashed{border-top-style:dashed}
.swatch.area{height:.8rem;border:0;background:var(--c);opacity:.3;border-radius:2px}
.swatch.box{width:.8rem;height:.8rem;border:0;background:rgb(var(--tone));border-radius:2px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card);margin:0 0 1.2rem;-webkit-overflow-scrolling:touch}
.scroll.tall{max-height:34rem;overflow-y:auto}
.card .scroll{border-radius:6px;margin-bottom:0}
table{border-collapse:collapse;width:100%;font-size:.88rem;overflow-wrap:normal}
caption{text-align:left;color:var(--soft);font-size:.84rem;padding:.7rem .9rem .2rem}
th,td{padding:.4rem .9rem;text-align:left;vertical-align:middle;border-bottom:1px solid var(--line)}
tr:last-child>td,tr:last-child>th{border-bottom:0}
thead th{font-weight:600;font-size:.8rem;color:var(--soft);white-space:nowrap;background:var(--card);border-bottom:1px solid var(--line)}
.tall thead th{position:sticky;top:0;z-index:1;box-shadow:0 1px 0 var(--line)}
tbody th{font-weight:500}
td.n,th.n{text-align:right}
td.by{white-space:nowrap}
td.mono{max-width:26rem;overflow-wrap:anywhere;min-width:8rem}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;white-space:nowrap}
th button::after{content:"\2195";opacity:.45;margin-left:.3rem}
th[aria-sort=ascending] button::after{content:"\2191";opacity:1}th[aria-sort=descending] button::after{content:"\2193";opacity:1}
.tag{display:inline-flex;align-items:center;gap:.4rem;white-space:nowrap;font-weight:560;color:rgb(var(--tone))}
.tag::before{content:"";width:.6rem;height:.6rem;border-radius:50%;background:rgb(var(--tone))}
.tag.no::before{border-radius:1px;transform:rotate(45deg) scale(.9)}.tag.open::before{background:none;border:2px solid rgb(var(--tone))}.tag.odd::before{border-radius:1px}
.pair{display:inline-flex;gap:3px;vertical-align:middle}
img{image-rendering:pixelated;display:block;background:var(--fill)}
.pair img{width:34px;height:34px;object-fit:contain;border-radius:2px}
.stack{display:flex;height:1.15rem;border-radius:4px;overflow:hidden;background:var(--fill);min-width:8rem}
.stack i{display:block;background:rgb(var(--tone));border-right:1px solid var(--card)}.stack i:last-child{border-right:0}
.stack i.open{background:repeating-linear-gradient(45deg,rgb(var(--tone)) 0 3px,rgb(var(--tone)/.55) 3px 6px)}
.stack.big{height:1.7rem;border-radius:6px}
.bars{display:grid;grid-template-columns:minmax(5rem,max-content) 1fr max-content;gap:.4rem .8rem;align-items:center;font-size:.88rem;margin:0}
.bars .label{min-width:0;max-width:22rem}
.bars .track{height:.95rem;background:var(--fill);border-radius:3px;position:relative;min-width:3rem;overflow:hidden}
.bars .track i{position:absolute;top:0;bottom:0;background:var(--bar,var(--c0));border-radius:2px}
.bars .track.mid::after{content:"";position:absolute;left:50%;top:0;bottom:0;border-left:1px solid var(--soft)}
.bars .value{text-align:right;white-space:nowrap}
.heat td{text-align:center;border:2px solid var(--card);background:rgb(var(--tone)/var(--v));min-width:2.6rem;border-radius:6px}
.heat td.strong{color:var(--card);font-weight:620}
.heat thead th{text-align:center}.heat tbody th{white-space:nowrap}
.trio{display:grid;grid-template-columns:repeat(auto-fill,minmax(17.5rem,1fr));gap:1.1rem;margin:0 0 1.2rem}
.trio figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.8rem}
.trio .row{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem}
.trio img{width:100%;aspect-ratio:1;object-fit:contain;border-radius:4px}
.trio figcaption{margin:.55rem 0 0;font-size:.86rem;line-height:1.4}
.trio small{display:block;text-align:center;color:var(--soft);font-size:.74rem;margin-top:.2rem}
.trio.large{grid-template-columns:minmax(0,42rem)}
.strip{display:flex;flex-wrap:wrap;gap:.55rem;list-style:none;margin:0 0 1.2rem;padding:0}
.strip li{flex:0 1 auto;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--c,var(--soft));border-radius:8px;padding:.55rem .8rem;min-width:6.6rem;font-size:.84rem;line-height:1.35}
.strip b{display:block;font-size:1.05rem;font-weight:640}
.strip span{color:var(--soft);display:block}
.cond{margin:.2rem 0 0;padding:0;list-style:none}
.cond .cond{margin:.1rem 0 .35rem;padding-left:1rem;border-left:2px solid var(--line)}
.cond li{padding:.1rem 0}
.cond em{font-style:normal;font-size:.84rem;color:var(--soft)}
.asked{display:grid;grid-template-columns:max-content 1fr;gap:.45rem 1.4rem;margin:0}
.asked.card{margin-bottom:1.2rem}
.asked dt{color:var(--soft);font-size:.9rem}.asked dd{margin:0;min-width:0}
.cmd{position:relative;margin:0 0 .9rem}
.cmd pre{margin:0;background:var(--fill);border-radius:8px;padding:.85rem 1rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.cmd button{position:absolute;top:.5rem;right:.5rem;font:600 .78rem/1 inherit;font-family:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.35rem .6rem;cursor:pointer}
.cmd.copies pre{padding-right:4.6rem}
details{margin:0 0 1.2rem}
summary{cursor:pointer;font-weight:560;padding:.3rem 0;color:var(--link)}
details[open]>summary{margin-bottom:.6rem}
footer{border-top:1px solid var(--line);margin-top:3rem;padding:1.3rem 0 3rem;font-size:.84rem;color:var(--soft)}
@media (max-width:560px){.wrap{padding:0 1rem}header.top{padding-top:1.6rem}.verdict{grid-template-columns:1fr;padding:1.1rem 1.1rem}.verdict svg{width:2.2rem;height:2.2rem;margin-bottom:.5rem}
.asked{grid-template-columns:1fr;gap:.1rem}.asked dd{margin-bottom:.6rem}th,td{padding:.4rem .65rem}.facts>div{flex-basis:40%}.card{padding:.9rem}
.bars{grid-template-columns:1fr max-content}.bars .label{grid-column:1/-1;margin-bottom:-.25rem}.chart text{font-size:14.5px}}
@media print{@page{margin:14mm}body{font-size:10.5pt;background:#fff}:root{--paper:#fff}.wrap{max-width:none;padding:0}nav,.skip,.cmd button,th button::after{display:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}section{padding-top:1.2rem}section+section{margin-top:1rem}.verdict,.card,.facts,figure,tr,.trio figure,.strip li,.cmd{break-inside:avoid}h2,h3{break-after:avoid}
.scroll,.scroll.tall{overflow:visible;max-height:none}.tall thead th{position:static}thead{display:table-row-group}header.top{padding-top:0}.cmd.copies pre{padding-right:1rem}.grid{grid-template-columns:1fr 1fr}svg.chart{max-width:100%}}
)css";
}
}  // namespace

std::string_view style() {
    static const std::string whole = fmt::format("{}{}{}", palette_style(), chart_style(), page_style());
    return whole;
}

std::string_view script() {
    return R"js(
for(const t of document.querySelectorAll('table.sorts')){
const body=t.tBodies[0];
for(const h of t.tHead.rows[0].cells){
if(!h.dataset.sort)continue;
const b=document.createElement('button');b.type='button';b.append(...h.childNodes);h.append(b);
b.addEventListener('click',()=>{
const up=h.getAttribute('aria-sort')!=='ascending',i=h.cellIndex,n=h.dataset.sort==='n';
for(const o of t.tHead.rows[0].cells)o.removeAttribute('aria-sort');
h.setAttribute('aria-sort',up?'ascending':'descending');
const key=r=>{const c=r.cells[i],v=c.dataset.v??c.textContent.trim();return n?(v===''||v==='\u2013'?null:Number(v.replace(/,/g,''))):v};
const rows=Array.from(body.rows,r=>[key(r),r]);
rows.sort(([a],[c])=>a===c?0:a===null?1:c===null?-1:(a<c?-1:1)*(up?1:-1));
body.append(...rows.map(r=>r[1]))})}}
for(const c of document.querySelectorAll('.cmd')){
if(!navigator.clipboard)break;
const b=document.createElement('button');b.type='button';b.textContent='Copy';c.classList.add('copies');c.append(b);
b.addEventListener('click',()=>navigator.clipboard.writeText(c.querySelector('pre').textContent).then(()=>{b.textContent='Copied';setTimeout(()=>{b.textContent='Copy'},1500)},()=>{b.textContent='Select it'}))}
addEventListener('beforeprint',()=>{for(const d of document.querySelectorAll('details'))d.open=true});
)js";
}

std::string_view script_hash() {
    return "sha256-0RK6wj/YwRUlA+iMI0kQ+GJ75NIAACdYUQADL5Bu7IM=";
}

}  // namespace sinew::report
