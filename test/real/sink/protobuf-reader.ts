/** How the bytes of a field are to be understood. */
export type Scalar = 'string' | 'bytes' | 'bool' | 'varint' | 'zigzag' | 'double' | 'fixed64' | 'fixed32'

/** One field of a message: its name, its type, and whether there may be several. */
export interface Field {
  readonly name: string
  /** A scalar, or another message; a function, since messages may hold themselves. */
  readonly type: Scalar | (() => Message)
  readonly repeated?: boolean
}

/** A message by its field numbers. */
export type Message = Readonly<Record<number, Field>>

/** A decoded message. Whole numbers are numbers: nothing here counts beyond 2^53 but times, which lose nanoseconds. */
export type Decoded = Record<string, unknown>

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/**
 * Reads a protobuf message by a table of its fields. Fields that the table does not name are skipped.
 *
 * @throws RangeError when the bytes end in the middle of a field; Error at a wire type that is not in use.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function readMessage(bytes: Uint8Array, message: Message): Decoded {
  const reader = new Reader(bytes)
  const decoded: Decoded = {}
  while (!reader.done) {
    const key = Number(reader.varint())
    const field = message[key >>> 3]
    const values = readField(reader, key & 7, field)
    if (!field) continue
    if (field.repeated) decoded[field.name] = [...((decoded[field.name] as unknown[]) ?? []), ...values]
    else decoded[field.name] = values.at(-1)
  }
  return decoded
}

function readField(reader: Reader, wire: number, field: Field | undefined): unknown[] {
  if (wire === VARINT) return [whole(reader.varint(), field?.type)]
  if (wire === FIXED64) return [field?.type === 'double' ? reader.double() : Number(reader.fixed64())]
  if (wire === FIXED32) return [reader.fixed32()]
  if (wire !== LENGTH) throw new Error(`wire type ${wire} is not in use`)
  const bytes = reader.bytes(Number(reader.varint()))
  const type = field?.type
  if (type === undefined) return []
  if (typeof type === 'function') return [readMessage(bytes, type())]
  if (type === 'string') return [new TextDecoder('utf-8', { fatal: true }).decode(bytes)]
  return type === 'bytes' ? [bytes] : packed(bytes, type)
}

/** Repeated numbers, one after the other. */
function packed(bytes: Uint8Array, type: Scalar): unknown[] {
  const reader = new Reader(bytes)
  const values: unknown[] = []
  while (!reader.done) {
    if (type === 'double') values.push(reader.double())
    else if (type === 'fixed64') values.push(Number(reader.fixed64()))
    else if (type === 'fixed32') values.push(reader.fixed32())
    else values.push(whole(reader.varint(), type))
  }
  return values
}

function whole(value: bigint, type: Field['type'] | undefined): number | boolean {
  if (type === 'bool') return value !== 0n
  if (type === 'zigzag') return Number((value >> 1n) ^ -(value & 1n))
  return Number(BigInt.asIntN(64, value))
}

class Reader {
  readonly #view: DataView
  #at = 0

  constructor(private readonly data: Uint8Array) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  get done(): boolean {
    return this.#at >= this.data.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#view.getUint8(this.#at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new RangeError('a varint of more than ten bytes')
  }

  fixed64(): bigint {
    this.#at += 8
    return this.#view.getBigInt64(this.#at - 8, true)
  }

  fixed32(): number {
    this.#at += 4
    return this.#view.getUint32(this.#at - 4, true)
  }

  double(): number {
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  bytes(length: number): Uint8Array {
    this.#at += length
    if (this.#at > this.data.length) throw new RangeError('the message ends in the middle of a field')
    return this.data.subarray(this.#at - length, this.#at)
  }
}
