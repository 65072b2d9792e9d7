import { describe, expect, test } from 'vitest'
import type { Detector } from '../../../src/model/index.js'
import { detectorContract } from '../../../src/testing/contracts/index.js'
import { everyLawCatches, verdict } from './verdict.js'

interface Memory {
  mean: number
  last: number
}

/** A small lawful detector, to be spoiled in one way at a time. */
const lawful: Detector<Memory> = {
  name: 'plain@1',
  start: () => ({ mean: 0, last: 0 }),
  score: ({ mean }, value) => Math.min(1e6, Math.abs(value / 10 - mean / 10)),
  learn(state, value, time) {
    const bounded = Math.min(1e300, Math.max(-1e300, value))
    state.mean += (bounded - state.mean) / 100
    state.last = time
  },
}

const laws = (spoiled: Partial<Detector<Memory>> = {}) => detectorContract({ ...lawful, ...spoiled })
let shared: Memory = lawful.start()
let asked = 0

const extra = (state: Memory): Memory & Record<string, unknown> => state as Memory & Record<string, unknown>

describe('detectorContract', () => {
  test('a lawful detector keeps every law', async () => {
    expect(await verdict(laws())).toEqual(new Map())
  })

  test('an explanation that changes the memory is caught', async () => {
    const explaining = laws({
      explain(state) {
        state.last++
        return 'its level'
      },
    })
    expect([...(await verdict(explaining)).keys()]).toEqual([
      'scoring, expecting and explaining change nothing, so asking twice gives the same answer',
    ])
  })

  test('a detector that is told another way of being usual is judged by it', async () => {
    const alarmed = detectorContract(
      { ...lawful, score: (_, value) => (value > 50 ? Number.NaN : 0) },
      { wave: () => 7 },
    )
    expect(await verdict(alarmed)).toEqual(new Map())
  })

  everyLawCatches(laws(), {
    'its name carries a version, as in ceiling@1': laws({ name: 'plain' }),
    'its memory is plain data, of one shape for life, without NaN': laws({
      learn(state) {
        state.mean = Number.NaN
      },
    }),
    'scoring, expecting and explaining change nothing, so asking twice gives the same answer': laws({
      score: (state) => {
        state.last++
        return 0
      },
    }),
    'scores are finite and at least 0, or NaN for no opinion': laws({ score: ({ mean }, value) => value - mean }),
    'the same history gives the same scores': laws({ score: () => asked++ % 7 }),
    'two memories know nothing of each other': laws({
      start: () => shared,
      learn(state, value, time) {
        shared = state
        lawful.learn(state, value, time)
      },
    }),
    'a memory that was saved and restored goes on as if nothing had happened': laws(kept()),
    'a week of silence breaks nothing': laws({
      score: ({ last }, _, time) => (time - last > 864e5 && last > 0 ? Infinity : 0),
    }),
    'a thousand values at one time break nothing': laws({
      score: ({ last }, _, time) => 1 / (time - last),
    }),
    'huge, tiny and alternating values break nothing': laws({
      score: (state, value) => Math.abs(value - state.mean) ** 2,
    }),
    'times before 1970, at 0 and decades apart break nothing': laws({ score: (_, __, time) => time }),
    'its memory stays bounded': laws({
      learn(state, value) {
        const { history = [] } = extra(state) as { history?: number[] }
        history.push(value)
        extra(state).history = history
      },
    }),
  })

  const shape = 'its memory is plain data, of one shape for life, without NaN'
  const spoilers: Readonly<Record<string, Partial<Detector<Memory>>>> = {
    'a memory that grows a field': { learn: (state) => void Object.assign(state, { seen: true }) },
    'a field that changes its kind': { learn: (state) => void Object.assign(state, { mean: 'many' }) },
    'a function in the memory': { start: () => ({ ...lawful.start(), next: () => 1 }) as Memory },
    'an instance of a class in the memory': { start: () => ({ ...lawful.start(), seen: new Set() }) as Memory },
  }
  for (const [name, spoiled] of Object.entries(spoilers)) {
    test(`caught: ${name}`, async () => expect([...(await verdict(laws(spoiled))).keys()]).toContain(shape))
  }

  test('caught: a band that is out of order, or has no end', async () => {
    for (const band of [
      { value: 5, low: 6, high: 7 },
      { value: 5, low: 4, high: Infinity },
    ]) {
      expect((await verdict(laws({ expect: () => band }))).size).toBeGreaterThan(3)
    }
  })
})

/** Keeps its count in a closure, by memory: after a restart the memory is another object, and the count is gone. */
function kept(): Partial<Detector<Memory>> {
  const counts = new WeakMap<Memory, number>()
  return {
    score: (state) => Math.min(9, counts.get(state) ?? 0),
    learn: (state) => void counts.set(state, (counts.get(state) ?? 0) + 1),
  }
}
