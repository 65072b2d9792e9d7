import type { IncomingMessage } from 'node:http'
import type { Clock } from '../model/index.js'

const PATIENCE = 10_000

/** The text of a request. `undefined` when it has more than `most` characters, is too slow or is cut short. */
export function bodyOf(req: IncomingMessage, clock: Clock, most: number): Promise<string | undefined> {
  const over = new AbortController()
  return new Promise<string | undefined>((resolve) => {
    let text = ''
    req.setEncoding('utf8')
    req.on('data', (part: string) => {
      if (text.length <= most) text += part
      if (text.length > most) resolve(undefined)
    })
    req.on('end', () => resolve(text))
    req.on('error', () => resolve(undefined))
    req.on('close', () => resolve(undefined))
    void clock.sleep(PATIENCE, over.signal).then(() => resolve(undefined))
  }).finally(() => over.abort())
}
