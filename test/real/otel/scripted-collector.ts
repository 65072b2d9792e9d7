import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'

/** One answer of a collector; what is left out is as a good one has it. */
export interface Scripted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** What happens instead: the connection is reset before or in the midst of the answer, or nothing comes, or drop by drop. */
  readonly mishap?: 'reset' | 'reset in the body' | 'silence' | 'drip'
}

/** A receiver on loopback that answers each request as its script says, and well when the script has ended. */
export interface ScriptedCollector {
  readonly url: string
  /** When each request came, in milliseconds of `performance.now()`. */
  readonly requests: readonly number[]
  close(): Promise<void>
}

export async function scriptedCollector(script: readonly Scripted[]): Promise<ScriptedCollector> {
  const requests: number[] = []
  const server = createServer((request, response) => {
    requests.push(performance.now())
    const answer = script[requests.length - 1] ?? {}
    request.resume().once('end', () => reply(answer, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function reply(
  { status = 200, headers = {}, body = '{}', mishap }: Scripted,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (mishap === 'silence') return
  if (mishap === 'reset') return void request.socket.resetAndDestroy()
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  if (mishap === 'reset in the body') {
    response.write('{"partial', () => request.socket.resetAndDestroy())
  } else if (mishap === 'drip') {
    const timer = setInterval(() => response.write(' '), 50)
    response.once('close', () => clearInterval(timer))
  } else response.end(body)
}

/** A port on which something listens that speaks no HTTP. */
export async function wrongProtocol(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.end('SSH-2.0-no\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
