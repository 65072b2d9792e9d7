import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/edge/system-clock.js'
import type { Clock } from '../../../src/model/index.js'
import { type Decoded, decodeSnapshot } from '../../../src/monitor/snapshot/decode-snapshot.js'
import { encodeSnapshot } from '../../../src/monitor/snapshot/encode-snapshot.js'
import type { SnapshotRecord } from '../../../src/monitor/snapshot/snapshot-format.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'

const frame = { service: 'checkout', clock: virtualClock() }
const TIME = 1_700_000_000_123

const example: readonly SnapshotRecord[] = [
  { part: 'correlate@1', key: '', state: { incidents: [], since: -1 } },
  {
    part: 'anomaly@1',
    key: '["queue.depth"]',
    state: { level: 12.5, spread: Infinity, weights: Float32Array.of(0.1, 1) },
    waited: 90_000,
  },
]

async function encode(records: Iterable<SnapshotRecord>, service = 'checkout'): Promise<Buffer> {
  return Buffer.from((await encodeSnapshot(records, () => TIME, { ...frame, service })).bytes)
}

/** A snapshot with other text in it and a digest that agrees. */
function forged(text: string): Buffer {
  const start = text.slice(0, text.lastIndexOf('"sha256":"') + 10)
  return Buffer.from(`${start}${createHash('sha256').update(start).digest('hex')}"}\n`)
}

function reasonOf(decoded: Decoded): string {
  return decoded.ok ? 'ok' : decoded.reason
}

test('the worked example of the specification is what is written and read', async () => {
  const page = readFileSync(new URL('../../../docs/snapshot-format.md', import.meta.url), 'utf8')
  const specified = `${/## Worked example.*?```\n(.*?)\n```/s.exec(page)?.[1]}\n`
  expect((await encode(example)).toString()).toBe(specified)
  expect(await decodeSnapshot(Buffer.from(specified), frame)).toStrictEqual({
    ok: true,
    time: TIME,
    records: [{ ...example[0], waited: 0 }, example[1]],
  })
})

test('any records come back as they were', async () => {
  const fields = { part: fc.string(), key: fc.string({ unit: 'binary' }), state: fc.jsonValue(), waited: fc.nat() }
  const record = fc.record(fields, { noNullPrototype: true })
  await fc.assert(
    fc.asyncProperty(fc.array(record), fc.string({ unit: 'binary' }), async (records, service) => {
      const { bytes } = await encodeSnapshot(records, () => TIME, { ...frame, service })
      const decoded = await decodeSnapshot(bytes, { ...frame, service })
      expect(isDeepStrictEqual(decoded, { ok: true, time: TIME, records })).toBe(true)
    }),
  )
})

test('a snapshot cut off after any byte is refused', async () => {
  const bytes = await encode(example)
  for (let length = 0; length < bytes.length; length++) {
    expect(reasonOf(await decodeSnapshot(bytes.subarray(0, length), frame)), `${length} bytes`).toBe('truncated')
  }
})

test('a snapshot with any bit flipped is refused', async () => {
  const bytes = await encode(example)
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] as number) ^ (1 << bit)
      expect((await decodeSnapshot(flipped, frame)).ok, `byte ${at}, bit ${bit}`).toBe(false)
    }
  }
})

test('a snapshot with any byte put in, taken out, zeroed or doubled is refused', async () => {
  const bytes = await encode(example)
  for (let at = 0; at <= bytes.length; at++) {
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    const wrong = [Buffer.concat([before, Buffer.of(0x20), after])]
    if (at < bytes.length) {
      wrong.push(Buffer.concat([before, after.subarray(1)]))
      wrong.push(Buffer.concat([before, Buffer.of(0), after.subarray(1)]))
      wrong.push(Buffer.concat([before, after.subarray(0, 1), after]))
    }
    for (const damaged of wrong) expect((await decodeSnapshot(damaged, frame)).ok, `byte ${at}`).toBe(false)
  }
})

test('a zeroed block, two files in one, and random bytes are refused', async () => {
  const bytes = await encode(Array.from({ length: 100 }, (_, i) => ({ part: 'a@1', key: `k${i}`, state: { i } })))
  for (let at = 0; at < bytes.length; at += 512) {
    const torn = Buffer.from(bytes)
    torn.subarray(at, at + 512).fill(0)
    expect((await decodeSnapshot(torn, frame)).ok, `block at ${at}`).toBe(false)
  }
  expect((await decodeSnapshot(Buffer.concat([bytes, bytes]), frame)).ok).toBe(false)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (noise) => {
      expect((await decodeSnapshot(noise, frame)).ok).toBe(false)
    }),
  )
})

test('each flaw is named', async () => {
  const bytes = await encode(example)
  const text = bytes.toString()
  const read = async (content: Buffer, other = {}): Promise<string> =>
    reasonOf(await decodeSnapshot(content, { ...frame, ...other }))
  expect(await read(bytes, { maxBytes: bytes.length })).toBe('ok')
  expect(await read(bytes, { maxBytes: bytes.length - 1 })).toBe('too large')
  expect(await read(Buffer.from('{"hello":"world"}\n'))).toBe('foreign')
  expect(await read(bytes, { service: 'billing' })).toBe('foreign')
  expect(await read(forged(text.replace('"LE"', '"BE"')))).toBe('foreign')
  expect(await read(forged(text.replace('"version":1', '"version":2')))).toBe('future')
  expect(await read(Buffer.from('{"format":"pi-uptime-snapshot","version":7,"anything":"else"}'))).toBe('future')
  expect(await read(Buffer.alloc(0))).toBe('truncated')
  expect(await read(Buffer.from(text.replace('12.5', '13.5')))).toBe('corrupt')
  expect(await read(forged(text.replace('"records":2', '"records":3')))).toBe('corrupt')
  expect(await read(forged(text.replace('"records":2', '"records":1000001')))).toBe('too large')
  expect(await read(forged(text.replace('$f32', '$f99')))).toBe('corrupt')
  expect(await read(forged(text.replace('["correlate@1","",', '{"a":[],"b":').replace('-1}]', '-1}}')))).toBe('corrupt')
})

test('reading never rejects, whatever it is given', async () => {
  for (const nonsense of [
    undefined,
    null,
    'text',
    5,
    {},
    [],
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    ),
  ]) {
    expect((await decodeSnapshot(nonsense as Uint8Array, frame)).ok).toBe(false)
  }
})

test('a record that cannot be saved is left out and counted, the others are saved', async () => {
  const throwing = {
    get state(): unknown {
      return {
        get now(): number {
          throw new Error('not today')
        },
      }
    },
  }
  const records = [
    { part: 'good@1', key: '', state: 1 },
    { part: 'bad@1', key: 'a', state: () => 1 },
    { part: 'bad@1', key: 'b', state: new Map() },
    { part: 'worse@1', key: '', state: throwing.state },
    { part: 'good@1', key: 'c', state: 2 },
  ]
  const { bytes, records: count, refused } = await encodeSnapshot(records, () => TIME, frame)
  expect(count).toBe(2)
  expect([...refused]).toEqual([
    ['bad@1', { count: 2, reason: 'holds a function, which is not plain data' }],
    ['worse@1', { count: 1, reason: 'not today' }],
  ])
  const decoded = await decodeSnapshot(bytes, frame)
  expect(decoded.ok && decoded.records.map((record) => record.state)).toEqual([1, 2])
})

test('refusals stay few, however many parts are at fault', async () => {
  const records = Array.from({ length: 1_000 }, (_, i) => ({ part: `part-${i}@1`, key: '', state: 1n }))
  const { refused } = await encodeSnapshot(records, () => TIME, frame)
  expect(refused.size).toBe(21)
  expect([...refused.values()].reduce((sum, { count }) => sum + count, 0)).toBe(1_000)
})

test('a snapshot never grows past its limit, in bytes and not in characters; what was first is kept', async () => {
  const records = Array.from({ length: 1_000 }, (_, i) => ({ part: 'a@1', key: `${i}`, state: 'ÿ€😀'.repeat(10) }))
  const limited = { ...frame, maxBytes: 10_000 }
  const { bytes, records: count, refused } = await encodeSnapshot(records, () => TIME, limited)
  expect(bytes.length).toBeLessThanOrEqual(10_000)
  expect(bytes.length).toBeGreaterThan(9_500)
  expect(refused.get('a@1')).toEqual({ count: 1_000 - count, reason: 'does not fit into the snapshot any more' })
  const decoded = await decodeSnapshot(bytes, limited)
  expect(decoded.ok && decoded.records.map(({ key }) => key)).toEqual(records.slice(0, count).map(({ key }) => key))
})

test('a time that is no number does not spoil the snapshot', async () => {
  for (const time of [Number.NaN, Infinity, -62_135_596_800_000, 1e300, 0.1]) {
    const { bytes } = await encodeSnapshot(example, () => time, frame)
    expect(await decodeSnapshot(bytes, frame)).toMatchObject({ ok: true, time: Number.isFinite(time) ? time : 0 })
  }
})

/** A clock that moves by a fixed step at each look, and counts the longest work between two rests. */
function countingClock(step: number): Clock & { longest: number; rests: number } {
  let elapsed = 0
  let rested = 0
  return {
    longest: 0,
    rests: 0,
    now: () => 0,
    elapsed() {
      elapsed += step
      this.longest = Math.max(this.longest, elapsed - rested)
      return elapsed
    },
    async sleep() {
      this.rests++
      rested = elapsed
    },
  }
}

test('writing and reading rest about every millisecond', async () => {
  const records = Array.from({ length: 5_000 }, (_, i) => ({
    part: 'a@1',
    key: `${i}`,
    state: { i, text: 'x'.repeat(200) },
  }))
  const clock = countingClock(0.1)
  const { bytes } = await encodeSnapshot(records, () => TIME, { service: 's', clock })
  expect(clock.rests).toBeGreaterThan(400)
  expect(clock.longest).toBeLessThan(1.3)
  const reading = countingClock(0.1)
  expect((await decodeSnapshot(bytes, { service: 's', clock: reading })).ok).toBe(true)
  expect(reading.rests).toBeGreaterThan(400)
  expect(reading.longest).toBeLessThan(1.3)
})

test('memories that change, come and go while a snapshot is written are each written whole', async () => {
  const live = new Map(Array.from({ length: 3_000 }, (_, i) => [`${i}`, { a: 0, b: 0 }]))
  function* records(): Generator<SnapshotRecord> {
    for (const [key, state] of live) yield { part: 'a@1', key, state }
  }
  const encoding = encodeSnapshot(records(), () => TIME, { service: 'checkout', clock: countingClock(0.1) })
  let encoded = false
  void encoding.then(() => {
    encoded = true
  })
  for (let i = 0; !encoded; i++) {
    for (const state of live.values()) {
      state.a = i
      state.b = i
    }
    live.delete(`${3 * i}`)
    if (i < 500) live.set(`new ${i}`, { a: i, b: i })
    await Promise.resolve()
  }
  const decoded = await decodeSnapshot((await encoding).bytes, frame)
  const states = decoded.ok ? decoded.records.map(({ state }) => state as { a: number; b: number }) : []
  expect(states.length).toBeGreaterThan(2_000)
  expect(new Set(states.map(({ a }) => a)).size).toBeGreaterThan(5)
  expect(states.every(({ a, b }) => a === b)).toBe(true)
})

test('20,000 memories go out and come in on the real clock', async () => {
  const records = Array.from({ length: 20_000 }, (_, i) => ({
    part: 'a@1',
    key: `${i}`,
    state: Float32Array.of(i, -i),
  }))
  const real = { service: 's', clock: systemClock() }
  const decoded = await decodeSnapshot((await encodeSnapshot(records, () => TIME, real)).bytes, real)
  expect(decoded.ok && decoded.records.at(-1)).toEqual({ ...records.at(-1), waited: 0 })
  expect(decoded.ok && decoded.records.length).toBe(20_000)
})
