const advice =
  'percent-encode what stands in user and password (@ is %40, : %3A, / %2F, # %23, ? %3F, % %25), or leave the password out and set PGPASSWORD'

/**
 * Why a database URL would be read otherwise than it was meant, and what to do; undefined where it
 * is well formed. Repeats nothing of the URL, because it holds a password.
 */
export function faultOfDatabaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return `is not a URL; ${advice}`
  const { pathname, search, hash, username, password } = new URL(text)
  // After an unescaped one of these in a password the parser sees a path, a query or a fragment,
  // and the @ lies in there.
  if (hash !== '' || pathname.includes('@') || search.includes('@'))
    return `has a character in its password that ends it; ${advice}`
  try {
    decodeURIComponent(username + password)
  } catch {
    return `has a % that does not begin an encoded character; ${advice}`
  }
  // Our parser takes the last @ for the end of the password; pg_dump and psql take the first.
  if (/^[^/]*\/\/[^/]*@[^/]*@/.test(text)) return `has more than one @; ${advice}`
  return undefined
}
