import type { Server, Socket } from 'node:net'
import { integerIn } from '../model/index.js'
import type { Injection } from './injections.js'

/** A dependency behind a door that can be shut. */
export interface TcpProxy extends Injection {
  /** Where to connect to instead, on loopback. */
  readonly port: number
  /** Ends it, with all connections. */
  close(): Promise<void>
}

/**
 * A TCP proxy in this process, in front of a dependency on loopback. While the injection lasts, connections are reset and new ones
 * are too: the dependency is down.
 *
 * @throws ConfigError when `port` is none. Rejects when it cannot listen.
 * @example
 * const door = await tcpProxy(5432)
 * const pool = connect({ port: door.port })
 * door.begin() // down
 */
export async function tcpProxy(port: number): Promise<TcpProxy> {
  integerIn('tcpProxy.port', port, 1, 65_535)
  const { connect, createServer } = process.getBuiltinModule('node:net')
  const open = new Set<Socket>()
  let down = false
  const server = createServer((client) => {
    keep(open, client)
    if (down) return client.resetAndDestroy()
    const behind = connect(port, '127.0.0.1')
    keep(open, behind)
    client.pipe(behind)
    behind.pipe(client)
    behind.on('close', () => client.destroy())
    client.on('close', () => behind.destroy())
  })
  await listening(server)
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy()
  }
  return {
    name: `nothing answers on port ${port}`,
    port: (server.address() as { port: number }).port,
    begin() {
      down = true
      cut()
    },
    end() {
      down = false
    },
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket)
  socket.on('error', () => undefined)
  socket.on('close', () => open.delete(socket))
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}
