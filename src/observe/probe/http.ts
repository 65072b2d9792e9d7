import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Boundary } from './boundary.js'
import { endOf } from './socket.js'

/** What a GET is answered with; the body is not read, and no connection is kept. */
export function askHttp(
  url: URL,
  boundary: Boundary,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly ends: number | undefined }> {
  boundary.check(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  const isSecure = url.protocol === 'https:'
  const headers = { 'user-agent': 'pi-uptime', accept: '*/*' }
  const options = { agent: false, headers, signal, lookup: boundary.lookup, ...(ca !== undefined && { ca }) }
  return new Promise((resolve, reject) => {
    const request = (isSecure ? secure : plain)(url, options, (response) => {
      const ends = isSecure ? endOf(response.socket as TLSSocket) : undefined
      response.on('error', () => undefined) // it is let go
      response.destroy()
      resolve({ status: response.statusCode ?? 0, ends })
    })
    request.on('error', reject)
    request.end()
  })
}
