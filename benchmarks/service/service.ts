/** A process of `process.mjs`, seen from outside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a service has cost since its start. */
export interface Cost {
  /** Milliseconds. */
  readonly cpu: number
  /** MB. */
  readonly rss: number
  readonly observations: number
}

/** A collector that takes everything. */
export async function collector(): Promise<{ readonly url: string; close(): void }> {
  const server: Server = createServer((req, res) => {
    req.resume().on('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`, close }
}

/** A service in a process of its own. */
export class Service {
  readonly #lines: AsyncIterator<string>

  private constructor(
    readonly child: ChildProcess,
    lines: AsyncIterator<string>,
    readonly port: number,
  ) {
    this.#lines = lines
  }

  static async start(
    how: 'alone' | 'monitored',
    url: string,
    signals: number,
    flags: readonly string[] = [],
  ): Promise<Service> {
    const args = [...flags, join(import.meta.dirname, 'process.mjs'), how, url, `${signals}`]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const { value } = await lines.next()
    return new Service(child, lines, Number(value))
  }

  async cost(): Promise<Cost> {
    this.child.stdin?.write('\n')
    const { value } = await this.#lines.next()
    return JSON.parse(value as string) as Cost
  }

  end(): void {
    this.child.kill('SIGKILL')
  }
}
