import { ConfigError } from '../../model/index.js'
import type { Boundary } from '../../observe/outgoing/boundary.js'
import { boundaryIn, checkHost, type ReachOptions } from '../../observe/outgoing/reach.js'

/** Where a channel sends, checked. */
export interface Target {
  readonly url: URL
  readonly host: string
  readonly boundary: Boundary
  readonly headers: Readonly<Record<string, string>>
}

/** Headers that belong to the connection. */
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

/** What a {@link Target} is made of, beside the address. */
interface TargetOptions extends ReachOptions {
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The address without its user, which goes into a header.
 *
 * @param inside - whether private addresses may be called where nothing is said.
 * @throws ConfigError that shows neither the address nor a header's value: both may hold secrets.
 */
export function targetOf(who: string, given: unknown, options: TargetOptions, inside = false): Target {
  const { href, host, username, password } = addressOf(given, who)
  const boundary = boundaryIn(who, options, inside)
  const url = withoutUser(href)
  checkHost(who, url, boundary)
  const headers = { 'content-type': 'application/json', ...basic(username, password) }
  return { url, host, boundary, headers: { ...headers, ...headersOf(options.headers ?? {}, who) } }
}

function addressOf(url: unknown, who: string): URL {
  if (typeof url === 'string' || url instanceof URL) {
    const address = URL.canParse(`${url}`) ? new URL(url) : undefined
    if (address?.protocol === 'http:' || address?.protocol === 'https:') return address
  }
  throw new ConfigError(`${who}.url`, 'an http or https address', hidden(url))
}

function withoutUser(href: string): URL {
  const address = new URL(href)
  address.username = ''
  address.password = ''
  return address
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
