import { describe, expect, test } from 'vitest'
import type { ObjectiveStatus, Signal } from '../../../src/model/index.js'
import { rig } from '../../../src/testing/index.js'
import { type ObjectiveOptions, objective } from '../../../src/watch/index.js'

const START = Date.UTC(2026, 0, 5)
const [SECOND, MINUTE, HOUR] = [1e3, 6e4, 36e5]
const rate = (name: string): Signal => ({ name, unit: '1/s', attributes: {} })
const latency: Signal = { name: 'latency', unit: 's', attributes: {} }

/** Two counted sources and a timed one, each as bad as it is told, every 10 s. */
class Services {
  time = START
  readonly slo
  readonly state

  constructor(options: Partial<ObjectiveOptions>) {
    this.slo = objective({ name: 'shop', target: 0.99, window: '1d', ...options })
    this.state = this.slo.start()
  }

  run(span: number, failing: { readonly a?: number; readonly b?: number; readonly slow?: boolean } = {}): this {
    for (const end = this.time + span; this.time < end; ) {
      this.time += 10 * SECOND
      const push = (signal: Signal, value: number) => this.slo.push(this.state, value, this.time, signal)
      for (const name of ['a', 'b'] as const) {
        const part = failing[name]
        if (part === undefined) continue
        push(rate(`${name}.all.rate`), 100)
        push(rate(`${name}.ok.rate`), 100 * (1 - part))
      }
      if (failing.slow !== undefined) push(latency, failing.slow ? 2 : 0.1)
    }
    return this
  }

  get spent(): number {
    return (1 - (this.slo.status()?.remaining as number)) * 0.01
  }
}

const source = (name: string, weight?: number) => ({
  good: `${name}.ok.rate`,
  total: `${name}.all.rate`,
  ...(weight === undefined ? {} : { weight }),
})

describe('a composite objective', () => {
  test('a minute is as bad as its parts are on average, by weight', () => {
    const services = new Services({ of: [source('a', 3), source('b')] }).run(HOUR, { a: 0.2, b: 0 })
    expect(services.spent).toBeCloseTo((3 * 0.2) / 4, 2)
  })

  test('or as the worst of them', () => {
    const services = new Services({ of: [source('a'), source('b')], combine: 'worst' }).run(HOUR, { a: 0.2, b: 0.01 })
    expect(services.spent).toBeCloseTo(0.2, 2)
  })

  test('a part that is ten times as busy counts no more for that', () => {
    const services = new Services({ of: [source('a'), source('b')] })
    for (let i = 0; i < 360; i++) {
      services.time += 10 * SECOND
      for (const [name, value] of [
        ['a.all.rate', 1_000],
        ['a.ok.rate', 1_000],
        ['b.all.rate', 1],
        ['b.ok.rate', 0],
      ] as const)
        services.slo.push(services.state, value, services.time, rate(name))
    }
    expect(services.spent).toBeCloseTo(0.5, 2)
  })

  test('a part without data is left out, and time without any is neither good nor bad', () => {
    const services = new Services({ of: [source('a'), source('b')] }).run(HOUR, { a: 0.1 })
    expect(services.spent).toBeCloseTo(0.1, 2)
    services.time += 6 * HOUR
    services.run(HOUR, { a: 0.1, b: 0.3 })
    expect(services.spent).toBeCloseTo((0.1 + 0.2) / 2, 2)
  })

  test('parts may be counted or timed', () => {
    const of = [source('a'), { signal: 'latency', below: 0.5 }]
    const services = new Services({ of }).run(HOUR, { a: 0, slow: false }).run(HOUR, { a: 0, slow: true })
    expect(services.spent).toBeCloseTo(0.25, 1)
  })

  test('burns like any other: a total outage of one of two halves the time that theory says', () => {
    const services = new Services({ of: [source('a'), source('b')], window: '30d', target: 0.999 }).run(2 * HOUR, {
      a: 0,
      b: 0,
    })
    const began = services.time
    let paged = 0
    for (; paged === 0; ) {
      const state = services.state
      services.run(10 * SECOND, { a: 1, b: 0 })
      if (state.claim?.severity === 'critical') paged = services.time
    }
    const due = (14.4 * 0.001 * HOUR) / 0.5
    expect(paged - began).toBeGreaterThan(due)
    expect(paged - began).toBeLessThan(due + 1.5 * MINUTE)
  })
})

describe('slices of time', () => {
  test('a minute in which enough was good is good, any other bad', () => {
    const services = new Services({ ...source('a'), slice: { target: 0.9 } })
      .run(30 * MINUTE, { a: 0.05 })
      .run(30 * MINUTE, { a: 0.15 })
    expect(services.spent).toBeCloseTo(0.5, 1)
  })

  test('without a target each is as bad as it was: a busy one counts no more', () => {
    const services = new Services({ ...source('a'), slice: { every: '1m' } })
    for (let i = 0; i < 60; i++) {
      services.time += MINUTE
      const busy = i % 2 === 0 ? 1_000 : 1
      services.slo.push(services.state, busy, services.time, rate('a.all.rate'))
      services.slo.push(services.state, i % 2 === 0 ? busy : busy * 0.6, services.time, rate('a.ok.rate'))
    }
    services.slo.tick(services.state, services.time + MINUTE, rate('a.all.rate'))
    services.slo.tick(services.state, services.time + 2 * MINUTE, rate('a.all.rate'))
    expect(services.spent).toBeCloseTo(0.2, 1)
  })

  test('may be longer: one bad minute of five spoils all five, or none', () => {
    const every = { slice: { target: 0.9, every: '5m' as const } }
    const spoiled = new Services({ ...source('a'), ...every })
    for (let i = 0; i < 12; i++) spoiled.run(MINUTE, { a: 1 }).run(4 * MINUTE, { a: 0 })
    expect(spoiled.spent).toBeGreaterThan(0.9)
    const fine = new Services({ ...source('a'), ...every })
    for (let i = 0; i < 12; i++) fine.run(MINUTE, { a: 0.4 }).run(4 * MINUTE, { a: 0 })
    expect(fine.spent).toBe(0)
  })
})

describe('onBudget', () => {
  const bad = { bad: 'failed', total: 'requests' }

  /** What a hook was told, in a monitor; a minute of so many failures of 1,000 at a time. */
  async function played(hooks: ObjectiveOptions['onBudget'], failures: readonly number[]) {
    const slo = objective({ name: 'shop', target: 0.9, window: '1d', ...bad, ...(hooks && { onBudget: hooks }) })
    const world = rig({ watch: [slo] })
    await world.advance('1s')
    for (const failed of failures) {
      world.monitor.signal('requests').record(1_000)
      world.monitor.signal('failed').record(failed)
      await world.advance('1m')
    }
    return world
  }

  test('a level is told once when it is passed, and once when more is left again', async () => {
    const told: string[] = []
    const hook = (level: string) => (_: ObjectiveStatus, isSpent: boolean) => void told.push(`${level} ${isSpent}`)
    const good = new Array(20).fill(0)
    await played({ '0%': hook('0%'), '50%': hook('50%') }, [0, 0, 200, 200, 200, ...good])
    expect(told).toEqual(['50% true', '0% true', '0% false', '50% false'])
  })

  test('freezes repairs: the hook and a guard share a flag', async () => {
    let frozen = false
    const freeze = (_: ObjectiveStatus, isSpent: boolean): void => {
      frozen = isSpent
    }
    await played({ '0%': freeze }, [500, 500])
    expect(frozen).toBe(true)
  })

  test('what it throws or rejects with is a counted fault, and the objective goes on', async () => {
    const hooks = {
      '60%': () => {
        throw new Error('no such room')
      },
      '50%': () => Promise.reject(new Error('nor such a door')),
    }
    const world = await played(hooks, [0, 150, 150, 0, 0])
    expect(world.faults.map(({ error }) => String(error))).toEqual([
      expect.stringContaining('no such room'),
      expect.stringContaining('nor such a door'),
    ])
    expect(world.monitor.stats().objectives[0]?.remaining).toBeCloseTo(1 - 300 / 500, 3)
  })
})

test.each([
  ['objective.of', { of: [source('a')] }],
  ['objective.of[1]', { of: [source('a'), { good: 'x' }] }],
  ['objective.of[1].weight', { of: [source('a'), source('b', -1)] }],
  ['objective.of[0].name', { of: [{ ...source('a'), name: 'a' }, source('b')] }],
  ['objective.good', { ...source('a'), of: [source('a'), source('b')] }],
  ['objective.combine', { of: [source('a'), source('b')], combine: 'best' }],
  ['objective.slice.target', { ...source('a'), slice: { target: 2 } }],
  ['objective.slice.every', { ...source('a'), slice: { target: 0.9, every: '1s' } }],
  ['objective.onBudget', { ...source('a'), onBudget: { half: () => undefined } }],
  ['objective.onBudget', { ...source('a'), onBudget: { '101%': () => undefined } }],
  ["objective.onBudget['50%']", { ...source('a'), onBudget: { '50%': 1 } }],
])('%s: nonsense is refused with its field', (field, options) => {
  const build = () => objective({ name: 'shop', target: 0.99, ...options } as never)
  expect(build).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
})
