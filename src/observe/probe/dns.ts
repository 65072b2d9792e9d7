import { Resolver } from 'node:dns/promises'
import type { Boundary } from '../outgoing/boundary.js'
import type { ProbeTarget } from '../probe-target.js'

/** How many records there are. Rejects when the server does not answer, or knows none. */
export async function askDns(
  { domain, type, server, port }: Extract<ProbeTarget, { kind: 'dns' }>,
  boundary: Boundary,
  abort: AbortSignal,
): Promise<number> {
  const resolver = new Resolver({ tries: 1 })
  if (server !== undefined) {
    boundary.check(server)
    resolver.setServers([server.includes(':') ? `[${server}]:${port}` : `${server}:${port}`])
  }
  const cancel = (): void => resolver.cancel()
  abort.addEventListener('abort', cancel, { once: true })
  try {
    const records: unknown = await resolver.resolve(domain, type)
    return Array.isArray(records) ? records.length : 1
  } finally {
    abort.removeEventListener('abort', cancel)
  }
}
