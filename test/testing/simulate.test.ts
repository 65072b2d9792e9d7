import { expect, test } from 'vitest'
import { ewma } from '../../src/detect/index.js'
import type { Context, Signal } from '../../src/model/index.js'
import { rig } from '../../src/testing/rig.js'
import { simulate } from '../../src/testing/simulate.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { add, at, constant, gaps, noise, pulse } from '../../src/testing/waves.js'
import { anomaly } from '../../src/watch/index.js'

const depth: Signal = { name: 'queue.depth', unit: '{job}', attributes: {} }

/** A source on a virtual clock, with what it emits and when. */
function played(source: ReturnType<typeof simulate>) {
  const clock = virtualClock()
  const end = new AbortController()
  const heard: (readonly [number, number])[] = []
  const signals = new Set<Signal>()
  const emit = (signal: Signal, value: number): void => {
    signals.add(signal)
    heard.push([clock.elapsed(), value])
  }
  const start = () => Promise.resolve(source.start(emit, { clock, abort: end.signal } as unknown as Context))
  return { clock, end, heard, signals, start }
}

test('it plays at once and then every ten seconds, wherever the clock stands', async () => {
  const { clock, end, heard, start } = played(simulate(depth, (time) => time, '10s'))
  await clock.advance('3h')
  const running = start()
  await clock.advance('1m')
  expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6].map((turn) => [3 * 36e5 + turn * 10_000, turn * 10_000]))
  end.abort()
  await running
  await clock.advance('1h')
  expect(heard).toHaveLength(7)
})

test('a gap is silence', async () => {
  const { clock, heard, start } = played(simulate(depth, add(constant(1), gaps('20s', '40s')), '10s'))
  void start()
  await clock.advance('1m')
  expect(heard.map(([time]) => time / 1_000)).toEqual([0, 10, 40, 50, 60])
})

test('a jump of the wall clock does not bend the story', async () => {
  const { clock, heard, start } = played(simulate(depth, (time) => time, '10s'))
  void start()
  await clock.advance('20s')
  clock.jump(1e12)
  await clock.advance('20s')
  expect(heard.map(([, value]) => value)).toEqual([0, 10_000, 20_000, 30_000, 40_000])
})

test('after being held up it goes on with the present, without catching up', async () => {
  const clock = virtualClock()
  const held = { ...clock, elapsed: () => clock.elapsed(), sleep: () => clock.advance('35s') }
  const heard: number[] = []
  const end = new AbortController()
  const emit = (_: Signal, value: number): void => {
    heard.push(value / 1_000)
    if (heard.length === 5) end.abort()
  }
  await simulate(depth, (time) => time, '10s').start(emit, { clock: held, abort: end.signal } as unknown as Context)
  expect(heard).toEqual([0, 30, 70, 100, 140])
})

test('a name stands for a signal without unit and attributes, and each value comes with the same object', async () => {
  const { clock, signals, start } = played(simulate('queue.depth', constant(1)))
  void start()
  await clock.advance('1m')
  expect([...signals]).toEqual([{ name: 'queue.depth', unit: '1', attributes: {} }])
})

test('nonsense is refused when it is built', () => {
  expect(() => simulate('', constant(1))).toThrowError('simulate.signal must be')
  expect(() => simulate({ name: 'x', unit: '1' } as never, constant(1))).toThrowError(
    'simulate.signal must be a name, or a signal with name, unit and attributes',
  )
  expect(() => simulate(depth, 5 as never)).toThrowError('simulate.wave must be')
  expect(() => simulate(depth, constant(1), 0)).toThrowError('simulate.every must be')
})

test('thirty days of ten-second samples run through a whole monitor in a few seconds, and find what happened', async () => {
  const wave = add(constant(100), noise(5, 42), pulse(300, at(24 * 20), at(24 * 20 + 2)))
  const watch = [anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }) })]
  const world = rig({ observe: [simulate(depth, wave, '10s')], watch })
  const began = performance.now()
  await world.advance('30d')
  const took = performance.now() - began
  expect(world.monitor.stats().observations).toBeGreaterThanOrEqual(30 * 8_640)
  expect(world.monitor.findings().filter(({ severity }) => severity === 'critical')).toHaveLength(1)
  expect(took).toBeLessThan(12_000)
  await world.stop()
})
