import { contentPolicyOf, sharedStyle } from './style.js'

/** The style of the page of an answer: one constant text. */
export const answerStyle = `${sharedStyle}.warnings li{border:.1em solid #000;border-left-width:.5em;padding:.1em .5em;margin-top:.3em;font-weight:bold}
ol{margin:0;padding-left:1.6em}
li{margin-bottom:.2em;break-inside:avoid}
ol ul,.points{list-style:"– ";padding-left:1.1em}
.group{margin:.2em 0 .35em}
.verdict{font-weight:bold}
main table{font-size:.95em}
main th[scope=row]{width:11em}
main td.verdict{width:11em}
.place{font-weight:bold}
.quiet{font-size:.9em}
tr{break-inside:avoid}
@media print{body{font-size:10pt}}
`

/** What a browser may load for it. */
export const answerContentPolicy = contentPolicyOf(answerStyle)
