import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forest } from '../../src/detect/index.js'
import { ConfigError, type Finding, type GroupDetector, type Signal } from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { type TogetherOptions, type TogetherState, together } from '../../src/watch/index.js'

const START = 1_704_067_200_000
const SECOND = 1_000
const MINUTE = 60_000
const DAY = 864e5

/** The score is the sum of what is there; each slot has a share by its size. Keeps the vectors that it learned. */
function adding(learned: (number | null)[][] = []): GroupDetector<{ vectors: number; forgot: number }> {
  const known = (values: Float64Array): number[] =>
    [...values].map((value) => (Number.isNaN(value) ? 0 : Math.max(0, Math.min(1e6, value))))
  const sum = (values: Float64Array): number => known(values).reduce((total, value) => total + value, 0)
  return {
    name: 'adding@1',
    start: () => ({ vectors: 0, forgot: -1 }),
    score: (_, values) => sum(values),
    learn(state, values) {
      state.vectors++
      learned.push([...values].map((value) => (Number.isNaN(value) ? null : value)))
    },
    blame(_, values, _time, into) {
      into.fill(0)
      known(values).forEach((value, slot) => {
        into[slot] = value / (sum(values) || 1)
      })
    },
    expect: () => ({ value: 0, low: -1, high: 1 }),
    forget(state, slot) {
      state.forgot = slot
    },
  }
}

const signal = (name: string, host?: string): Signal => ({
  name,
  unit: 's',
  attributes: host === undefined ? {} : { 'host.name': host },
})
const [A, B, C] = [signal('a'), signal('b'), signal('c')]

/** One group under one watcher, in steps of 10 s. */
class Play {
  readonly found: Finding[] = []
  readonly learned: (number | null)[][] = []
  readonly watcher: ReturnType<typeof together>
  state: TogetherState
  time = START

  constructor(options: Partial<TogetherOptions> = {}) {
    this.watcher = together({ name: 'shop', signals: '*', detector: adding(this.learned), threshold: 5, ...options })
    this.state = this.watcher.start()
  }

  /** All of these every 10 s for so long. */
  hold(values: readonly (readonly [Signal, number])[], span: number): this {
    for (const end = this.time + span; this.time < end; this.time += 10 * SECOND) {
      for (const [signal, value] of values) this.push(signal, value)
    }
    return this
  }

  push(signal: Signal, value: number): this {
    this.found.push(...this.watcher.push(this.state, value, this.time, signal))
    return this
  }

  wait(span: number): this {
    for (const end = this.time + span; this.time < end; ) {
      this.time += 10 * SECOND
      this.found.push(...this.watcher.tick(this.state, this.time, A))
    }
    return this
  }

  get told(): string[] {
    return this.found.map(({ state, severity }) => `${state} ${severity}`)
  }
}

const calm = [
  [A, 0.1],
  [B, 0.2],
  [C, 0.3],
] as const

describe('vectors', () => {
  test('are the last values of their time, one for each span', () => {
    const play = new Play()
    play.push(A, 1).push(B, 2).push(A, 3)
    play.time += 10 * SECOND
    play.push(B, 4)
    play.time += 10 * SECOND
    play.push(A, 5)
    expect(play.learned).toEqual([
      [3, 2],
      [3, 4],
    ])
  })

  test('are completed by ticks too, and not twice', () => {
    const play = new Play()
    play.push(A, 1).wait(MINUTE)
    expect(play.learned).toEqual([[1]])
  })

  test('hold null for a signal that has not been heard for `hold`', () => {
    const play = new Play({ hold: '1m' })
    play.push(B, 7).hold([[A, 1]], 2 * MINUTE)
    expect(play.learned[0]).toEqual([7, 1])
    expect(play.learned.at(-1)).toEqual([null, 1])
  })

  test('grow as signals join; a signal keeps its slot', () => {
    const play = new Play()
    play.hold([[B, 1]], 20 * SECOND).hold(calm, 20 * SECOND)
    expect(play.learned.at(-1)).toEqual([0.2, 0.1, 0.3])
    expect(play.state.ids).toEqual(['["b"]', '["a"]', '["c"]'])
  })

  test('skip what silence leaves out', () => {
    const play = new Play()
    play
      .push(A, 1)
      .wait(7 * DAY)
      .push(A, 2)
      .wait(MINUTE)
    expect(play.learned).toEqual([[1], [2]])
  })
})

describe('an event', () => {
  const out = [
    [A, 1],
    [B, 6],
    [C, 0.2],
  ] as const

  test('in several signals is one finding, about the one that contributes most', () => {
    const play = new Play({ critical: 20 })
      .hold(calm, 5 * MINUTE)
      .hold(out, 5 * MINUTE)
      .hold(calm, 5 * MINUTE)
    expect(play.told).toEqual(['open warning', 'closed warning'])
    const [opened, closed] = play.found as [Finding, Finding]
    expect(opened).toMatchObject({ watcher: 'shop', signal: B, value: 6, score: 7.2, id: closed.id })
    expect(opened.expected).toEqual({ value: 0, low: -1, high: 1 })
    expect(opened.summary).toMatch(
      /^shop is unusual: b is 6 s \(83\.3 %\) and a is 1 s \(13\.9 %\) \(7\.2 sigmas, for \d+ s now\)$/,
    )
    expect(closed.summary).toBe('shop is back to normal, with b at 200 ms')
  })

  test('names three signals at the most', () => {
    const many = ['p', 'q', 'r', 's'].map((name): [Signal, number] => [signal(name), 2])
    const play = new Play().hold(many, 2 * MINUTE)
    expect(play.found[0]?.summary).toMatch(
      /^shop is unusual: p is 2 s \(25 %\), q is 2 s \(25 %\) and r is 2 s \(25 %\) \(/,
    )
  })

  test('that is shorter than `minDuration` is nothing', () => {
    const play = new Play({ minDuration: '2m' })
      .hold(calm, 5 * MINUTE)
      .hold(out, MINUTE)
      .hold(calm, 5 * MINUTE)
    expect(play.found).toEqual([])
  })

  test('turns critical once', () => {
    const worse = [[B, 30]] as const
    const play = new Play({ critical: 20 }).hold(out, 2 * MINUTE).hold(worse, 5 * MINUTE)
    expect(play.told).toEqual(['open warning', 'open critical'])
    expect(new Set(play.found.map(({ id }) => id)).size).toBe(1)
  })

  test('within `cooldown` of the last one is the same finding, even if another signal leads now', () => {
    const other = [
      [A, 9],
      [B, 0.2],
    ] as const
    const play = new Play()
      .hold(out, 3 * MINUTE)
      .hold(calm, 3 * MINUTE)
      .hold(other, 3 * MINUTE)
    expect(play.told.map((told) => told.split(' ')[0])).toEqual(['open', 'closed', 'open'])
    expect(new Set(play.found.map(({ id }) => id)).size).toBe(1)
    expect(play.found.at(-1)?.signal).toEqual(B)
    expect(play.found.at(-1)?.summary).toMatch(/^shop is unusual again: a is 9 s/)
  })

  test('within four vectors of the last one is the same finding as well, however short the cooldown', () => {
    const other = [
      [A, 9],
      [B, 0.2],
    ] as const
    const play = new Play({ cooldown: '1s' })
      .hold(out, 3 * MINUTE)
      .hold(calm, 90 * SECOND)
      .hold(other, 3 * MINUTE)
    expect(play.told.map((told) => told.split(' ')[0])).toEqual(['open', 'closed', 'open'])
    expect(new Set(play.found.map(({ id }) => id)).size).toBe(1)
  })

  test('closes when no signal is heard any more', () => {
    const play = new Play().hold(out, 3 * MINUTE).wait(20 * MINUTE)
    expect(play.told.at(-1)).toMatch(/^closed/)
    expect(play.found.at(-1)?.summary).toMatch(/^no signal of shop has been heard of for 15 min/)
  })

  test('stays open between two vectors, however far apart they are', () => {
    const play = new Play({ every: '20m', hold: '1h' })
    for (let vector = 0; vector < 5; vector++) play.hold(out, 10 * SECOND).wait(20 * MINUTE - 10 * SECOND)
    expect(play.told.map((told) => told.split(' ')[0])).toEqual(['open'])
    expect(play.wait(2 * 60 * MINUTE).told.at(-1)).toMatch(/^closed/)
  })

  test('under way goes on after a restart, in the same slots', () => {
    const play = new Play().hold(calm, MINUTE).hold(out, 3 * MINUTE)
    play.state = dataOf(textOf(play.state, 2 ** 20)) as TogetherState
    play.hold(
      [
        [{ ...C }, 0.3],
        [{ ...A }, 0.1],
        [{ ...B }, 0.2],
      ],
      3 * MINUTE,
    )
    expect(play.learned.at(-1)).toEqual([0.1, 0.2, 0.3])
    expect(play.told.map((told) => told.split(' ')[0])).toEqual(['open', 'closed'])
    expect(play.found[1]?.id).toBe(play.found[0]?.id)
  })
})

test('feedback of noise makes the group less sensitive', () => {
  const play = new Play().hold([[A, 6]], 2 * MINUTE)
  const [finding] = play.found as [Finding]
  play.watcher.feedback?.(play.state, 'noise', finding)
  play.watcher.feedback?.(play.state, 'noise', { ...finding, watcher: 'another' })
  expect(play.state.alarm.threshold).toBe(6.25)
})

describe('a full group', () => {
  const full = (): Play => {
    const play = new Play()
    for (let i = 0; i < 64; i++) play.push(signal(`s${i}`), i / 1e6)
    return play
  }

  test('refuses further signals, and counts what they say', () => {
    const play = full()
      .push(A, 1)
      .push(A, 2)
      .push(B, 3)
      .wait(20 * SECOND)
    expect(play.state.refused).toBe(3)
    expect(play.learned.at(-1)).toHaveLength(64)
  })

  test('gives the slot of a signal that has been silent for a day to a new one, which the detector is told', () => {
    const play = full()
    play.time += DAY / 2
    for (let i = 0; i < 64; i++) if (i !== 7) play.push(signal(`s${i}`), 0)
    play.time += DAY / 2
    play.push(A, 1)
    expect(play.state.ids[7]).toBe('["a"]')
    expect(play.state.alarm.memory).toMatchObject({ forgot: 7 })
    play.push(signal('s7'), 5)
    expect(play.state.refused).toBe(1)
  })

  test('a signal object whose slot was given away does not write into it', () => {
    const play = new Play()
    const signals = Array.from({ length: 64 }, (_, i) => signal(`s${i}`))
    for (const one of signals) play.push(one, 1)
    play.time += 2 * DAY
    for (const one of signals.slice(1)) play.push(one, 1)
    play.push(A, 3).push(signals[0] as Signal, 99)
    expect(play.state.values[0]).toBe(3)
    expect(play.state.refused).toBe(1)
  })
})

test('whatever comes when, findings open and close in turn, and the memory stays bounded and free of NaN', () => {
  const moment = fc.record({
    slot: fc.integer({ min: 0, max: 90 }),
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 9)),
    gap: fc.constantFrom(0, 1, 5 * SECOND, MINUTE, DAY),
  })
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 150 }), fc.boolean(), (moments, plain) => {
      const detector = plain ? adding() : forest({ warmup: 0 })
      const watcher = together({ name: 'shop', signals: '*', detector, threshold: 5, minDuration: 0 })
      const state = watcher.start()
      const found: Finding[] = []
      let time = START
      for (const { slot, value, gap } of moments) {
        time += gap
        found.push(...watcher.push(state, value, time, signal(`s${slot}`)))
        found.push(...watcher.tick(state, time, A))
      }
      expect(state.ids.length).toBeLessThanOrEqual(64)
      expect(new Set(state.ids).size).toBe(state.ids.length)
      expect(textOf(state, 2 ** 20)).not.toMatch(/"(NaN|-?Infinity)"/)
      found.forEach((finding, i) => {
        if (finding.state === 'closed') expect(found[i - 1]?.id).toBe(finding.id)
      })
    }),
  )
})

test('groups are by the value of one attribute', () => {
  const watcher = together({ signals: 'cpu.*', by: 'host.name' })
  expect(watcher.group?.(signal('cpu.load', 'one'))).toBe('one')
  expect(watcher.group?.(signal('cpu.load'))).toBe('')
  expect(watcher.matches(signal('cpu.load'))).toBe(true)
  expect(watcher.matches(signal('disk.used'))).toBe(false)
})

test('there are a hundred groups at the most: signals of further ones are not watched, those of known ones are', () => {
  const watcher = together({ signals: '*', by: 'host' })
  const signal = (host: string) => ({ name: 'cpu', unit: '1', attributes: { host } })
  const taken = Array.from({ length: 150 }, (_, i) => watcher.matches(signal(`h${i}`)))
  expect(taken.filter(Boolean).length).toBe(100)
  expect(watcher.matches(signal('h3'))).toBe(true)
})

test('a detector that throws misses one vector, not every value after it', () => {
  let asked = 0
  const broken: GroupDetector = {
    ...adding(),
    score() {
      asked++
      throw new Error('no')
    },
  }
  const watcher = together({ signals: '*', detector: broken })
  const state = watcher.start()
  watcher.push(state, 1, START, A)
  expect(() => watcher.push(state, 1, START + 10 * SECOND, A)).toThrow('no')
  for (let i = 0; i < 5; i++) watcher.push(state, 1, START + 10 * SECOND + i, A)
  expect(asked).toBe(1)
})

test.each<[Partial<TogetherOptions>, string]>([
  [{ signals: undefined as never }, 'together.signals'],
  [{ name: '' }, 'together.name'],
  [{ by: '' }, 'together.by'],
  [{ every: 0 }, 'together.every'],
  [{ every: '1m', hold: '10s' }, 'together.hold'],
  [{ threshold: 0.5 }, 'together.threshold'],
  [{ threshold: 4, closeBelow: 5 }, 'together.closeBelow'],
  [{ threshold: 4, critical: 3 }, 'together.critical'],
  [{ minDuration: -1 }, 'together.minDuration'],
  [{ closeAfter: '-1s' as never }, 'together.closeAfter'],
  [{ cooldown: Number.NaN }, 'together.cooldown'],
  [{ staleAfter: 0 }, 'together.staleAfter'],
])('%o throws, naming %s', (options, field) => {
  expect(() => together({ signals: '*', ...options })).toThrow(ConfigError)
  expect(() => together({ signals: '*', ...options })).toThrow(field)
})
