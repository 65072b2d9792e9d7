import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding, Signal } from '../../src/model/index.js'
import { missing } from '../../src/watch/index.js'
import type { MissingOptions } from '../../src/watch/missing.js'

const SIGNAL: Signal = { name: 'queue.served', unit: '{job}', attributes: {} }
const START = Date.UTC(2026, 0, 5) // a Monday
const [SECOND, MINUTE, HOUR, DAY] = [1e3, 6e4, 36e5, 864e5]

/** A signal's life: values at the times that `arrives` says, a tick every 30 s. */
class Life {
  time = START
  readonly told: Finding[] = []
  readonly #watcher
  readonly #state

  constructor(options: MissingOptions = {}) {
    this.#watcher = missing(options)
    this.#state = this.#watcher.start()
  }

  until(end: number, every: number, arrives: (time: number) => boolean = () => true): this {
    const next = { value: this.time + every, tick: this.time + 30 * SECOND }
    while (this.time < START + end) {
      this.time = Math.min(next.value, next.tick)
      if (this.time === next.value) {
        if (arrives(this.time)) this.told.push(...this.#watcher.push(this.#state, 1, this.time, SIGNAL))
        next.value += every
      } else {
        this.told.push(...this.#watcher.tick(this.#state, this.time, SIGNAL))
        next.tick += 30 * SECOND
      }
    }
    return this
  }

  get opened(): readonly number[] {
    return this.told.filter(({ state }) => state === 'open').map(({ openedAt }) => openedAt - START)
  }
}

const restsAtNight = (time: number): boolean => {
  const hour = (time % DAY) / HOUR
  return hour >= 6 && hour < 22
}

describe('missing()', () => {
  test('a signal that stops is missed within three of its longest usual pauses, and closes when it is heard again', () => {
    const life = new Life()
      .until(3 * HOUR, 10 * SECOND)
      .until(4 * HOUR, 10 * SECOND, () => false)
      .until(5 * HOUR, 10 * SECOND)
    expect(life.told.map(({ state }) => state)).toEqual(['open', 'closed'])
    const [opened, closed] = life.told as [Finding, Finding]
    expect(opened.openedAt - START - 3 * HOUR).toBeLessThanOrEqual(1.5 * MINUTE)
    expect(opened.summary).toMatch(
      /^queue\.served has not been heard for 1 min.*; it usually pauses for 10 s at the most$/,
    )
    expect(closed).toMatchObject({ id: opened.id, closedAt: closed.updatedAt })
    expect(closed.summary).toContain('heard again, after 1 h')
  })

  test('a rest every night is reported twice, then no more; an outage at noon still is', () => {
    const life = new Life().until(10 * DAY, MINUTE, restsAtNight)
    expect(life.opened.map((at) => Math.floor(at / DAY))).toEqual([0, 1])
    life.until(10 * DAY + 12 * HOUR, MINUTE, restsAtNight).until(10 * DAY + 14 * HOUR, MINUTE, () => false)
    expect(life.opened).toHaveLength(3)
    expect((life.opened[2] as number) - 10 * DAY - 12 * HOUR).toBeLessThan(5 * MINUTE)
  })

  test('one outage teaches nothing: the next is noticed as early', () => {
    const life = new Life().until(2 * DAY + 12 * HOUR, 10 * SECOND)
    for (const day of [2, 3]) {
      life.until(day * DAY + 14 * HOUR, 10 * SECOND, () => false).until((day + 1) * DAY + 12 * HOUR, 10 * SECOND)
    }
    expect(life.opened.map((at) => (at % DAY) - 12 * HOUR < 2 * MINUTE)).toEqual([true, true])
  })

  test('a device that sleeps, a restart and a clock that jumps are nobody’s silence', () => {
    const life = new Life().until(3 * HOUR, 10 * SECOND)
    life.time += 8 * HOUR
    life.until(12 * HOUR, 10 * SECOND)
    life.time += 300 * DAY
    life.until(301 * DAY, 10 * SECOND)
    expect(life.told).toEqual([])
  })

  test('with a time given it needs no learning, and says what is allowed', () => {
    const life = new Life({ for: '25h', severity: 'critical' }).until(2 * DAY, DAY)
    expect(life.told).toEqual([])
    life.until(4 * DAY, DAY, () => false)
    expect(life.told).toMatchObject([{ severity: 'critical', summary: expect.stringContaining('1 d 1 h are allowed') }])
    expect(life.opened[0]).toBeCloseTo(2 * DAY + 25 * HOUR, -6)
  })

  test('arrivals as irregular as they like, as long as they stay so, are missed at most now and then', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 400, maxLength: 400 })
    fc.assert(
      fc.property(gaps, (seconds) => {
        const due = new Set<number>()
        let at = 0
        for (const gap of seconds) {
          at += gap * SECOND
          due.add(at)
        }
        const life = new Life().until(at, SECOND, (time) => due.has(time - START))
        expect(life.opened.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 30 },
    )
  })

  test('what was saved goes on as if nothing had happened', () => {
    const watcher = missing()
    const [state, copy] = [watcher.start(), watcher.start()]
    for (let i = 0; i < 2_000; i++) watcher.push(state, 1, START + i * 10 * SECOND, SIGNAL)
    const saved = JSON.parse(JSON.stringify({ ...state, cadence: undefined }))
    const { usual, odd, ...rest } = state.cadence
    Object.assign(copy, saved, { cadence: { ...rest, usual: usual.slice(), odd: odd.slice() } })
    for (let i = 1; i < 20; i++) {
      const time = START + 2_000 * 10 * SECOND + i * 30 * SECOND
      expect(watcher.tick(copy, time, SIGNAL)).toEqual(watcher.tick(state, time, SIGNAL))
    }
    expect(copy.openedAt).toBeGreaterThan(0)
  })

  test('the library’s own signals are left alone, and nonsense is refused with its field', () => {
    expect(missing().matches({ ...SIGNAL, name: 'pi_uptime.check.status' })).toBe(false)
    expect(missing().matches(SIGNAL)).toBe(true)
    expect(() => missing({ for: '0s' })).toThrow('missing.for')
    expect(() => missing({ severity: 'info' as never })).toThrow('missing.severity')
    expect(() => missing({ after: '1m' } as never)).toThrow('missing.after')
  })
})
