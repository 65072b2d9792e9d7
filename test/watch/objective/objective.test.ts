import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/edge/index.js'
import { alert } from '../../../src/index.js'
import type { Finding, Signal } from '../../../src/model/index.js'
import { recorder, rig } from '../../../src/testing/index.js'
import { objective } from '../../../src/watch/index.js'

const START = Date.UTC(2026, 0, 5)
const [SECOND, MINUTE, HOUR, DAY] = [1e3, 6e4, 36e5, 864e5]
const signal = (name: string): Signal => ({ name, unit: '1/s', attributes: {} })
const [GOOD, TOTAL] = [signal('ok.rate'), signal('all.rate')]

/** A service that answers so many requests a second, of which a part fails, seen every 10 s. */
class Service {
  time = START
  readonly told: Finding[] = []
  readonly slo
  readonly state

  constructor(options: Partial<Parameters<typeof objective>[0]> = {}) {
    this.slo = objective({ name: 'checkout', target: 0.999, good: 'ok.rate', total: 'all.rate', ...options })
    this.state = this.slo.start()
  }

  run(span: number, failing: number, perSecond = 100): this {
    for (const end = this.time + span; this.time < end; ) {
      this.time += 10 * SECOND
      this.told.push(...this.slo.push(this.state, perSecond, this.time, TOTAL))
      this.told.push(...this.slo.push(this.state, perSecond * (1 - failing), this.time, GOOD))
    }
    return this
  }

  quiet(span: number): this {
    for (const end = this.time + span; this.time < end; this.time += 10 * SECOND) {
      this.told.push(...this.slo.tick(this.state, this.time, TOTAL))
    }
    return this
  }
}

describe('objective()', () => {
  test.each([
    ['total outage', 1, (14.4 * 0.001 * HOUR) / 1],
    ['one request in ten', 0.1, (14.4 * 0.001 * HOUR) / 0.1],
    ['one request in fifty', 0.02, (14.4 * 0.001 * HOUR) / 0.02],
  ])('%s: a page comes when theory says, to within a look and a slot', (_, failing, due) => {
    const service = new Service().run(2 * DAY, 0)
    const began = service.time
    service.run(HOUR, failing)
    const page = service.told.find(({ severity }) => severity === 'critical') as Finding
    expect(Math.abs(page.updatedAt - began - due)).toBeLessThanOrEqual(20 * SECOND)
    expect(page.summary).toMatch(
      /^checkout spends its error budget 1\d\.\d times too fast over 1 h; .* % of the budget is left/,
    )
  })

  test('a slow burn of twice the budget is a warning, and the page does not come', () => {
    const service = new Service().run(3 * DAY, 0).run(3 * DAY, 0.004)
    expect(service.told[0]).toMatchObject({ severity: 'warning', state: 'open' })
    expect(service.told.filter(({ severity }) => severity === 'critical')).toEqual([])
  })

  test('a finding has one id from its opening to its close, a minute after its rules have ceased to hold', () => {
    const service = new Service()
      .run(20 * DAY, 0)
      .run(5 * MINUTE, 1)
      .run(DAY, 0)
    expect(new Set(service.told.map(({ id }) => id)).size).toBe(1)
    expect(service.told.at(-1)).toMatchObject({ state: 'closed', summary: expect.stringContaining('no longer') })
  })

  test('one bad request of five pages nobody; the same for days is told, although no hour of it would be', () => {
    const count = { good: 'ok', total: 'all' }
    const events = new Service(count)
    const push = (bad: boolean): void => {
      events.told.push(
        ...events.slo.push(
          events.state,
          1,
          events.time,
          signal('all').name === 'all' ? { ...TOTAL, name: 'all', unit: '1' } : TOTAL,
        ),
      )
      if (!bad) events.told.push(...events.slo.push(events.state, 1, events.time, { ...GOOD, name: 'ok', unit: '1' }))
    }
    for (let i = 0; i < 5; i++) push(i === 2)
    events.quiet(HOUR)
    expect(events.told).toEqual([])
    for (let day = 0; day < 10; day++) {
      for (let i = 0; i < 5; i++) push(i === 2)
      events.quiet(DAY)
    }
    expect(events.told[0]).toMatchObject({ severity: 'warning', state: 'open' })
  })

  test('a silent day is neither good nor bad', () => {
    const service = new Service().run(2 * HOUR, 0.0005)
    const before = service.slo.status()?.remaining
    service.quiet(DAY)
    const status = service.slo.status()
    expect(status?.remaining).toBe(before)
    expect(status?.burn['1h']).toBeNaN()
    expect(status?.exhaustedIn).toBe(Number.POSITIVE_INFINITY)
  })

  test('status says what is left and for how long: half of the budget after half of it was spent', () => {
    const service = new Service().run(29 * DAY, 0).run(6 * HOUR, 0.05)
    const { remaining, burn, exhaustedIn } = service.slo.status() as NonNullable<ReturnType<typeof service.slo.status>>
    expect(remaining).toBeCloseTo(1 - (6 * 0.05) / ((29 * 24 + 6) * 0.001), 2)
    expect(burn['1h']).toBeCloseTo(50, 1)
    expect(exhaustedIn / HOUR).toBeCloseTo((remaining * 720) / 50, 1)
  })

  test('time within a limit: a latency that is too high for three minutes in an hour has spent so much', () => {
    const slo = objective({ name: 'fast', target: 0.9, window: '1d', signal: 'latency.p95', below: 0.3 })
    const state = slo.start()
    const p95: Signal = { name: 'latency.p95', unit: 's', attributes: {} }
    for (let at = 0; at <= HOUR; at += 10 * SECOND)
      slo.push(state, at > 10 * MINUTE && at <= 13 * MINUTE ? 0.5 : 0.1, START + at, p95)
    expect(slo.status()?.remaining).toBeCloseTo(1 - 3 / 60 / 0.1, 1)
  })

  test('a calendar month begins with a whole budget', () => {
    const service = new Service({ window: 'month' })
    service.time = Date.UTC(2026, 0, 31, 20)
    service.run(4 * HOUR - MINUTE, 0.5)
    expect(service.slo.status()?.remaining).toBeLessThan(0)
    service.run(2 * HOUR + MINUTE, 0)
    expect(service.slo.status()?.remaining).toBe(1)
  })

  test('whether a burn is found does not hang on a restart; status and metrics go on', async () => {
    const store = memoryStore()
    const pager = recorder()
    const build = (clock?: ReturnType<typeof rig>['clock']) => {
      const slo = objective({ name: 'checkout', target: 0.999, bad: 'failed', total: 'requests' })
      return { slo, world: rig({ watch: [slo], respond: [alert({ to: pager })], store, ...(clock && { clock }) }) }
    }
    const first = build()
    const minute = async ({ world }: ReturnType<typeof build>, bad: number): Promise<void> => {
      world.monitor.signal('requests').record(1_000)
      if (bad > 0) world.monitor.signal('failed').record(bad)
      await world.advance('1m')
    }
    await first.world.advance('1s')
    for (let i = 0; i < 90; i++) await minute(first, 0)
    await first.world.stop()
    const second = build(first.world.clock)
    await second.world.advance('1s')
    for (let i = 0; i < 3; i++) await minute(second, 500)
    expect(pager.reasons[0]).toBe('opened')
    expect(second.world.monitor.stats().objectives).toMatchObject([{ name: 'checkout', target: 0.999 }])
    expect(second.slo.status()?.remaining).toBeCloseTo(1 - 1_500 / (93_000 * 0.001), 3)
    expect([...first.world.faults, ...second.world.faults]).toEqual([])
  })

  test.each([
    ['objective.options', undefined],
    ['objective.target', { name: 'a', target: 99.9, good: 'a', total: 'b' }],
    ['objective.name', { target: 0.99, good: 'a', total: 'b' }],
    ['objective', { name: 'a', target: 0.99, good: 'a' }],
    ['objective', { name: 'a', target: 0.99, good: 'a', total: 'b', signal: 'c', below: 1 }],
    ['objective.below', { name: 'a', target: 0.99, signal: 'c' }],
    ['objective.window', { name: 'a', target: 0.99, good: 'a', total: 'b', window: '1h' }],
    ['objective.goal', { name: 'a', target: 0.99, good: 'a', total: 'b', goal: 1 }],
  ])('%s: nonsense is refused with its field', (field, options) => {
    expect(() => objective(options as never)).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })
})
