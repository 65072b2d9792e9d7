import type { Server, Socket } from 'node:net'
import { checkOptions, integerIn, oneOf } from '../model/index.js'
import type { Injection } from './injections.js'

/** A dependency behind a door that can be shut. */
export interface TcpProxy extends Injection {
  /** Where to connect to instead, on loopback. */
  readonly port: number
  /** Ends it, with all connections. */
  close(): Promise<void>
}

/** What a {@link tcpProxy} does while the injection lasts. */
export interface TcpProxyOptions {
  /**
   * `'reset'`: connections are reset, new ones too, as by a dependency that is down. `'silence'`: they stay open and nothing passes, as when a cable is cut; what was sent
   * meanwhile arrives afterwards. @defaultValue `'reset'`
   */
  readonly mode?: 'reset' | 'silence'
}

/**
 * A TCP proxy in this process, in front of a dependency on loopback, which it can take away.
 *
 * @throws ConfigError when `port` or the mode is none. Rejects when it cannot listen.
 * @example
 * const door = await tcpProxy(5432)
 * const pool = connect({ port: door.port })
 * door.begin() // down
 */
export async function tcpProxy(port: number, options: TcpProxyOptions = {}): Promise<TcpProxy> {
  integerIn('tcpProxy.port', port, 1, 65_535)
  checkOptions('tcpProxy', options, ['mode'])
  const isSilent = oneOf('tcpProxy.mode', options.mode ?? 'reset', ['reset', 'silence']) === 'silence'
  const { connect, createServer } = process.getBuiltinModule('node:net')
  const pairs = new Map<Socket, Socket>()
  let down = false
  const server = createServer((client) => {
    client.on('error', () => undefined)
    if (down && !isSilent) return client.resetAndDestroy()
    const behind = connect(port, '127.0.0.1').on('error', () => undefined)
    pairs.set(client, behind)
    if (!down) join(client, behind)
    behind.on('close', () => client.destroy())
    client.on('close', () => {
      pairs.delete(client)
      behind.destroy()
    })
  })
  await listening(server)
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
  }
  return {
    name: `nothing answers on port ${port}`,
    port: (server.address() as { port: number }).port,
    begin() {
      down = true
      if (isSilent) for (const [client, behind] of pairs) part(client, behind)
      else cut()
    },
    end() {
      if (down && isSilent) for (const [client, behind] of pairs) join(client, behind)
      down = false
    },
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function join(client: Socket, behind: Socket): void {
  client.pipe(behind)
  behind.pipe(client)
}

function part(client: Socket, behind: Socket): void {
  client.unpipe(behind)
  behind.unpipe(client)
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}
