import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Beacons } from '../../../src/monitor/health/beacons.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'

/** How long a wait took, and what it said. */
async function waited(beacons: Beacons, deadline: number, clock = virtualClock(), after?: () => void, at = 1_000) {
  const done = beacons.wait(deadline, clock).then((lit) => ({ lit, took: clock.elapsed() }))
  await clock.advance(at)
  after?.()
  await clock.advance('10m')
  return done
}

test('in the dark there is nothing to wait for', async () => {
  expect(await new Beacons().wait(60_000, virtualClock())).toEqual([])
})

test('the wait ends as soon as the last beacon is out', async () => {
  const beacons = new Beacons()
  const first = beacons.light('upload')
  const second = beacons.light('mail')
  first()
  expect(await waited(beacons, 60_000, virtualClock(), second)).toEqual({ lit: [], took: 1_000 })
})

test('the wait ends at its deadline with the names of what still burns', async () => {
  const beacons = new Beacons()
  beacons.light('upload')
  beacons.light('mail')
  expect(await waited(beacons, 5_000)).toEqual({ lit: ['upload', 'mail'], took: 5_000 })
})

test('putting a beacon out twice puts no other one out', async () => {
  const beacons = new Beacons()
  const first = beacons.light('upload')
  beacons.light('upload')
  first()
  first()
  expect(beacons.lit()).toEqual(['upload'])
})

test('a beacon lit during the wait is waited for too', async () => {
  const beacons = new Beacons()
  const clock = virtualClock()
  const first = beacons.light('a')
  const done = beacons.wait(60_000, clock).then(() => clock.elapsed())
  await clock.advance('1s')
  const second = beacons.light('b')
  first()
  await clock.advance('1s')
  second()
  await clock.advance('1s')
  expect(await done).toBe(2_000)
})

test('several wait at once, and none leaves a sleeper behind', async () => {
  const beacons = new Beacons()
  const clock = virtualClock()
  const out = beacons.light('a')
  const all = Promise.all([beacons.wait(60_000, clock), beacons.wait(60_000, clock)])
  out()
  expect(await all).toEqual([[], []])
  expect(clock.sleepers).toBe(0)
})

test('no deadline means no wait', async () => {
  const beacons = new Beacons()
  beacons.light('a')
  expect(await beacons.wait(0, virtualClock())).toEqual(['a'])
  expect(await beacons.wait(Number.NaN, virtualClock())).toEqual(['a'])
})

test('a million names cost a thousand entries, and every one is waited for', () => {
  const beacons = new Beacons()
  const out = Array.from({ length: 1_000_000 }, (_, i) => beacons.light(`job-${i}`))
  expect(beacons.lit().length).toBe(1_001)
  const last = out.pop()
  for (const one of out) one()
  expect(beacons.lit()).toEqual(['other work'])
  last?.()
  expect(beacons.lit()).toEqual([])
})

test('what burns is what was lit and not put out, in any order', () => {
  const moves = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(moves, (steps) => {
      const beacons = new Beacons()
      const burning: [string, () => void][] = []
      for (const [name, light] of steps) {
        if (light) burning.push([name, beacons.light(name)])
        else burning.splice(0, 1)[0]?.[1]()
      }
      expect([...beacons.lit()].sort()).toEqual([...new Set(burning.map(([name]) => name))].sort())
    }),
  )
})
