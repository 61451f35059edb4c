import { checkBody } from '../../bench/asking-service.js'

/** What one request came to: 0 where there was no answer, and how long it took. */
export interface AskedOnce {
  readonly status: number
  readonly code?: string | undefined
  readonly determinationId?: string
  readonly retryAfter: string | null
  readonly ms: number
}

/** Asks one check (or another route) and tells what came of it; does not reject. */
export async function askOnce(
  url: string,
  authorization: string,
  {
    path = '/v1/authorization-checks',
    body = checkBody,
    headers = {},
  }: {
    readonly path?: string
    readonly body?: string | undefined
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<AskedOnce> {
  const began = performance.now()
  const isPost = path === '/v1/authorization-checks'
  try {
    const response = await fetch(`${url}${path}`, {
      method: isPost ? 'POST' : 'GET',
      headers: { authorization, ...(isPost ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(isPost ? { body } : {}),
      signal: AbortSignal.timeout(20_000),
    })
    const said = (await response.json()) as { code?: string; determinationId?: string }
    return {
      status: response.status,
      code: said.code,
      ...(said.determinationId === undefined ? {} : { determinationId: said.determinationId }),
      retryAfter: response.headers.get('retry-after'),
      ms: performance.now() - began,
    }
  } catch {
    return { status: 0, retryAfter: null, ms: performance.now() - began }
  }
}
