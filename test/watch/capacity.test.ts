import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gaussian } from '../../src/math/random.js'
import { ConfigError, type Finding, type Signal } from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { rig, simulate } from '../../src/testing/index.js'
import type { Wave } from '../../src/testing/waves.js'
import { type CapacityOptions, type CapacityReport, type CapacityState, capacity } from '../../src/watch/index.js'
import { DAY, HOUR, MINUTE, SECOND, START } from './play.js'

const CPU: Signal = { name: 'process.cpu.utilization', unit: '1', attributes: {} }
const LOAD: Signal = { name: 'http.server.requests.rate', unit: '{request}/s', attributes: {} }
const USUAL: CapacityOptions = { signal: CPU.name, demand: LOAD.name, limit: 0.8 }

/** A service whose processor goes with its load. */
class Service {
  readonly told: Finding[] = []
  readonly watcher
  state: CapacityState
  at = 0

  constructor(
    private readonly load: Wave,
    private readonly cpu: (load: number, at: number) => number,
    options: Partial<CapacityOptions> = {},
  ) {
    this.watcher = capacity({ ...USUAL, ...options })
    this.state = this.watcher.start()
  }

  until(end: number): this {
    for (; this.at < end; this.at += 10 * SECOND) {
      const load = this.load(this.at)
      this.push(load, LOAD)
      this.push(this.cpu(load, this.at), CPU)
    }
    return this
  }

  push(value: number, signal: Signal): void {
    this.told.push(...this.watcher.push(this.state, value, START + this.at, signal))
  }

  get report(): CapacityReport {
    return this.watcher.report() as CapacityReport
  }
}

/** A day between 100 and so many requests a second. */
const daily =
  (most: number): Wave =>
  (at) =>
    100 + ((most - 100) / 2) * (1 - Math.cos((2 * Math.PI * at) / DAY)) * (1 + 0.02 * gaussian(1, at))
const half = (load: number, at: number): number => 0.05 + load / 2_000 + 0.02 * gaussian(2, at)

describe('capacity()', () => {
  test('says at which load the limit is met, within a twentieth, from half of that load', () => {
    const { report, told } = new Service(daily(750), half).until(DAY)
    expect(Math.abs(report.load - 1_500) / 1_500).toBeLessThan(0.05)
    expect(report.low).toBeLessThan(report.load)
    expect(report.high).toBeGreaterThan(report.load)
    expect(Math.abs(report.headroom - 0.5)).toBeLessThan(0.06)
    expect(told).toEqual([])
  })

  test('says so in plain words, and what size would be right', () => {
    expect(new Service(daily(750), half).until(DAY).report.advice).toMatch(
      /^process\.cpu\.utilization meets its limit of 0\.8 at 1\d{3} request\/s of http\.server\.requests\.rate \(1\d{3} request\/s to 1\d{3} request\/s\); the busiest time of the last week had 7\d\d request\/s, which leaves \d\d(\.\d)? % of head-room\. 6\d(\.\d)? % of the capacity would do to have 20 % at such a time$/,
    )
    expect(new Service(daily(1_100), half).until(DAY).report.advice).toMatch(/The capacity is about right to have 20 %/)
    expect(new Service(daily(1_400), half).until(DAY).report.advice).toMatch(
      /It takes 1\.\d+ times the capacity to have 20 %/,
    )
  })

  test('finds less head-room than wanted as soon as a load shows it, and says when none is left', () => {
    const growing: Wave = (at) => daily(900 + 150 * Math.floor(at / DAY))(at)
    const { told } = new Service(growing, half).until(6 * DAY)
    expect(told.map(({ severity, state }) => [severity, state])).toEqual([
      ['warning', 'open'],
      ['critical', 'open'],
    ])
    const days = told.map(({ updatedAt }) => (updatedAt - START) / DAY)
    expect(days[0]).toBeGreaterThan(2)
    expect(days[0]).toBeLessThan(3)
    expect(days[1]).toBeGreaterThan(4)
    expect(days[1]).toBeLessThan(5)
    expect(told[1]).toMatchObject({ id: told[0]?.id, watcher: 'capacity', signal: CPU })
    expect(told[1]?.summary).toContain('which leaves no head-room')
  })

  test('closes when there is room again: twice the capacity', () => {
    const grown = (load: number, at: number): number => (at < 2 * DAY ? half(load, at) : half(load / 2, at))
    const { told } = new Service(daily(1_400), grown).until(5 * DAY)
    expect(told.map(({ state }) => state)).toEqual(['open', 'closed'])
  })

  test('the busiest time is forgotten after a week', () => {
    const once: Wave = (at) => (at < 2 * HOUR ? 1_000 : 200) + 100 * Math.sin(at / MINUTE)
    const service = new Service(once, half).until(6 * DAY)
    expect(service.report.peak).toBeGreaterThan(900)
    expect(service.until(8 * DAY).report.peak).toBeLessThan(310)
  })

  test('what goes down to its limit counts as well: free memory', () => {
    const free = (load: number): number => 4e9 - 2e6 * load
    const { report } = new Service(daily(750), free, { limit: { below: 1e9 } }).until(DAY)
    expect(Math.abs(report.load - 1_500)).toBeLessThan(10)
    expect(report.advice).toContain('its limit of 1.00e+9')
  })

  test('where load gets dearer the more there is, the dear part counts', () => {
    const bent = (load: number): number => 0.05 + load / 4_000 + Math.max(0, load - 400) / 1_000
    const { report } = new Service(daily(750), bent).until(2 * DAY)
    const truth = 400 + (0.8 - 0.05 - 0.1) / (1 / 4_000 + 1 / 1_000)
    expect(Math.abs(report.load - truth) / truth).toBeLessThan(0.1)
  })

  test.each<[string, Wave, (load: number, at: number) => number]>([
    ['a load that does not vary', (at) => 500 + 5 * gaussian(1, at), half],
    ['a resource that has nothing to do with it', daily(750), (_, at) => 0.5 + 0.05 * gaussian(2, at)],
    ['a resource that falls with it', daily(750), (load) => 0.7 - load / 2_000],
  ])('%s gives no opinion', (_, load, cpu) => {
    const service = new Service(load, cpu).until(2 * DAY)
    expect(service.watcher.report()).toBeUndefined()
    expect(service.told).toEqual([])
  })

  test('has no opinion before half an hour', () => {
    const quick: Wave = (at) => 400 + 300 * Math.sin(at / MINUTE)
    expect(new Service(quick, half).until(29 * MINUTE).watcher.report()).toBeUndefined()
    expect(new Service(quick, half).until(35 * MINUTE).watcher.report()).toBeDefined()
  })

  test('one series each: a further one that matches is left out', () => {
    const service = new Service(daily(750), half, { signal: 'process.*' })
    const other: Signal = { name: 'process.other', unit: '1', attributes: {} }
    service.push(0.5, CPU)
    for (; service.at < DAY; ) {
      service.until(service.at + 10 * SECOND)
      service.push(1e9, other)
    }
    expect(Math.abs(service.report.load - 1_500) / 1_500).toBeLessThan(0.05)
  })

  test('its memory survives JSON: restored it reports the same', () => {
    const service = new Service(daily(750), half).until(DAY)
    const other = new Service(daily(750), half)
    other.state = dataOf(textOf(service.state, 2 ** 20)) as CapacityState
    other.at = service.at
    expect(other.until(25 * HOUR).report).toEqual(service.until(25 * HOUR).report)
  })

  test('whatever comes, the memory stays finite', () => {
    const wild = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(wild, wild), { minLength: 30, maxLength: 120 }), (pairs) => {
        const service = new Service(
          () => 0,
          () => 0,
        )
        for (const [load, cpu] of pairs) {
          service.push(load, LOAD)
          service.push(cpu, CPU)
          service.at += MINUTE
        }
        const text = textOf(service.state, 2 ** 20)
        expect(text).not.toMatch(/NaN|Infinity/)
        expect([...service.state.relation.ys, ...service.state.relation.xs].every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  test('in a monitor it makes an incident of a service that is too small', async () => {
    const load = daily(1_500)
    const world = rig({
      observe: [simulate(LOAD, load, '10s'), simulate(CPU, (at) => half(load(at), at), '10s')],
      watch: [capacity(USUAL)],
    })
    await world.advance('1d')
    expect(world.faults).toEqual([])
    expect(world.monitor.incidents().map(({ title }) => title)).toEqual([
      expect.stringContaining('meets its limit of 0.8 at'),
    ])
    await world.stop()
  })

  test.each([
    [{ limit: 'x' }, 'capacity.limit must be a number, { above } or { below }'],
    [{ headroom: 1 }, 'capacity.headroom must be a number from 0 to 0.9, got 1'],
    [{ every: '1ms' }, 'capacity.every'],
    [{ demand: undefined }, 'capacity.demand'],
    [{ by: 'host' }, 'capacity.by must be left out'],
  ])('%o is refused', (options, message) => {
    const wrong = { ...USUAL, ...options } as unknown as CapacityOptions
    expect(() => capacity(wrong)).toThrow(ConfigError)
    expect(() => capacity(wrong)).toThrow(message)
  })
})
