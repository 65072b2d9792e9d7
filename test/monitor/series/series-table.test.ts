import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Finding, type Handle, NONE, type Signal, type Watcher } from '../../../src/model/index.js'
import { Guard } from '../../../src/monitor/guard.js'
import { SeriesTable } from '../../../src/monitor/series/series-table.js'
import { Timeline } from '../../../src/monitor/timeline.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'

/** Counts what it is given; finds what `finds` says. */
function counting(name: string, matches: (signal: Signal) => boolean = () => true): Watcher<{ values: number[] }> {
  return {
    name,
    matches,
    start: () => ({ values: [] }),
    push(state, value) {
      state.values.push(value)
      return NONE
    },
    tick: () => NONE,
  }
}

function table(maxSignals = 100, restored = new Map<string, unknown>()) {
  const clock = virtualClock({ start: 0 })
  const dropped: Record<string, number> = {}
  const faults: string[] = []
  const findings: Finding[] = []
  const guard = new Guard(clock, (fault) => faults.push(`${fault.part}: ${fault.message}`))
  const series = new SeriesTable(
    {
      guard,
      timeline: new Timeline(clock, 0, () => undefined),
      found: (list) => void findings.push(...list),
      drop: (cause) => {
        dropped[cause] = (dropped[cause] ?? 0) + 1
      },
      adopt: (part, key) => restored.get(`${part} ${key}`),
    },
    maxSignals,
  )
  const memories = () =>
    Object.fromEntries([...series.memories()].map(({ part, key, state }) => [`${part} ${key}`, state]))
  return { clock, series, dropped, faults, findings, memories }
}

test.each([Number.NaN, Infinity, -Infinity, 5n, '5', null, undefined, {}, [], true, Symbol('x')])(
  '%s is stopped at the door and counted',
  (value) => {
    const { series, dropped, memories } = table()
    series.watch([counting('w@1')], true)
    const handle = series.signal('x')
    handle.record(value as never)
    expect(dropped).toEqual({ 'not a finite number': 1 })
    expect(memories()).toEqual({ 'w@1 ["x"]': { values: [] } })
  },
)

test('the same name and attributes are one signal, in any order of the attributes', () => {
  const { series } = table()
  const a = series.signal('x', { attributes: { a: 1, b: 'two' } })
  expect(series.signal('x', { attributes: { b: 'two', a: 1 } })).toBe(a)
  expect(series.signal('x', { attributes: { a: '1', b: 'two' } })).not.toBe(a)
  expect(series.signal('x')).not.toBe(a)
  expect(series.size).toBe(3)
})

test('hostile names and attributes become bounded text or nothing, and never throw', () => {
  const { series } = table()
  const hostile = Object.defineProperty({ good: 'yes' }, 'bad', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]))
  expect(series.signal('x', { attributes: hostile as never }).signal.attributes).toEqual({ good: 'yes' })
  expect(Object.keys(series.signal('y', { attributes: many }).signal.attributes)).toHaveLength(32)
  expect(series.signal('n'.repeat(10_000)).signal.name).toHaveLength(255)
  const polluted = series.signal('z', { attributes: JSON.parse('{"__proto__": {"x": 1}, "constructor": "c"}') })
  expect(Object.keys(polluted.signal.attributes)).toEqual(['constructor'])
  for (const odd of [
    null,
    undefined,
    7,
    'text',
    Symbol('s'),
    () => 1,
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no')
        },
      },
    ),
  ]) {
    expect(() => series.signal(odd as never, { attributes: odd as never, unit: odd as never }).record(1)).not.toThrow()
  }
})

test('whatever is given as attributes, asking twice gives the same signal', () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything(), { maxKeys: 40 }), (name, attributes) => {
      const { series } = table()
      expect(series.signal(name, { attributes: attributes as never })).toBe(
        series.signal(name, { attributes: attributes as never }),
      )
    }),
  )
})

test('a million label sets cost a hundred series; the rest is counted', () => {
  const { series, dropped } = table(100)
  series.watch([counting('w@1')], true)
  for (let i = 0; i < 1_000_000; i++) series.signal('http', { attributes: { user: i } }).record(1)
  expect(series.size).toBe(100)
  expect(dropped['too many signals']).toBe(999_900)
})

test('signals not heard of for two rounds make room, and come back when they are heard again', () => {
  const { series, dropped, memories } = table(2)
  series.watch([counting('w@1')], true)
  const old = series.signal('old')
  old.record(1)
  const loud = series.signal('loud')
  series.round = 2
  loud.record(2)
  series.signal('new').record(3)
  expect(Object.keys(memories()).sort()).toEqual(['w@1 ["loud"]', 'w@1 ["new"]'])
  old.record(4)
  expect(dropped).toEqual({ 'signal made room': 1, 'too many signals': 1 })
  series.round = 5
  series.signal('another').record(5)
  old.record(6)
  expect(memories()['w@1 ["old"]']).toEqual({ values: [6] })
})

test('a handle of a signal that made room and was made again records into the same memory', () => {
  const { series, memories } = table(1)
  series.watch([counting('w@1')], true)
  const first = series.signal('x')
  series.round = 2
  series.signal('y').record(1)
  series.round = 4
  const second = series.signal('x')
  second.record(1)
  first.record(2)
  expect(memories()).toEqual({ 'w@1 ["x"]': { values: [1, 2] } })
})

test('watchers added while running watch from then on; one that is taken out leaves the others their memory', () => {
  const { series, memories } = table()
  const [a, b] = [counting('a@1'), counting('b@1')]
  series.watch([a], true)
  const handle = series.signal('x')
  handle.record(1)
  series.watch([a, b], true)
  handle.record(2)
  expect(memories()).toEqual({ 'a@1 ["x"]': { values: [1, 2] }, 'b@1 ["x"]': { values: [2] } })
  series.watch([b], true)
  handle.record(3)
  expect(memories()).toEqual({ 'b@1 ["x"]': { values: [2, 3] } })
})

test('restored memory is taken up at the first sight of its signal', () => {
  const { series, memories } = table(10, new Map([['w@1 ["x"]', { values: [7] }]]))
  series.watch([counting('w@1')], true)
  series.signal('x').record(8)
  expect(memories()).toEqual({ 'w@1 ["x"]': { values: [7, 8] } })
})

test('before the start and after the stop observations are counted, not kept', () => {
  const { series, dropped, memories } = table()
  const handle = series.signal('x')
  handle.record(1)
  series.watch([counting('w@1')], true)
  handle.record(2)
  expect(memories()).toEqual({ 'w@1 ["x"]': { values: [2] } })
  series.watch([], false)
  handle.record(3)
  expect(dropped).toEqual({ 'not running': 2 })
})

test('a watcher that throws is a fault; after ten it is set aside for a minute, and the others go on', async () => {
  const { series, faults, clock, memories } = table()
  const broken: Watcher = {
    ...counting('broken@1'),
    push: () => {
      throw new Error('no')
    },
  }
  series.watch([broken, counting('good@1')], true)
  const handle = series.signal('x')
  for (let i = 0; i < 30; i++) handle.record(i)
  expect(faults).toHaveLength(10)
  expect((memories()['good@1 ["x"]'] as { values: number[] }).values).toHaveLength(30)
  await clock.advance('61s')
  for (const _ of series.tick(clock.now())) expect.fail('one slice is enough')
  handle.record(31)
  expect(faults).toHaveLength(11)
})

test('a watcher whose matches or start throws harms nobody else', () => {
  const { series, memories } = table()
  const choosy: Watcher = {
    ...counting('choosy@1'),
    matches: () => {
      throw new Error('no')
    },
  }
  const stillborn: Watcher = {
    ...counting('stillborn@1'),
    start: () => {
      throw new Error('no')
    },
  }
  series.watch([choosy, stillborn, counting('good@1')], true)
  expect(() => series.signal('x').record(1)).not.toThrow()
  expect(memories()['stillborn@1 ["x"]']).toBeNull()
})

test('ticks reach every series, in slices of a thousand', () => {
  const { series, clock } = table(5_000)
  const ticked: string[] = []
  series.watch([{ ...counting('w@1'), tick: (_, __, signal) => (ticked.push(signal.name) > 0 ? NONE : NONE) }], true)
  const handles: Handle[] = Array.from({ length: 2_500 }, (_, i) => series.signal(`s${i}`))
  expect([...series.tick(clock.now())]).toHaveLength(2)
  expect(new Set(ticked).size).toBe(handles.length)
})
