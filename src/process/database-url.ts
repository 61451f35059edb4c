const advice =
  'percent-encode what stands in user and password (@ is %40, : %3A, / %2F, # %23, ? %3F, % %25), or leave the password out and set PGPASSWORD'

/**
 * Why a parser would misread a database URL, and what to do; undefined where it is well formed. The
 * text repeats no part of the URL, because it contains a password.
 */
export function faultOfDatabaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return `is not a URL; ${advice}`
  const { pathname, search, hash, username, password } = new URL(text)
  // After an unescaped /, ? or # in a password the parser takes the rest, with the @, for a path,
  // query or fragment.
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
