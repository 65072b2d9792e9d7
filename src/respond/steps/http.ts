import {
  ConfigError,
  checkOptions,
  type Duration,
  describe,
  duration,
  inTime,
  oneOf,
  type Remediation,
  textIn,
} from '../../model/index.js'
import { boundaryIn, checkHost, REACH_OPTIONS, type ReachOptions } from '../../observe/outgoing/reach.js'

/** What an {@link http} step sends. */
export interface HttpOptions extends ReachOptions {
  /** @defaultValue method and host */
  readonly name?: string
  /** @defaultValue `'POST'` */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** They are shown nowhere. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>
  /** @defaultValue none */
  readonly body?: string
  /** From 10 ms to 1 h; the playbook's `timeout` ends it sooner. @defaultValue `'10s'` */
  readonly timeout?: Duration
  /** The request that takes it back; what may be called is the same where it says nothing else. @defaultValue none */
  readonly undo?: readonly [url: string, options?: HttpOptions]
}

/**
 * A step that asks another service, by one request. Any answer but 2xx fails it; redirects are not followed. Addresses
 * that lead inside are called only with `private` or `allow`, as with `probe()`. Of the answer only the
 * status is kept. Not tried again by itself: whether asking twice is harmless is the other service's matter.
 *
 * @throws ConfigError when an argument is out of range.
 * @example
 * http('http://127.0.0.1:9901/healthcheck/fail', { private: true, undo: ['http://127.0.0.1:9901/healthcheck/ok'] })
 */
export function http(url: string, options: HttpOptions = {}): Remediation {
  checkOptions('http', options, ['name', 'method', 'headers', 'body', 'timeout', 'undo', ...REACH_OPTIONS])
  const target = urlIn(url)
  const method = oneOf('http.method', options.method ?? 'POST', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
  const limit = duration('http.timeout', options.timeout ?? '10s', { min: 10, max: 36e5 })
  const boundary = boundaryIn('http', options)
  checkHost('http', target, boundary)
  const { headers = {}, body, undo, private: isPrivate = false, allow = [] } = options
  const back = undo && http(undo[0], { private: isPrivate, allow, ...undo[1] })
  return {
    name: textIn('http.name', options.name ?? `${method} ${target.host}`),
    async apply(_, { abort, clock }) {
      const late = (): Error => new Error(`${target.host} did not answer within ${describe(limit)}`)
      const { status, isOk } = await inTime({ clock, ms: limit, abort, late }, async (signal) => {
        const { callHttp } = await import('../../observe/outgoing/call-http.js')
        return callHttp({ url: target, method, headers, body, boundary, signal })
      })
      if (!isOk) throw new Error(`${target.host} answered ${status}`)
      return `${target.host} answered ${status}`
    },
    ...(back && { undo: async (incident, context) => void (await back.apply(incident, context)) }),
  }
}

function urlIn(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target && /^https?:$/.test(target.protocol)) return target
  throw new ConfigError('http.url', 'an address that begins with http:// or https://', '***')
}
