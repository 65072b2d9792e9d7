import { describe, expect, test } from 'vitest'
import { anomaly } from '../../src/index.js'
import { add, at, constant, noise, pulse, rig, seasonal, simulate } from '../../src/testing/index.js'

const LEARNED = 4 * 24
const STARTS = [4, 15, 26, 40, 60]

/** When findings opened, in minutes after the fault that was last to begin. */
async function delays(minutes: number, by: number): Promise<number[]> {
  const faults = STARTS.map((h) => pulse(by, at(LEARNED + h), at(LEARNED + h + minutes / 60)))
  const wave = add(constant(100), seasonal({ amplitude: 40 }), noise(3, 42), ...faults)
  const world = rig({ observe: [simulate('queue.depth', wave, '10s')], watch: [anomaly()] })
  const began = world.clock.now()
  const opened = new Map<string, number>()
  world.monitor.on('finding', ({ id, openedAt }) => opened.set(id, (openedAt - began) / 36e5 - LEARNED))
  await world.advance(`${LEARNED + 80}h`)
  return [...opened.values()].map((time) => (time - Math.max(...STARTS.filter((start) => start <= time))) * 60)
}

describe('a fault that comes again, five times in three days, is found each time when it begins', () => {
  test.each([
    [5, 200],
    [20, 200],
  ])('%d minutes of %d more', async (minutes, by) => {
    const found = await delays(minutes, by)
    expect(found).toHaveLength(STARTS.length)
    expect(Math.max(...found)).toBeLessThan(2)
  })
})
