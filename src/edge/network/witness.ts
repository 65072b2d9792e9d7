import type { Socket } from 'node:net'

/** What is asked, and who. */
export interface Question {
  readonly host: string
  readonly port: number
  /** Milliseconds. */
  readonly timeout: number
}

/** What became of a connection: it was made, refused by a host that is there, or nothing was heard. */
export type Heard = 'connected' | 'refused' | 'nothing'

/** Connects by TCP and hangs up. Never rejects. */
export function knock({ host, port, timeout }: Question): Promise<Heard> {
  const { connect } = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    let socket: Socket | undefined
    const end = (heard: Heard): void => {
      socket?.destroy()
      resolve(heard)
    }
    try {
      socket = connect({ host, port, timeout })
      socket.unref()
      socket.once('connect', () => end('connected'))
      socket.once('timeout', () => end('nothing'))
      socket.once('error', ({ code }: NodeJS.ErrnoException) =>
        end(code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'refused' : 'nothing'),
      )
    } catch {
      end('nothing')
    }
  })
}

/** Whether a resolver of this machine has an answer about a name: that there is no such name is one. Never rejects. */
export async function resolves(name: string, timeout: number): Promise<boolean> {
  const { Resolver } = process.getBuiltinModule('node:dns').promises
  const resolver = new Resolver({ timeout, tries: 1 })
  return resolver.resolve4(name).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code === 'ENOTFOUND' || code === 'ENODATA',
  )
}

/** The address of the default gateway by the kernel's table; undefined where there is none, or no such table. */
export async function defaultGateway(proc = '/proc'): Promise<string | undefined> {
  const text = await process
    .getBuiltinModule('node:fs/promises')
    .readFile(`${proc}/net/route`, 'latin1')
    .catch(() => '')
  for (const line of text.split('\n').slice(1)) {
    const [, destination, gateway = '', flags = '0'] = line.split('\t')
    if (destination === '00000000' && (Number.parseInt(flags, 16) & 2) !== 0 && /^[0-9A-F]{8}$/.test(gateway))
      return (gateway.match(/../g) ?? [])
        .reverse()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.')
  }
  return undefined
}

/** Whether the kernel has spoken with a neighbour: its hardware address is known. */
export async function isNeighbour(address: string, proc = '/proc'): Promise<boolean> {
  const text = await process
    .getBuiltinModule('node:fs/promises')
    .readFile(`${proc}/net/arp`, 'latin1')
    .catch(() => '')
  return text.split('\n').some((line) => {
    const [ip, , flags = '0'] = line.split(/\s+/)
    return ip === address && (Number.parseInt(flags, 16) & 2) !== 0
  })
}
