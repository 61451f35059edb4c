import { Type, type Static } from 'typebox'

const hostName = '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?'
const origin = 'https?://[a-z0-9.-]+(:[0-9]{1,5})?'

/** HTTPS, the web origins that may call, the accepted host names, and the pages of the service. */
export const WebSettings = Type.Object({
  TLS_CERT_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Certificate chain (PEM) to serve HTTPS with; needs `TLS_KEY_FILE`. Absent: HTTP, for a proxy in front.',
    }),
  ),
  TLS_KEY_FILE: Type.Optional(
    Type.String({ minLength: 1, description: 'Private key (PEM) of the certificate.' }),
  ),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      pattern: `^${origin}(,${origin})*$`,
      description:
        'Web origins whose pages may call, exact and separated by commas (`https://desk.example`); absent: none.',
    }),
  ),
  OPEN_HOSTS: Type.Optional(
    Type.String({
      pattern: `^${hostName}(,${hostName})*$`,
      description:
        'Host names, separated by commas, under which a process without credentials is asked, beside `localhost`, `127.0.0.0/8` and `[::1]`; requests under any other name are answered 421.',
    }),
  ),
  API_DOCS: Type.Enum(['on', 'off'], {
    default: 'on',
    description: '`off`: `/docs` and `/openapi.json` are not served.',
  }),
})
type WebSettings = Readonly<Static<typeof WebSettings>>

/** What is missing for HTTPS; undefined if both of its files are configured, or neither. */
export function faultOfWebSettings(config: WebSettings): string | undefined {
  if ((config.TLS_CERT_FILE === undefined) !== (config.TLS_KEY_FILE === undefined))
    return 'TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or neither'
  return undefined
}
