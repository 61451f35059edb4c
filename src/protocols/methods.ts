import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ProblemError } from './problem.js'

const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Remembers every route that is registered after it; `refuse` then answers their other methods with 405 and Allow. */
export function watchMethods (app: FastifyInstance): { refuseOthers: () => void } {
  const taken = new Map<string, Set<string>>()
  app.addHook('onRoute', route => {
    const known = taken.get(route.url) ?? new Set()
    for (const method of [route.method].flat()) known.add(method.toUpperCase())
    taken.set(route.url, known)
  })
  return {
    refuseOthers () {
      for (const [url, known] of [...taken]) {
        // A wildcard for every method would shadow the 404 of all that lies under it; `x/` is registered with `x`.
        if (url.endsWith('*') || url.endsWith('/')) continue
        refuse(app, url, known)
      }
    }
  }
}

function refuse (app: FastifyInstance, url: string, known: ReadonlySet<string>): void {
  const allow = [...known].sort().join(', ')
  const others = methods.filter(method => !known.has(method))
  if (others.length === 0) return
  app.route({
    method: others, url, schema: { hide: true },
    // Before the body is read: its type does not matter to a method that is not taken.
    onRequest: async () => { throw new ProblemError('method-not-allowed', `This route takes ${allow}.`, [], { allow }) },
    handler: async () => undefined
  })
}
