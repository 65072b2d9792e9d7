import { ConfigError } from '../../model/index.js'

/** Where a channel sends, checked. */
export interface Target {
  readonly href: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

/** Headers that belong to the connection: `fetch` would reject each request. */
const FORBIDDEN = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * The address without its user, which goes into a header.
 *
 * @throws ConfigError that shows neither the address nor a header's value: both may hold secrets.
 */
export function targetOf(url: unknown, headers: Readonly<Record<string, string>>, who = 'webhook'): Target {
  const { href, host, username, password } = addressOf(url, who)
  const merged = {
    'content-type': 'application/json',
    'user-agent': 'pi-uptime',
    ...basic(username, password),
    ...headersOf(headers, who),
  }
  return { href: withoutUser(href), host, headers: merged }
}

function addressOf(url: unknown, who: string): URL {
  if (typeof url === 'string' || url instanceof URL) {
    const address = URL.canParse(`${url}`) ? new URL(url) : undefined
    if (address?.protocol === 'http:' || address?.protocol === 'https:') return address
  }
  throw new ConfigError(`${who}.url`, 'an http or https address', hidden(url))
}

function withoutUser(href: string): string {
  const address = new URL(href)
  address.username = ''
  address.password = ''
  return address.href
}

function basic(username: string, password: string): Record<string, string> {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function headersOf(headers: Readonly<Record<string, string>>, who: string): Record<string, string> {
  try {
    const checked = Object.fromEntries(new Headers(headers))
    if (!FORBIDDEN.some((name) => name in checked)) return checked
  } catch {
    // said below, without the value
  }
  throw new ConfigError(`${who}.headers`, `HTTP headers, none of ${FORBIDDEN.join(', ')}`, hidden(headers))
}

function hidden(value: unknown): unknown {
  return value === undefined || value === null || value === '' ? value : `(hidden ${typeof value})`
}
