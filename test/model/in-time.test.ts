import { expect, test } from 'vitest'
import { inTime } from '../../src/model/index.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'

const never = (): Promise<never> => new Promise(() => {})

test('what ends in time is given, and its signal fires then', async () => {
  const signals: AbortSignal[] = []
  const work = (abort: AbortSignal): string => {
    signals.push(abort)
    return abort.aborted ? 'late' : 'in time'
  }
  await expect(inTime({ clock: virtualClock(), ms: 10 }, work)).resolves.toBe('in time')
  expect(signals[0]?.aborted).toBe(true)
})

test('what takes too long is given up with the word of the caller, and hears of it', async () => {
  const clock = virtualClock()
  let heard = ''
  const work = (abort: AbortSignal): Promise<never> => {
    abort.addEventListener('abort', () => {
      heard = 'given up'
    })
    return never()
  }
  const waiting = inTime({ clock, ms: 10, late: () => new RangeError('too long') }, work)
  const outcome = expect(waiting).rejects.toThrow(RangeError)
  await clock.advance(9)
  expect(heard).toBe('')
  await clock.advance(1)
  expect(heard).toBe('given up')
  await outcome
})

test('it is given up at once when the caller is, also before it begins', async () => {
  const clock = virtualClock()
  const caller = new AbortController()
  const waiting = inTime({ clock, ms: 1e9, abort: caller.signal }, never)
  caller.abort()
  await expect(waiting).rejects.toThrow('no answer within')
  await expect(inTime({ clock, ms: 1e9, abort: caller.signal }, never)).rejects.toThrow('no answer within')
})

test('what throws, rejects, or rejects when nobody waits any more is never unhandled', async () => {
  const clock = virtualClock()
  const broken = (): never => {
    throw new Error('broken')
  }
  await expect(inTime({ clock, ms: 10 }, broken)).rejects.toThrow('broken')
  let fail = (): void => {}
  const late = inTime({ clock, ms: 10 }, () => new Promise<never>((_, reject) => (fail = () => reject(new Error('x')))))
  const outcome = expect(late).rejects.toThrow('no answer within 10 ms')
  await clock.advance(10)
  await outcome
  fail()
  await new Promise(setImmediate) // an unhandled rejection would fail the run
})
