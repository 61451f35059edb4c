import { createHash } from 'node:crypto'
import { points } from './fit.js'

/**
 * The style of the page. It is one constant text, so that the content security policy can contain
 * its hash.
 */
export const pageStyle = `
@page{margin:9mm 10mm}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.2rem;max-width:64rem;color:#000;background:#fff;font:16px/1.4 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
a{color:inherit;overflow-wrap:anywhere}
header{border-bottom:.2em solid #000;padding-bottom:.4em;margin-bottom:.5em}
.top{display:flex;justify-content:space-between;align-items:flex-end;gap:1em}
h1{font-size:1.75em;line-height:1.1;margin:0}
h1 small{display:block;font-size:.5em;font-weight:normal;margin-top:.25em}
.answer{border:.16em solid #000;border-radius:.3em;padding:.2em .6em;text-align:center;flex:none;max-width:45%}
.answer b{display:block;font-size:1.2em}
.meta{margin:.35em 0 0}
.warnings{margin:.4em 0 0;padding:0;list-style:none}
.warnings li{border:.1em solid #000;border-left-width:.5em;padding:.1em .5em;margin-top:.2em;font-weight:bold}
.columns{columns:2;column-gap:1.4em}
h2{font-size:1.05em;margin:0 0 .25em;padding:.1em .4em;border:.1em solid #000;border-left-width:.5em;break-after:avoid}
h3{font-size:1em;margin:.3em 0 .1em;break-after:avoid}
main section{margin-bottom:.55em}
ul{margin:0;padding:0;list-style:none}
.items>li{position:relative;padding-left:1.4em;margin-bottom:.25em;break-inside:avoid-column}
.items>li::before{content:"";position:absolute;left:.1em;top:.2em;width:.8em;height:.8em;border:.1em solid #000}
.items>li.undecided::before,.items>li.not-held::before{border:0;width:auto;height:auto;top:0;font-weight:bold}
.items>li.undecided::before{content:"!"}
.items>li.not-held::before{content:"?"}
.items li li{padding-left:.9em;text-indent:-.9em}
.items li li::before{content:"– "}
.tag{font-weight:bold}
.mark{border:.08em solid #000;padding:0 .25em;font-size:.85em;font-weight:bold;white-space:nowrap}
.mark.fictional-source{border-style:double;border-width:.2em}
.reading,.note{font-style:italic}
.gap{font-weight:bold}
.gap::before{content:"\\25a1  "}
.outline{border:.1em solid #000;padding:.3em .5em;margin-bottom:.55em}
.outline>div{display:grid;grid-template-columns:repeat(3,1fr);column-gap:1.2em}
.outline section{margin:0}
table{width:100%;border-collapse:collapse;font-size:.86em}
td:nth-child(n+3){white-space:nowrap}
caption{text-align:left;font-weight:bold}
th,td{text-align:left;vertical-align:top;padding:.08em .4em .08em 0;border-top:.06em solid #000}
footer{border-top:.15em solid #000;margin-top:.3em;padding-top:.25em;font-size:.9em}
footer p{margin:.2em 0 0}
@media screen and (max-width:46rem){.columns{columns:1}.outline>div{display:block}.top{display:block}.answer{max-width:none;margin-top:.5em}.table{overflow-x:auto}}
@media print{body{padding:0;max-width:none;line-height:1.25}
a{text-decoration:none}
${points.map((size, at) => `.s${at + 1}{font-size:${size}pt}`).join('')}}
`

/** What a browser may load for the page: its own style, by hash. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
