import { describe, expect, test } from 'vitest'
import { FRAME_HEADER, frameBytes } from '../../../src/edge/outbox/frame.js'
import { type Contents, contentsOf, SEGMENT_HEADER, segmentHeaderBytes } from '../../../src/edge/outbox/segment.js'
import { numberOf, payloadOf } from './outbox-rig.js'

const BOOT = '00112233445566778899aabbccddeeff'

/** A segment of frames of different lengths; where each begins and ends. */
function segmentOf(count: number, payload = (n: number): Uint8Array => payloadOf(n, 20 + ((n * 67) % 150))) {
  const chunks: Uint8Array[] = [segmentHeaderBytes({ boot: BOOT, wall: 1, uptime: 2 })]
  const spans: { readonly from: number; readonly to: number }[] = []
  let at = SEGMENT_HEADER
  for (let n = 1; n <= count; n++) {
    const bytes = payload(n)
    chunks.push(...frameBytes({ payload: bytes, records: n, wall: n, uptime: n, compressed: false }, 'metrics', 7, at))
    spans.push({ from: at, to: at + FRAME_HEADER + bytes.byteLength })
    at += FRAME_HEADER + bytes.byteLength
  }
  return { bytes: Buffer.concat(chunks), spans }
}

const numbersOf = ({ found }: Contents): number[] => found.map(({ frame }) => numberOf(frame.payload))
const read = (bytes: Uint8Array): Contents => contentsOf(bytes, 'metrics', 7, 0)

describe('a segment', () => {
  const { bytes, spans } = segmentOf(24)
  const all = spans.map((_, i) => i + 1)
  /** Of the frames, those that no byte from `from` to `to` belongs to. */
  const without = (from: number, to: number): number[] =>
    all.filter((_, i) => {
      const span = spans[i] as { from: number; to: number }
      return span.to <= from || span.from >= to
    })

  test('is read back as it was written', () => {
    const contents = read(bytes)
    expect(numbersOf(contents)).toEqual(all)
    expect(contents.found.map(({ from, to }) => ({ from, to }))).toEqual(spans)
    expect(contents).toMatchObject({ damaged: 0, torn: 0 })
    expect(contents.found[3]?.frame).toMatchObject({ records: 4, wall: 4, uptime: 4, compressed: false })
  })

  test('truncated at every byte: what is whole is there, and no more; the rest is counted as torn', () => {
    for (let length = 0; length <= bytes.length; length++) {
      const contents = read(bytes.subarray(0, length))
      expect(numbersOf(contents)).toEqual(all.filter((_, i) => (spans[i] as { to: number }).to <= length))
      expect(contents.damaged).toBe(0)
    }
  })

  test('every byte flipped, each bit of it: every other frame is there, in order, and no false one', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (flipped[at] as number) ^ bit
        const expected = at < SEGMENT_HEADER ? all : without(at, at + 1)
        if (numbersOf(read(flipped)).join() !== expected.join()) expect.fail(`byte ${at}, bit ${bit}`)
      }
    }
  }, 60_000)

  test('every block of 512 bytes zeroed, also out of step: every frame outside is there, and no false one', () => {
    for (let from = 0; from < bytes.length; from += 64) {
      const zeroed = Buffer.from(bytes).fill(0, from, Math.min(from + 512, bytes.length))
      const expected = without(Math.max(from, SEGMENT_HEADER), from + 512)
      expect(numbersOf(read(zeroed)), `from ${from}`).toEqual(expected)
    }
  })

  test('blocks put in each other’s place give no false record', () => {
    for (let a = 0; a + 512 <= bytes.length; a += 512) {
      for (let b = a + 512; b + 512 <= bytes.length; b += 512) {
        const swapped = Buffer.from(bytes)
        bytes.copy(swapped, a, b, b + 512)
        bytes.copy(swapped, b, a, a + 512)
        const numbers = numbersOf(read(swapped))
        expect(numbers).toEqual([...new Set(numbers)].sort((x, y) => x - y))
        expect(numbers.every((n) => all.includes(n))).toBe(true)
      }
    }
  })

  test('a whole frame inside a payload is no record, even when the frame around it is damaged', () => {
    const inner = Buffer.concat(
      frameBytes({ payload: payloadOf(99), records: 1, wall: 1, uptime: 1, compressed: false }, 'metrics', 7, 4_000),
    )
    const { bytes: outer, spans: places } = segmentOf(3, (n) => (n === 2 ? inner : payloadOf(n)))
    const { from } = places[1] as { from: number }
    outer[from + 12] = 77 // its count of records
    expect(numbersOf(read(outer))).toEqual([1, 3])
  })

  test('a frame of another lane, segment or place is not valid', () => {
    expect(contentsOf(bytes, 'logs', 7, 0).found).toEqual([])
    expect(contentsOf(bytes, 'metrics', 8, 0).found).toEqual([])
    expect(
      contentsOf(Buffer.concat([bytes.subarray(0, 48), Buffer.alloc(1), bytes.subarray(48)]), 'metrics', 7, 0).found,
    ).toEqual([])
  })
})
