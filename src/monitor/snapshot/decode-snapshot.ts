import { messageOf, show } from '../../model/index.js'
import { Slices } from './slices.js'
import {
  AFTER_DIGEST,
  LONGEST_TRAILER,
  MAGIC,
  MOST_BYTES,
  MOST_RECORDS,
  SLICE,
  type SnapshotFlaw,
  type SnapshotFrame,
  type SnapshotRecord,
  STEP,
  TRAILER,
  VERSION,
} from './snapshot-format.js'
import { dataOf } from './snapshot-value.js'

/** A snapshot read, or why not. */
export type Decoded =
  | { readonly ok: true; readonly time: number; readonly records: readonly SnapshotRecord[] }
  | { readonly ok: false; readonly reason: SnapshotFlaw; readonly detail: string }

const NEWLINE = 0x0a

/**
 * Reads a snapshot made by `encodeSnapshot`. Never rejects: what is damaged, of another service or of a later version is
 * refused, with the reason, before any of it is used. Rests about every millisecond.
 */
export async function decodeSnapshot(bytes: Uint8Array, frame: SnapshotFrame): Promise<Decoded> {
  try {
    return await read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), frame)
  } catch (error) {
    const reason = error instanceof Refused ? error.reason : 'corrupt'
    return { ok: false, reason, detail: messageOf(error) }
  }
}

class Refused extends Error {
  constructor(
    readonly reason: SnapshotFlaw,
    detail: string,
  ) {
    super(detail)
  }
}

async function read(text: Buffer, { service, clock, maxBytes = MOST_BYTES }: SnapshotFrame): Promise<Decoded> {
  if (text.length > maxBytes) throw new Refused('too large', `${text.length} bytes, at most ${maxBytes} are read`)
  checkVersion(text)
  const lastLine = text.lastIndexOf(NEWLINE, -2) + 1
  const [, count, time, digest] = trailerOf(text, lastLine)
  const slices = new Slices(clock, SLICE)
  if ((await digestOf(text.subarray(0, -AFTER_DIGEST), slices)) !== digest)
    throw new Refused('corrupt', 'the SHA-256 differs')
  const firstRecord = text.indexOf(NEWLINE) + 1
  checkHeader(text.toString('utf8', 0, firstRecord), service)
  if (Number(count) > MOST_RECORDS)
    throw new Refused('too large', `${count} memories, at most ${MOST_RECORDS} are read`)
  const records = await recordsOf(text.subarray(firstRecord, lastLine), slices)
  if (records.length !== Number(count))
    throw new Refused('corrupt', `${records.length} memories, announced were ${count}`)
  return { ok: true, time: Number(time), records }
}

function checkVersion(text: Buffer): void {
  const start = text.toString('latin1', 0, MAGIC.length + 16)
  if (MAGIC.startsWith(start)) throw new Refused('truncated', `${text.length} bytes only`)
  if (!start.startsWith(MAGIC)) throw new Refused('foreign', 'it does not begin as a snapshot does')
  const version = /^\d+(?=,)/.exec(start.slice(MAGIC.length))?.[0]
  if (version !== undefined && Number(version) > VERSION) {
    throw new Refused('future', `version ${version}, this is version ${VERSION}`)
  }
}

function trailerOf(text: Buffer, lastLine: number): RegExpExecArray {
  const line = text.length - lastLine <= LONGEST_TRAILER ? text.toString('latin1', lastLine) : ''
  const trailer = lastLine > 0 ? TRAILER.exec(line) : null
  if (!trailer) throw new Refused('truncated', 'it does not end as a snapshot does')
  return trailer
}

async function digestOf(text: Buffer, slices: Slices): Promise<string> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  for (let at = 0; at < text.length; at += STEP) {
    hash.update(text.subarray(at, at + STEP))
    if (slices.due) await slices.rest()
  }
  return hash.digest('hex')
}

function checkHeader(line: string, service: string): void {
  const header = JSON.parse(line) as { version?: unknown; service?: unknown; byteOrder?: unknown }
  if (header.version !== VERSION) throw new Refused('corrupt', `version ${show(header.version)}`)
  if (header.byteOrder !== process.getBuiltinModule('node:os').endianness())
    throw new Refused('foreign', `byte order ${show(header.byteOrder)}`)
  if (header.service !== service) throw new Refused('foreign', `it is of the service ${show(header.service)}`)
}

async function recordsOf(lines: Buffer, slices: Slices): Promise<SnapshotRecord[]> {
  const records: SnapshotRecord[] = []
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf(NEWLINE, at)
    records.push(recordOf(lines.toString('utf8', at, end)))
    at = end + 1
    if (slices.due) await slices.rest()
  }
  return records
}

function recordOf(line: string): SnapshotRecord {
  const fields = dataOf(line)
  if (!Array.isArray(fields)) throw new Refused('corrupt', 'a line that is no memory')
  const [part, key, state, waited = 0] = fields as readonly unknown[]
  if (typeof part !== 'string' || typeof key !== 'string' || typeof waited !== 'number' || fields.length < 3) {
    throw new Refused('corrupt', 'a line that is no memory')
  }
  return { part, key, state, waited }
}
