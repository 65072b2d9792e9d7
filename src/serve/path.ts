import type { IncomingMessage } from 'node:http'

/** The path that came in, without its query. Express rewrites `url` below a mount point, and keeps what came. */
export function pathOf(req: IncomingMessage): string {
  const { originalUrl = req.url } = req as IncomingMessage & { originalUrl?: string }
  return String(originalUrl).replace(/[?#].*$/s, '')
}
