import fc from 'fast-check'
import { expect, test } from 'vitest'
import { virtualClock } from '../../src/testing/virtual-clock.js'

test('sleepers wake earliest first, ties in the order in which they went to sleep', async () => {
  const clock = virtualClock()
  const woken: string[] = []
  for (const [name, ms] of [
    ['late', 30],
    ['first', 10],
    ['second', 10],
  ] as const)
    void clock.sleep(ms).then(() => woken.push(name))
  await clock.advance(30)
  expect(woken).toEqual(['first', 'second', 'late'])
})

test('a chain of waits is walked step by step: each wait sees its own hour', async () => {
  const clock = virtualClock({ start: 0 })
  const hours: number[] = []
  const chain = (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(100)
      hours.push(clock.now())
    }
  })()
  await clock.advance(1_000)
  await chain
  expect(hours).toEqual([100, 200, 300])
  expect(clock.now()).toBe(1_000)
})

test('promises settle between two sleepers, however long their chain', async () => {
  const clock = virtualClock()
  let seen = 0
  void clock.sleep(10).then(async () => {
    for (let i = 0; i < 50; i++) await null
    seen = 1
  })
  const later = clock.sleep(11).then(() => expect(seen).toBe(1))
  await clock.advance(20)
  await later
})

test('an aborted sleep ends at once, and costs its sleeper no memory in the abort signal', async () => {
  const clock = virtualClock()
  const abort = new AbortController()
  const sleeps = Array.from({ length: 100 }, () => clock.sleep(1e6, abort.signal))
  expect(clock.sleepers).toBe(100)
  abort.abort()
  await Promise.all(sleeps)
  expect(clock.sleepers).toBe(0)
  await clock.sleep(1e6, abort.signal)
})

test('a jump moves the wall and nothing else', async () => {
  const clock = virtualClock({ start: 1_000 })
  let woke = false
  void clock.sleep(10).then(() => (woke = true))
  clock.jump(1e9)
  await clock.advance(0)
  expect([clock.now(), clock.elapsed(), woke]).toEqual([1e9 + 1_000, 0, false])
})

test('any set of sleeps wakes in order of its hours, at its hours', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(500), { maxLength: 60 }), async (waits) => {
      const clock = virtualClock({ start: 0 })
      const woken: { at: number; due: number; order: number }[] = []
      waits.forEach((due, order) => void clock.sleep(due).then(() => woken.push({ at: clock.elapsed(), due, order })))
      await clock.advance(500)
      expect(woken).toHaveLength(waits.length)
      for (const [i, { at, due, order }] of woken.entries()) {
        expect(at).toBe(due)
        const before = woken[i - 1]
        if (before) expect(before.due < due || (before.due === due && before.order < order)).toBe(true)
      }
    }),
    { numRuns: 50 },
  )
})
