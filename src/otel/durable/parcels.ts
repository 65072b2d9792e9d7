import { promisify } from 'node:util'
import type { Batch } from '../../edge/outbox/parcel.js'
import { SHAPES, type TelemetryKind } from './kinds.js'

/** Shorter ones are not worth compressing. */
const SHORT = 512
/** No batch is longer when it is unpacked. */
const LONGEST = 2 ** 26

/** Bytes to keep of a batch. */
export interface Packed {
  readonly payload: Uint8Array
  readonly compressed: boolean
  readonly records: number
}

/** Packs what an exporter was handed, in pieces. V8's own serialization, which later versions read, compressed off the event loop. */
export async function packed(kind: TelemetryKind, items: unknown): Promise<readonly Packed[]> {
  const { count, pack, slices } = SHAPES[kind]
  const { serialize } = process.getBuiltinModule('node:v8')
  const { deflateRaw } = process.getBuiltinModule('node:zlib')
  const plain = [...slices(items)].map((slice) => ({ bytes: serialize(pack(slice)), records: count(slice) }))
  return Promise.all(
    plain.map(async ({ bytes, records }) => {
      const compressed = bytes.byteLength >= SHORT
      return { payload: compressed ? await promisify(deflateRaw)(bytes, { level: 1 }) : bytes, compressed, records }
    }),
  )
}

/** The items of a batch. Rejects when they cannot be had back. */
export async function unpacked(kind: TelemetryKind, { frame }: Batch): Promise<unknown> {
  const { deserialize } = process.getBuiltinModule('node:v8')
  const { inflateRaw } = process.getBuiltinModule('node:zlib')
  const { payload, compressed } = frame
  const bytes = compressed ? await promisify(inflateRaw)(payload, { maxOutputLength: LONGEST }) : payload
  return SHAPES[kind].unpack(deserialize(bytes))
}
