import { isIP, connect as plain, type Socket } from 'node:net'
import { connect as secure } from 'node:tls'
import type { Boundary } from '../outgoing/boundary.js'
import { endOf } from '../outgoing/call-http.js'
import type { ProbeTarget } from '../probe-target.js'

/** What a connection showed. */
interface Shown {
  /** When the certificate ends, in milliseconds since the epoch. */
  readonly ends?: number | undefined
  /** Why it is not trusted. */
  readonly refusal?: string
}

/** Connects and hangs up: nothing is sent, so a certificate that is not trusted may be looked at. */
export async function connect(
  { kind, host, port }: Extract<ProbeTarget, { kind: 'tcp' | 'tls' }>,
  boundary: Boundary,
  ca: string | undefined,
  abort: AbortSignal,
): Promise<Shown> {
  boundary.check(host)
  const { lookup } = boundary
  if (kind === 'tcp') return open(plain({ host, port, lookup }), 'connect', abort, () => ({}))
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = secure({ host, port, lookup, ...name, rejectUnauthorized: false, ...(ca !== undefined && { ca }) })
  return open(socket, 'secureConnect', abort, () => {
    const refusal = socket.authorized ? {} : { refusal: `the certificate is not trusted: ${socket.authorizationError}` }
    return { ends: endOf(socket), ...refusal }
  })
}

async function open(socket: Socket, event: string, abort: AbortSignal, look: () => Shown): Promise<Shown> {
  const end = (): unknown => socket.destroy()
  abort.addEventListener('abort', end, { once: true })
  try {
    return await new Promise<Shown>((resolve, reject) => {
      socket.once(event, () => resolve(look()))
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection was closed')))
    })
  } finally {
    abort.removeEventListener('abort', end)
    end()
  }
}
