import { ConfigError, textIn } from '../model/index.js'
import type { ProbeCommand } from './probe.js'

/** What a probe asks, taken apart. */
export type ProbeTarget =
  | { readonly kind: 'http'; readonly name: string; readonly url: URL }
  | { readonly kind: 'tcp' | 'tls'; readonly name: string; readonly host: string; readonly port: number }
  | {
      readonly kind: 'dns'
      readonly name: string
      readonly domain: string
      readonly type: string
      readonly server: string | undefined
      readonly port: number
    }
  | { readonly kind: 'command'; readonly name: string; readonly path: string; readonly argv: readonly string[] }

const FORMS = "'http://…', 'https://…', 'tcp://host:port', 'tls://host:port', 'dns:name' or { command }"
const RECORDS = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']
const MOST_ARGUMENTS = 100
const LONGEST_NAME = 255

/** @throws ConfigError when it is none; without the target in it, which may hold a password. */
export function targetIn(target: string | ProbeCommand): ProbeTarget {
  if (typeof target === 'object' && target !== null) return commandIn(target)
  const url = typeof target === 'string' && URL.canParse(target) ? new URL(target) : undefined
  const kind = url?.protocol.slice(0, -1)
  if (url && (kind === 'http' || kind === 'https'))
    return { kind: 'http', name: cut(`${url.origin}${url.pathname}`), url }
  if (url && (kind === 'tcp' || kind === 'tls')) return socketIn(kind, url)
  if (url && kind === 'dns') return dnsIn(url)
  throw new ConfigError('probe.target', FORMS, typeof target === 'string' ? 'another text' : target)
}

function socketIn(kind: 'tcp' | 'tls', url: URL): ProbeTarget {
  const host = bare(url.hostname)
  const port = Number(url.port)
  if (host === '' || port < 1) throw new ConfigError('probe.target', `'${kind}://host:port'`, url.host)
  return { kind, name: cut(`${kind}://${url.host}`), host, port }
}

/** @see RFC 4501 */
function dnsIn(url: URL): ProbeTarget {
  const domain = decodeURIComponent(url.pathname.replace(/^\//, ''))
  const type = (url.searchParams.get('type') ?? 'A').toUpperCase()
  const server = bare(url.hostname) || undefined
  if (!/^[\w.-]{1,253}$/.test(domain))
    throw new ConfigError('probe.target', "'dns:name' or 'dns://server/name'", domain)
  if (!RECORDS.includes(type)) throw new ConfigError('probe.target', `a type of record: ${RECORDS.join(', ')}`, type)
  if (server !== undefined && process.getBuiltinModule('node:net').isIP(server) === 0)
    throw new ConfigError('probe.target', 'a DNS server by its address', server)
  const at = server === undefined ? '' : `//${url.host}/`
  return {
    kind: 'dns',
    name: cut(`dns:${at}${domain}?type=${type}`),
    domain,
    type,
    server,
    port: Number(url.port) || 53,
  }
}

function commandIn({ command, argv = [] }: ProbeCommand): ProbeTarget {
  const path = textIn('probe.command', command, 1_000)
  if (!path.startsWith('/') || path.includes('\0')) throw new ConfigError('probe.command', 'an absolute path', path)
  const fits = (text: unknown): boolean => typeof text === 'string' && text.length <= 4_096 && !text.includes('\0')
  if (!Array.isArray(argv) || argv.length > MOST_ARGUMENTS || !argv.every(fits))
    throw new ConfigError('probe.argv', `at most ${MOST_ARGUMENTS} strings`, argv)
  return { kind: 'command', name: cut(path), path, argv }
}

/** An IPv6 address without the brackets that a URL has around it. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

function cut(name: string): string {
  return name.slice(0, LONGEST_NAME)
}
