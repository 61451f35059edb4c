/**
 * What a credential can be allowed to do. The list is closed, so a misspelt scope is found where it
 * is written.
 */
export const scopes = [
  'checks:write',
  'policies:read',
  'policies:write',
  'audit:read',
  'audit:replay',
  'admin:keys',
  'metrics:read',
  'admin:process',
] as const
export type Scope = (typeof scopes)[number]

/** What a route declares: the scope that it needs, or that it is public. */
export type RouteAccess = Scope | 'public'

/** Whether a text is one of the scopes. */
export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text)
}
