import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'

/** A file of the pages. */
interface PageFile {
  readonly type: string
  readonly bytes: Buffer
  readonly etag: string
}

// Allows only what this process serves: no inline script or style, no foreign form, no frame. The
// style sheet has its icons as data:.
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Precert API</title>
<link rel="icon" type="image/svg+xml" href="/docs/static/precert.svg">
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
<link rel="stylesheet" href="/docs/static/precert.css">
</head>
<body>
<header><img src="/docs/static/precert.svg" alt="" width="24" height="24"> Precert</header>
<main id="pages"></main>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/static/precert.js"></script>
</body>
</html>
`

// The base layout has no bar for the address of another document.
const script = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#pages',
  layout: 'BaseLayout',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: 'list',
  syntaxHighlight: false,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
})
`

const style = `body { margin: 0; background: #fafafa }
header { display: flex; align-items: center; gap: 12px; padding: 12px 24px; background: #12343b; color: #fff; font: 600 20px system-ui, sans-serif }
`

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#2a7f7f"/><path d="M6 12.5l4 4 8-9" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>
`

let read: ReadonlyMap<string, PageFile> | undefined

// Read once for all applications of a process: one of the files is a bundle of two megabytes.
function pageFiles(): ReadonlyMap<string, PageFile> {
  const { resolve } = createRequire(import.meta.url)
  const library = (name: string): Buffer => readFileSync(resolve(`@fastify/swagger-ui/static/${name}`))
  const [css, js] = ['text/css; charset=utf-8', 'text/javascript; charset=utf-8']
  return (read ??= new Map([
    ['/docs', pageFile('text/html; charset=utf-8', html)],
    ['/docs/static/swagger-ui.css', pageFile(css, library('swagger-ui.css'))],
    ['/docs/static/swagger-ui-bundle.js', pageFile(js, library('swagger-ui-bundle.js'))],
    ['/docs/static/precert.css', pageFile(css, style)],
    ['/docs/static/precert.js', pageFile(js, script)],
    ['/docs/static/precert.svg', pageFile('image/svg+xml', icon)],
  ]))
}

function pageFile(type: string, content: string | Buffer): PageFile {
  const bytes = Buffer.from(content)
  return { type, bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}

/**
 * Serves the pages at /docs from memory. A file streamed from disk would stay open when a caller
 * disconnects before its turn in a pipeline. Only the files of @fastify/swagger-ui are used.
 */
export function registerDocsPages(app: FastifyInstance): void {
  for (const [url, { type, bytes, etag }] of pageFiles())
    app.get(url, { config: { access: 'public' }, schema: { hide: true } }, async ({ headers }, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache', 'content-security-policy': pagePolicy })
      return headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(bytes)
    })
  app.get('/docs/', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/docs'),
  )
}
