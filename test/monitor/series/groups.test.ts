import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NONE, type Signal, type Watcher } from '../../../src/model/index.js'
import { Guard } from '../../../src/monitor/guard.js'
import { SeriesTable } from '../../../src/monitor/series/series-table.js'
import { Timeline } from '../../../src/monitor/timeline.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'

interface Heard {
  heard: string[]
}

/** Groups signals by the first letter of their names; keeps what it hears. */
function byLetter(group: (signal: Signal) => string = ({ name }) => name.slice(0, 1)): Watcher<Heard> {
  return {
    name: 'by-letter@1',
    matches: () => true,
    group,
    start: () => ({ heard: [] }),
    push(state, value, _time, signal) {
      state.heard.push(`${signal.name}=${value}`)
      return NONE
    },
    tick: () => NONE,
  }
}

function table(maxSignals = 100, restored = new Map<string, unknown>()) {
  const clock = virtualClock({ start: 0 })
  const faults: string[] = []
  const guard = new Guard(clock, (fault) => faults.push(fault.message))
  const series = new SeriesTable(
    {
      guard,
      timeline: new Timeline(clock, 0, () => undefined),
      found: () => undefined,
      drop: () => undefined,
      adopt: (part, key) => {
        const state = restored.get(`${part} ${key}`)
        restored.delete(`${part} ${key}`)
        return state
      },
    },
    maxSignals,
  )
  const memories = () => [...series.memories()].map(({ part, key, state }) => [`${part} ${key}`, state])
  return { series, faults, memories }
}

test('signals of one group share one memory, which is saved once', () => {
  const { series, memories } = table()
  series.watch([byLetter()], true)
  series.signal('a1').record(1)
  series.signal('b1').record(2)
  series.signal('a2').record(3)
  expect(memories()).toEqual([
    ['by-letter@1 group:a', { heard: ['a1=1', 'a2=3'] }],
    ['by-letter@1 group:b', { heard: ['b1=2'] }],
  ])
})

test('a restored group goes on from its memory, whichever of its signals is seen first', () => {
  const { series, memories } = table(100, new Map([['by-letter@1 group:a', { heard: ['a1=1'] }]]))
  series.watch([byLetter()], true)
  series.signal('a2').record(2)
  series.signal('a1').record(3)
  expect(memories()).toEqual([['by-letter@1 group:a', { heard: ['a1=1', 'a2=2', 'a1=3'] }]])
})

test('a group goes with its last signal, not before', () => {
  const { series, memories } = table(2)
  series.watch([byLetter()], true)
  series.signal('a1').record(1)
  series.round = 1
  const second = series.signal('a2')
  second.record(2)
  series.round = 2
  series.signal('b1').record(3)
  expect(memories()).toEqual([
    ['by-letter@1 group:a', { heard: ['a1=1', 'a2=2'] }],
    ['by-letter@1 group:b', { heard: ['b1=3'] }],
  ])
  series.round = 3
  series.signal('b2').record(4)
  expect(memories()).toEqual([['by-letter@1 group:b', { heard: ['b1=3', 'b2=4'] }]])
  series.round = 9
  second.record(5)
  expect(memories()).toEqual([['by-letter@1 group:a', { heard: ['a2=5'] }]])
})

test('a group that was dropped starts anew', () => {
  const { series, memories } = table(1)
  series.watch([byLetter()], true)
  series.signal('a1').record(1)
  series.round = 2
  series.signal('b1').record(2)
  series.round = 4
  series.signal('a1').record(3)
  expect(memories()).toEqual([['by-letter@1 group:a', { heard: ['a1=3'] }]])
})

test('watchers that come and go leave the groups of the others as they are, and take their own along', () => {
  const { series, memories } = table()
  const first = byLetter()
  const second = { ...byLetter(), name: 'other@1' }
  series.watch([first], true)
  const handles = ['a1', 'a2'].map((name) => series.signal(name))
  for (const handle of handles) handle.record(1)
  series.watch([second, first], true)
  for (const handle of handles) handle.record(2)
  expect(memories()).toEqual([
    ['by-letter@1 group:a', { heard: ['a1=1', 'a2=1', 'a1=2', 'a2=2'] }],
    ['other@1 group:a', { heard: ['a1=2', 'a2=2'] }],
  ])
  series.watch([second], true)
  for (const handle of handles) handle.record(3)
  expect(memories()).toEqual([['other@1 group:a', { heard: ['a1=2', 'a2=2', 'a1=3', 'a2=3'] }]])
  series.watch([second, first], true)
  for (const handle of handles) handle.record(4)
  expect(memories().at(-1)).toEqual(['by-letter@1 group:a', { heard: ['a1=4', 'a2=4'] }])
})

test('two watchers with the same groups know nothing of each other', () => {
  const { series, memories } = table()
  series.watch([byLetter(), { ...byLetter(), name: 'other@1', push: () => NONE }], true)
  series.signal('a1').record(1)
  expect(memories()).toEqual([
    ['by-letter@1 group:a', { heard: ['a1=1'] }],
    ['other@1 group:a', { heard: [] }],
  ])
})

test('a watcher that cannot tell the group has a memory for the signal alone, and is at fault', () => {
  const { series, faults, memories } = table()
  const broken = byLetter(() => {
    throw new Error('no letter')
  })
  series.watch([broken], true)
  series.signal('a1').record(1)
  series.signal('a2').record(2)
  expect(faults).toEqual(['no letter', 'no letter'])
  expect(memories()).toEqual([
    ['by-letter@1 ["a1"]', { heard: ['a1=1'] }],
    ['by-letter@1 ["a2"]', { heard: ['a2=2'] }],
  ])
})

test('a memory that is no object cannot be shared: each signal has its own', () => {
  const { series, memories } = table()
  series.watch([{ ...byLetter(), start: () => null as never, push: () => NONE }], true)
  series.signal('a1').record(1)
  series.signal('a2').record(2)
  expect(memories()).toEqual([
    ['by-letter@1 ["a1"]', null],
    ['by-letter@1 ["a2"]', null],
  ])
})

test('whatever comes and goes, there is one memory for each group that has a signal, and no other', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ name: fc.constantFrom('a1', 'a2', 'a3', 'b1', 'b2', 'c1') }) },
    { weight: 2, arbitrary: fc.record({ rounds: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ watched: fc.boolean() }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { series, memories } = table(3)
      const watcher = byLetter()
      const idle: Watcher = { ...byLetter(), name: 'idle@1', group: () => 'all' }
      let watched = true
      series.watch([idle, watcher], true)
      for (const one of steps) {
        if ('rounds' in one) series.round += one.rounds
        else if ('name' in one) series.signal(one.name).record(1)
        else {
          watched = one.watched
          series.watch(watched ? [idle, watcher] : [idle], true)
        }
        for (const _ of series.tick(0)) expect.fail('one slice is enough')
        const letters = new Set([...series.all].map(({ signal }) => signal.name.slice(0, 1)))
        const keys = memories().map(([key]) => key)
        const expected = watched ? [...letters].map((letter) => `by-letter@1 group:${letter}`) : []
        if (letters.size > 0) expected.push('idle@1 group:all')
        expect(keys.toSorted()).toEqual(expected.toSorted())
      }
    }),
  )
})
