import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import type { Finding } from '../../src/model/index.js'
import { rig } from '../../src/testing/index.js'
import { type NoveltyOptions, novelty } from '../../src/watch/index.js'

const HOUR = 36e5

/** A monitor that has lived through its warm-up with ten kinds. */
async function learned(options: Partial<NoveltyOptions> = {}, store = memoryStore()) {
  const world = rig({ watch: [novelty({ signal: 'errors.rate', warmup: '1d', ...options })], store })
  const found: Finding[] = []
  world.monitor.on('finding', (finding) => found.push(finding))
  await world.advance(0)
  const comes = (type: string, value = 1): void =>
    world.monitor.signal('errors.rate', { attributes: { 'error.type': type } }).record(value)
  for (let hour = 0; hour < 48; hour++) {
    for (let kind = 0; kind < 10; kind++) comes(`kind ${kind}`)
    await world.advance('1h')
  }
  const opened = (): readonly string[] =>
    found.splice(0).flatMap(({ state, summary }) => (state === 'open' ? [summary] : []))
  return { world, found, comes, opened, store }
}

describe('novelty()', () => {
  test('tells a series that was never seen, once, and takes it back when nothing new comes', async () => {
    const { world, found, comes } = await learned()
    expect(found).toEqual([])
    comes('kind 3')
    comes('OutOfDisk')
    await world.advance('5m')
    comes('OutOfDisk')
    await world.advance('10m')
    expect(found.map(({ state, summary }) => `${state}: ${summary}`)).toEqual([
      'open: errors.rate{error.type=OutOfDisk} is new: it was never seen before, in 2 d',
      'closed: errors.rate{error.type=OutOfDisk} is new: it was never seen before, in 2 d',
    ])
    expect(found[0]).toMatchObject({ watcher: 'novelty', severity: 'warning', value: 1 })
    expect(found[0]?.score).toBeGreaterThan(2)
  })

  test('a zero is no sign of life', async () => {
    const { world, found, comes } = await learned()
    comes('NeverHappened', 0)
    await world.advance('5m')
    expect(found).toEqual([])
  })

  test('what is new together is one finding', async () => {
    const { world, comes, opened } = await learned()
    for (let i = 0; i < 5; i++) comes(`new ${i}`)
    await world.advance('1m')
    const told = opened()
    expect(new Set(told.map((line) => line.slice(0, 40))).size).toBe(1)
    expect(told.at(-1)).toContain('; and 4 more')
  })

  test('a service that is always new uses its budget up, and gets it back', async () => {
    const { world, found, comes } = await learned()
    let openings = 0
    for (let hour = 0; hour < 24 * 7; hour++) {
      comes(`new ${hour}`)
      await world.advance('1h')
      openings += new Set(
        found
          .splice(0)
          .filter(({ state }) => state === 'open')
          .map(({ id }) => id),
      ).size
    }
    expect(openings).toBeGreaterThanOrEqual(8)
    expect(openings).toBeLessThanOrEqual(10)
  })

  test('what was seen in an earlier life is not new, and needs no other warm-up', async () => {
    const first = await learned()
    await first.world.stop()
    const next = rig({ watch: [novelty({ signal: 'errors.rate' })], store: first.store })
    const found: string[] = []
    next.monitor.on('finding', ({ summary }) => found.push(summary))
    next.clock.jump(3 * 24 * HOUR)
    await next.advance(0)
    const comes = (type: string) => next.monitor.signal('errors.rate', { attributes: { 'error.type': type } }).record(1)
    comes('kind 4')
    await next.advance('1m')
    expect(found).toEqual([])
    comes('OutOfDisk')
    await next.advance('1m')
    expect(found).toHaveLength(1)
  })

  test.each<[string, object]>([
    ['novelty.signal', {}],
    ['novelty.warmup', { signal: 'a', warmup: '31d' }],
    ['novelty.budget', { signal: 'a', budget: 'few' }],
    ['novelty.together', { signal: 'a', together: 0 }],
    ['novelty.severity', { signal: 'a', severity: 'bad' }],
    ['novelty.signals', { signal: 'a', signals: 'a' }],
  ])('%s: an option out of range is refused', (field, options) => {
    expect(() => novelty(options as NoveltyOptions)).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })
})
