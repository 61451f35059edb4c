import { createHash } from 'node:crypto'

/** The part of the style that every page has: black on white, for screen and paper. */
export const sharedStyle = `
@page{margin:9mm 10mm}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.2rem;max-width:64rem;color:#000;background:#fff;font:16px/1.4 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
a{color:inherit;overflow-wrap:anywhere}
header{border-bottom:.2em solid #000;padding-bottom:.4em;margin-bottom:.5em}
.top{display:flex;justify-content:space-between;align-items:flex-end;gap:1em}
h1{font-size:1.75em;line-height:1.1;margin:0}
.answer{border:.16em solid #000;border-radius:.3em;padding:.2em .6em;text-align:center;flex:none;max-width:45%}
.answer b{display:block;font-size:1.2em}
.meta{margin:.35em 0 0}
h2{font-size:1.05em;margin:0 0 .25em;padding:.1em .4em;border:.1em solid #000;border-left-width:.5em;break-after:avoid}
h3{font-size:1em;margin:.3em 0 .1em;break-after:avoid}
main section{margin-bottom:.55em}
ul{margin:0;padding:0;list-style:none}
.mark{border:.08em solid #000;padding:0 .25em;font-size:.85em;font-weight:bold;white-space:nowrap}
.mark.fictional-source{border-style:double;border-width:.2em}
.reading,.note{font-style:italic}
table{width:100%;border-collapse:collapse;font-size:.86em}
caption{text-align:left;font-weight:bold}
th,td{text-align:left;vertical-align:top;padding:.08em .4em .08em 0;border-top:.06em solid #000}
footer{border-top:.15em solid #000;margin-top:.3em;padding-top:.25em;font-size:.9em}
footer p{margin:.2em 0 0}
@media screen and (max-width:46rem){.top{display:block}.answer{max-width:none;margin-top:.5em}.table{overflow-x:auto}}
@media print{body{padding:0;max-width:none;line-height:1.25}
a{text-decoration:none}}
`

/**
 * What a browser may load for a page: its own style, by hash. The style of a page is one constant
 * text, so this is too.
 */
export function contentPolicyOf(style: string): string {
  return `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}
