import { createServer, type RequestListener, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

/** What an HTTP server said. */
export interface Reply {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A server on loopback that can be asked. */
export interface Served {
  readonly port: number
  ask(path: string, options?: { method?: string; headers?: Record<string, string> }): Promise<Reply>
  /** Sends a request line as it is, however malformed; the status line's code. */
  raw(line: string): Promise<number>
  close(): Promise<void>
}

/** Serves a listener on loopback. */
export function serve(listener: RequestListener): Promise<Served> {
  const server = createServer(listener)
  return new Promise((ready) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      ready({ port, ask: (path, options) => ask(port, path, options), raw: (line) => raw(port, line), close })
    })
  })
}

/** Asks a server on loopback. */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options }, (res) => {
      let body = ''
      res.setEncoding('utf8')
      res.on('data', (text) => {
        body += text
      })
      res.on('end', () => resolve({ code: res.statusCode ?? 0, headers: res.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

function raw(port: number, line: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part) => {
      text += part
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Number(text.split(' ')[1])))
  })
}
