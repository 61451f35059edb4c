import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ProblemError } from './problem.js'

// All methods that Fastify routes. Any other method finds no route.
const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

/**
 * Remembers every route that is registered later. `refuse` then answers their other methods with
 * 405 and Allow.
 */
export function watchMethods(app: FastifyInstance): { refuseOthers: () => void } {
  const taken = new Map<string, Known>()
  app.addHook('onRoute', (route) => {
    const known = taken.get(route.url) ?? { methods: new Set(), isPublic: true }
    for (const method of [route.method].flat()) known.methods.add(method.toUpperCase())
    known.isPublic &&= route.config?.access === 'public'
    taken.set(route.url, known)
  })
  return {
    refuseOthers() {
      for (const [url, known] of [...taken]) {
        // A wildcard for every method would hide the 404 of the paths under it; `x/` is registered
        // with `x`.
        if (url.endsWith('*') || url.endsWith('/')) continue
        refuse(app, url, known)
      }
    },
  }
}

interface Known {
  readonly methods: Set<string>
  isPublic: boolean
}

function refuse(app: FastifyInstance, url: string, { methods: known, isPublic }: Known): void {
  const allow = [...known].sort().join(', ')
  const others = methods.filter((method) => !known.has(method))
  if (others.length === 0) return
  app.route({
    method: others,
    url,
    schema: { hide: true },
    config: { access: isPublic ? 'public' : 'any-credential' },
    // Refused before the body is read, because its type does not matter here.
    onRequest: async () => {
      throw new ProblemError('method-not-allowed', `This route takes ${allow}.`, [], { allow })
    },
    handler: async () => undefined,
  })
}
