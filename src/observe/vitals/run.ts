import type { Context, Emit } from '../../model/index.js'
import { Gauges } from '../machine/gauges.js'
import { Collections } from './collections.js'
import { Crashes } from './crashes.js'
import { Loop } from './loop.js'
import { Resources, takeFiles, takeMemory } from './memory.js'

/** How `vitals()` runs: its options, checked, in milliseconds. */
export interface VitalsPlan {
  readonly every: number
  readonly resolution: number
}

/**
 * Takes one window after another until the source is ended. Time is the machine's own, also under a virtual clock: so are the
 * loop and the CPU.
 */
export async function runVitals(plan: VitalsPlan, emit: Emit, { clock, abort }: Context): Promise<void> {
  const { every, resolution } = plan
  const gauges = new Gauges(emit)
  const loop = new Loop(resolution)
  const collections = new Collections()
  const crashes = new Crashes(gauges)
  const resources = new Resources()
  const sleep = async (ms: number): Promise<void> => {
    const began = performance.now()
    await clock.sleep(ms, abort)
    loop.overslept(performance.now() - began - ms)
  }
  try {
    while (!abort.aborted) {
      await sleep(every - resolution)
      if (abort.aborted) break
      gauges.begin(clock.elapsed())
      loop.take(gauges)
      collections.take(gauges, every / 1000)
      takeMemory(gauges)
      resources.take(gauges)
      takeFiles(gauges, abort)
      crashes.take()
      await sleep(resolution)
    }
  } finally {
    loop.end()
    collections.end()
    crashes.end()
  }
}
