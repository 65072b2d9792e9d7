import type { IncomingMessage, ServerResponse } from 'node:http'

/** An HTTP answer, ready to be sent. */
export interface Answer {
  readonly code: number
  readonly type: string
  readonly body: string
  /** Beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
}

export const TEXT = 'text/plain; charset=utf-8'

/** No such path. */
export const NOT_FOUND: Answer = { code: 404, type: TEXT, body: 'not found\n' }

/** Sends an answer that nobody may keep. Never throws. */
export function send(req: IncomingMessage, res: ServerResponse, { code, type, body, headers }: Answer): void {
  try {
    if (res.headersSent || res.destroyed) return
    res.writeHead(code, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    res.end(req.method === 'HEAD' ? undefined : body)
  } catch {
    res.destroy() // a response that cannot be written must not stay open
  }
}
