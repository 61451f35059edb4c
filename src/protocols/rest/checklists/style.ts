import { contentPolicyOf, sharedStyle } from '../../../rendering/pages/style.js'
import { points } from './fit.js'

/**
 * The style of the page. It is one constant text, so that the content security policy can contain
 * its hash.
 */
export const pageStyle = `${sharedStyle}h1 small{display:block;font-size:.5em;font-weight:normal;margin-top:.25em}
.warnings{margin:.4em 0 0;padding:0;list-style:none}
.warnings li{border:.1em solid #000;border-left-width:.5em;padding:.1em .5em;margin-top:.2em;font-weight:bold}
.columns{columns:2;column-gap:1.4em}
.items>li{position:relative;padding-left:1.4em;margin-bottom:.25em;break-inside:avoid-column}
.items>li::before{content:"";position:absolute;left:.1em;top:.2em;width:.8em;height:.8em;border:.1em solid #000}
.items>li.undecided::before,.items>li.not-held::before{border:0;width:auto;height:auto;top:0;font-weight:bold}
.items>li.undecided::before{content:"!"}
.items>li.not-held::before{content:"?"}
.items li li{padding-left:.9em;text-indent:-.9em}
.items li li::before{content:"– "}
.tag{font-weight:bold}
.gap{font-weight:bold}
.gap::before{content:"\\25a1  "}
.outline{border:.1em solid #000;padding:.3em .5em;margin-bottom:.55em}
.outline>div{display:grid;grid-template-columns:repeat(3,1fr);column-gap:1.2em}
.outline section{margin:0}
td:nth-child(n+3){white-space:nowrap}
@media screen and (max-width:46rem){.columns{columns:1}.outline>div{display:block}}
@media print{${points.map((size, at) => `.s${at + 1}{font-size:${size}pt}`).join('')}}
`

/** What a browser may load for the page. */
export const pagePolicy = contentPolicyOf(pageStyle)
