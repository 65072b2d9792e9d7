import type { HttpAnswer } from './answer.js'

/** What of a batch was rejected. */
export interface PartialSuccess {
  readonly rejected?: number
  readonly why?: string
}

/** What the answer to an OTLP request says that it has rejected: nothing, when it cannot be read. */
export function partialSuccessOf(answer: HttpAnswer | undefined): PartialSuccess {
  if (!answer || answer.body.length === 0) return {}
  try {
    const body = Buffer.concat(answer.body)
    const json = answer.headers['content-type']?.includes('json') ?? body[0] === 0x7b
    return json ? ofJson(body) : ofProtobuf(body)
  } catch {
    return {}
  }
}

function ofJson(body: Buffer): PartialSuccess {
  const { partialSuccess = {} } = JSON.parse(body.toString('utf8')) as {
    readonly partialSuccess?: Record<string, unknown>
  }
  const { rejectedDataPoints, rejectedLogRecords, rejectedSpans, errorMessage } = partialSuccess
  return said(Number(rejectedDataPoints ?? rejectedLogRecords ?? rejectedSpans ?? 0), errorMessage)
}

/** A message whose field 1 is a message: of field 1 a count, and of field 2 a text. */
function ofProtobuf(body: Buffer): PartialSuccess {
  const partial = fieldsOf(body).get(1)
  if (!Buffer.isBuffer(partial)) return {}
  const fields = fieldsOf(partial)
  const text = fields.get(2)
  return said(Number(fields.get(1) ?? 0), Buffer.isBuffer(text) ? text.toString('utf8') : undefined)
}

function said(rejected: number, why: unknown): PartialSuccess {
  if (!(rejected > 0)) return {}
  return { rejected, ...(typeof why === 'string' && why !== '' && { why: why.slice(0, 200) }) }
}

/** The fields of a protobuf message that are numbers or bytes. @throws when it is none. */
function fieldsOf(bytes: Buffer): Map<number, bigint | Buffer> {
  const fields = new Map<number, bigint | Buffer>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.readUInt8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new Error('a number that does not end')
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const field = tag >> 3
    if ((tag & 7) === 0) fields.set(field, varint())
    else if ((tag & 7) === 2) {
      const length = Number(varint())
      fields.set(field, bytes.subarray(at, at + length))
      at += length
    } else at += (tag & 7) === 1 ? 8 : 4
  }
  return fields
}
