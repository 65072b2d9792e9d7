import { expect, test } from 'vitest'
import type { Fault } from '../../src/model/index.js'
import { Guard } from '../../src/monitor/guard.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'

function guarded() {
  const clock = virtualClock({ start: 0 })
  const faults: Fault[] = []
  return { clock, faults, guard: new Guard(clock, (fault) => faults.push(fault)) }
}

test.each([
  [
    'an Error',
    () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'a string',
    () => {
      throw 'boom'
    },
    '"boom"',
  ],
  [
    'undefined',
    () => {
      throw undefined
    },
    'undefined',
  ],
  [
    'an object that cannot be printed',
    () => {
      throw {
        toString() {
          throw new Error('no')
        },
      }
    },
    'an unprintable object',
  ],
  [
    'an error with a hostile message',
    () => {
      throw Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('no')
        },
      })
    },
    'an error with a hostile message',
  ],
])('throwing %s is a counted fault, and the work answers otherwise', (_, work, message) => {
  const { guard, faults } = guarded()
  expect(guard.run('part', work, 'otherwise')).toBe('otherwise')
  expect(faults).toMatchObject([{ part: 'part', message, count: 1 }])
})

test('a promise that rejects later is a fault, not an unhandled rejection', async () => {
  const { guard, faults, clock } = guarded()
  guard.run('part', () => Promise.reject(new Error('later')), undefined)
  await clock.advance(0)
  expect(faults.map((fault) => fault.message)).toEqual(['later'])
})

test('a part that fails ten times in a minute is set aside for a minute, then for two', async () => {
  const { guard, faults, clock } = guarded()
  const fail = () =>
    guard.run(
      'part',
      () => {
        throw new Error('again')
      },
      undefined,
    )
  for (let i = 0; i < 15; i++) fail()
  expect(faults).toHaveLength(10)
  expect(faults[9]?.benchedUntil).toBe(60_000)
  expect(guard.run('other', () => 'works', 'no')).toBe('works')
  await clock.advance('61s')
  for (let i = 0; i < 15; i++) fail()
  expect(faults).toHaveLength(20)
  expect(faults[19]?.benchedUntil).toBe(61_000 + 120_000)
})

test('work that never settles is ended at its deadline, and its abort fires', async () => {
  const { guard, faults, clock } = guarded()
  const abort = new AbortController()
  const outcome = guard.settle('part', 500, abort, () => new Promise(() => undefined))
  await clock.advance(499)
  expect(abort.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(await outcome).toEqual({ ok: false, error: 'no answer within 500 ms' })
  expect(abort.signal.aborted).toBe(true)
  expect(faults).toHaveLength(1)
  expect(clock.sleepers).toBe(0)
})

test('an answer in time leaves no sleeper behind, and a late one changes nothing', async () => {
  const { guard, faults, clock } = guarded()
  expect(await guard.settle('part', 500, new AbortController(), async () => 7)).toEqual({ ok: true, value: 7 })
  expect(clock.sleepers).toBe(0)
  const late = guard.settle('part', 500, new AbortController(), () =>
    clock.sleep(900).then(() => {
      throw new Error('late')
    }),
  )
  await clock.advance(1_000)
  expect(await late).toMatchObject({ ok: false })
  expect(faults).toHaveLength(1)
})

test('a listener of faults that throws is counted and does not call itself', () => {
  let calls = 0
  const guard = new Guard(virtualClock(), () => {
    calls++
    guard.fault('listener', 'inner')
    throw new Error('the listener fails')
  })
  guard.fault('part', 'outer')
  expect(calls).toBe(1)
  expect(guard.faults).toBe(3)
})

test('a million names of parts keep the records of a thousand', () => {
  const { guard, faults } = guarded()
  for (let i = 0; i < 5_000; i++) guard.fault(`part ${i}`, 'x')
  expect(faults.at(-1)?.count).toBe(4_000)
})
