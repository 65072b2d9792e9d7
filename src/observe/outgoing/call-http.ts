import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Boundary } from './boundary.js'

/** One request. */
export interface HttpCall {
  readonly url: URL
  /** @defaultValue `'GET'` */
  readonly method?: string
  /** @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Which addresses may be called: what is judged is the one that is connected to. */
  readonly boundary: Boundary
  /** Certificates that are trusted, in PEM; those of Node without. */
  readonly ca?: string | undefined
  readonly signal: AbortSignal
}

/** What a request was answered with. */
export interface HttpAnswer {
  readonly status: number
  /** Whether that is 200 to 299. */
  readonly isOk: boolean
  /** When the certificate of the other side ends, in milliseconds since the epoch; `undefined` without TLS. */
  readonly ends: number | undefined
}

/**
 * What a request is answered with; the body is not read, redirects are not followed, no connection is kept. Async, so that a host that is
 * refused rejects.
 */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { url, method = 'GET', body, boundary, ca, signal } = call
  boundary.check(url.hostname)
  const isSecure = url.protocol === 'https:'
  const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
  const headers = { 'user-agent': 'pi-uptime', accept: '*/*', ...call.headers, ...length }
  const options = { method, agent: false, headers, signal, lookup: boundary.lookup, ...(ca !== undefined && { ca }) }
  return new Promise((resolve, reject) => {
    const request = (isSecure ? secure : plain)(url, options, (response) => {
      const ends = isSecure ? endOf(response.socket as TLSSocket) : undefined
      response.on('error', () => undefined) // it is let go
      response.destroy()
      const status = response.statusCode ?? 0
      resolve({ status, isOk: status >= 200 && status < 300, ends })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** When the certificate of the other side ends, in milliseconds since the epoch. */
export function endOf(socket: TLSSocket): number | undefined {
  const ends = new Date(socket.getPeerCertificate().valid_to).getTime()
  return Number.isFinite(ends) ? ends : undefined
}
