import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { duration } from '../../src/model/index.js'
import { type ObjectiveOptions, objective, objectivesOf, openSloOf, readOpenSlo } from '../../src/watch/index.js'

const ours = (signal: unknown) => ({ metricSource: { type: 'pi-uptime', spec: { signal } } })

/** A whole document, some of it replaced. */
function document(spec: object = {}, target: object = {}): Record<string, unknown> {
  return {
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'checkout' },
    spec: {
      service: 'shop',
      indicator: {
        metadata: { name: 'ok' },
        spec: { ratioMetric: { good: ours('ok.rate'), total: ours('all.rate') } },
      },
      timeWindow: [{ duration: '28d', isRolling: true }],
      budgetingMethod: 'Occurrences',
      objectives: [{ target: 0.999, ...target }],
      ...spec,
    },
  }
}

const YAML = `
apiVersion: openslo/v1
kind: Service
metadata: { name: shop }
---
apiVersion: openslo/v1
kind: SLI
metadata: { name: latency }
spec:
  thresholdMetric:
    metricSource:
      type: pi-uptime
      spec: { signal: { name: http.server.request.duration.p95, attributes: { http.route: /pay } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: fast }
spec:
  service: shop
  indicatorRef: latency
  timeWindow:
    - duration: 1M
      isRolling: false
      calendar: { startTime: 2026-01-01 00:00:00, timeZone: UTC }
  budgetingMethod: Timeslices
  objectives:
    - { displayName: most, op: lte, value: 0.3, target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m }
    - { displayName: all, op: lte, value: 2, targetPercent: 99.9, timeSliceTarget: 0.5 }
`

describe('readOpenSlo()', () => {
  test('reads a ratio of counters over a rolling window from JSON', async () => {
    const [options] = await readOpenSlo(JSON.stringify(document()))
    expect(options).toEqual({ name: 'checkout', target: 0.999, window: 28 * 864e5, good: 'ok.rate', total: 'all.rate' })
    expect(objective(options as ObjectiveOptions).name).toMatch(/^objective@\d:checkout/)
  })

  test('reads several documents from YAML: a referenced indicator, a calendar, slices, an objective for each target', async () => {
    const signal = { name: 'http.server.request.duration.p95', attributes: { 'http.route': '/pay' } }
    const common = { window: 'month', signal }
    expect(await readOpenSlo(YAML)).toEqual([
      { ...common, name: 'fast-most', target: 0.99, below: 0.3, slice: { every: 3e5, target: 0.95 } },
      { ...common, name: 'fast-all', target: 0.999, below: 2, slice: { every: 6e4, target: 0.5 } },
    ])
  })

  test('a source that is not ours is what you say it is, or an error that names it', async () => {
    const prometheus = { metricSource: { type: 'Prometheus', spec: { query: 'sum(rate(ok[5m]))' } } }
    const ratioMetric = { bad: prometheus, total: ours('all.rate') }
    const foreign = document({ indicator: { metadata: { name: 'x' }, spec: { ratioMetric } } })
    const [options] = objectivesOf(foreign, {
      signalOf: ({ spec }) => (spec?.query === 'sum(rate(ok[5m]))' ? 'failed.rate' : undefined),
    })
    expect(options).toMatchObject({ bad: 'failed.rate', total: 'all.rate' })
    expect(() => objectivesOf(foreign)).toThrow(
      "checkout.ratioMetric.bad.metricSource must be type 'pi-uptime', or a signal by signalOf",
    )
  })

  test.each<[string, unknown]>([
    ['document[0]', 5],
    ['document[0].apiVersion', { ...document(), apiVersion: 'openslo/v2' }],
    ['document[0].metadata.name', { ...document(), metadata: {} }],
    ['checkout.spec.indicatorRef', document({ indicator: undefined, indicatorRef: 'none' })],
    ['checkout.spec.objectives', document({ objectives: [] })],
    ['checkout.spec.objectives[0].target', document({}, { target: undefined })],
    ['objective.target', document({}, { target: 99.9 })],
    ['checkout.spec.timeWindow[0].duration', document({ timeWindow: [{ duration: '1Q', isRolling: true }] })],
    ['objective.window', document({ timeWindow: [{ duration: '90d', isRolling: true }] })],
    [
      'checkout.spec.timeWindow[0].calendar.timeZone',
      document({ timeWindow: [{ duration: '1M', isRolling: false, calendar: { timeZone: 'Europe/Berlin' } }] }),
    ],
    ['spec.budgetingMethod', document({ budgetingMethod: 'Vibes' })],
    ['checkout.spec.objectives[0].timeSliceTarget', document({ budgetingMethod: 'Timeslices' })],
    ['checkout.ratioMetric', document({ indicator: { spec: {} } })],
    [
      'checkout.spec.objectives.op',
      document({ indicator: { spec: { thresholdMetric: ours('x') } } }, { value: 1, op: 'eq' }),
    ],
    [
      'checkout.spec.objectives.value',
      document({ indicator: { spec: { thresholdMetric: ours('x') } } }, { op: 'lte' }),
    ],
  ])('%s: what cannot be kept is refused with its field', (field, wrong) => {
    expect(() => objectivesOf(wrong)).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })

  test('broken YAML is refused by its parser, with the place', async () => {
    await expect(readOpenSlo('apiVersion: [openslo/v1')).rejects.toThrow(/line 1/)
    await expect(readOpenSlo('{')).rejects.toThrow()
    await expect(readOpenSlo('')).rejects.toThrow('readOpenSlo.text')
  })
})

describe('openSloOf()', () => {
  const selector = fc.oneof(fc.constantFrom('ok.rate', 'db.*'), fc.constant({ name: 'a', attributes: { b: 'c' } }))
  const source = fc.oneof(
    fc.record({ good: selector, total: selector }),
    fc.record({ good: selector, bad: selector }),
    fc.record({ bad: selector, total: selector }),
    fc.record({ signal: selector, below: fc.integer() }),
    fc.record({
      signal: selector,
      above: fc.double({ min: -1e9, max: 1e9, noNaN: true }).filter((limit) => !Object.is(limit, -0)),
    }),
  )
  const slice = fc.oneof(
    fc.constant({}),
    fc.record({
      slice: fc.record({ target: fc.double({ min: 0, max: 1, noNaN: true }), every: fc.constantFrom('1m', '5m') }),
    }),
    fc.constant({ slice: { every: '10s' } }),
  )
  const window = fc.constantFrom('30d', '7d', 36 * 36e5, 'week', 'month')
  const target = fc.double({ min: 0.5, max: 0.99999, noNaN: true })
  const all = fc.tuple(source, slice, window, target)

  /** Durations as milliseconds: `'30d'` and 2,592,000,000 are the same. */
  const plain = ({ window: over, slice: each, ...rest }: ObjectiveOptions) => ({
    ...rest,
    window: over === 'week' || over === 'month' ? over : duration('w', over ?? '30d'),
    slice: each && { ...each, every: duration('s', each.every ?? '1m') },
  })

  test('what it writes is read back as it was, as JSON and as YAML', async () => {
    await fc.assert(
      fc.asyncProperty(all, async ([from, sliced, over, part]) => {
        const options = { name: 'checkout', target: part, window: over, ...from, ...sliced } as ObjectiveOptions
        const written = openSloOf(options, 'shop')
        for (const text of [JSON.stringify(written), stringify(written)]) {
          const [read] = await readOpenSlo(text)
          expect(plain(read as ObjectiveOptions)).toEqual(plain(options))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a limit of −0, which JSON cannot say, is read back as the 0 that it is', async () => {
    const written = openSloOf({ name: 'x', target: 0.9, signal: 'a', above: -0 }, 'shop')
    const [read] = await readOpenSlo(JSON.stringify(written))
    expect(read).toMatchObject({ above: 0 })
  })

  test.each([
    [
      'openSloOf.of',
      {
        of: [
          { good: 'a', total: 'b' },
          { good: 'c', total: 'd' },
        ],
      },
    ],
    ['openSloOf.good', { good: () => true, total: 'b' }],
    ['objective.target', { good: 'a', total: 'b', target: 2 }],
  ])('%s: what OpenSLO cannot say is refused', (field, options) => {
    expect(() => openSloOf({ name: 'x', target: 0.99, ...options } as ObjectiveOptions, 'shop')).toThrow(
      expect.objectContaining({ name: 'ConfigError', field }),
    )
  })
})
