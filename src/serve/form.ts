import type { IncomingMessage } from 'node:http'
import type { Clock } from '../model/index.js'
import { bodyOf } from './body.js'

/** Characters of a form that are read. */
const MOST = 8_192

/**
 * The fields of a form that was sent (application/x-www-form-urlencoded); those that a framework has read already are taken as they are.
 * `undefined` when it is too long, too slow, cut short, or no form.
 */
export async function formOf(req: IncomingMessage, clock: Clock): Promise<ReadonlyMap<string, string> | undefined> {
  const { body } = req as { body?: unknown }
  if (typeof body === 'object' && body !== null && !Buffer.isBuffer(body)) return fieldsOf(Object.entries(body))
  if (typeof body === 'string') return fieldsOf(new URLSearchParams(body.slice(0, MOST)))
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return undefined
  const text = await bodyOf(req, clock, MOST)
  return text === undefined ? undefined : fieldsOf(new URLSearchParams(text))
}

function fieldsOf(entries: Iterable<readonly [string, unknown]>): ReadonlyMap<string, string> {
  return new Map([...entries].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
}
