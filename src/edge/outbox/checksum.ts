import { crc32 } from '../../math/crc32.js'

type Checksum = (bytes: Uint8Array, before?: number) => number

let fastest: Checksum | undefined

/** CRC-32 by zlib where Node has it (20.15 and up), ten times faster than ours. */
export function checksum(bytes: Uint8Array, before = 0): number {
  fastest ??= (process.getBuiltinModule('node:zlib') as { readonly crc32?: Checksum }).crc32 ?? crc32
  return fastest(bytes, before)
}
