import { systemClock } from '../edge/system-clock.js'
import type { Duration, Fault, Monitor } from '../model/index.js'
import { createMonitor } from '../monitor/monitor.js'
import type { MonitorOptions } from '../monitor/options.js'
import { type VirtualClock, virtualClock } from './virtual-clock.js'

/** How a {@link rig} is built: as a monitor, where everything may be left out. */
export interface RigOptions extends Omit<MonitorOptions, 'clock' | 'service'> {
  /** @defaultValue `'test'` */
  readonly service?: string
  /** @defaultValue a new one, at a Monday's midnight */
  readonly clock?: VirtualClock
}

/** A whole monitor in virtual time. */
export interface Rig {
  readonly monitor: Monitor
  readonly clock: VirtualClock
  /** Every fault so far. */
  readonly faults: readonly Fault[]
  /** Starts the monitor if it has not been, and lets time pass. A month of 10 s samples takes about a second. */
  advance(span: Duration): Promise<void>
  /** Stops the monitor, in virtual time. */
  stop(): Promise<void>
}

/**
 * Runs a whole monitor in virtual time: the same monitor, another clock. Twice the same rig gives twice the same result.
 *
 * @throws ConfigError as `createMonitor` does.
 * @example
 * const world = rig({
 *   observe: [simulate(queueDepth, add(constant(100), noise(5, 42), pulse(300, at(6), at(8))), '10s')],
 *   watch: [anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }) })],
 *   respond: [alert({ to: pager })],
 * })
 * await world.advance('12h')
 */
export function rig(options: RigOptions = {}): Rig {
  const { clock = virtualClock(), service = 'test', onFault, ...rest } = options
  const faults: Fault[] = []
  const hear = (fault: Fault): unknown => {
    faults.push(fault)
    return onFault?.(fault)
  }
  const monitor = createMonitor({ telemetry: false, resolution: 0, ...rest, service, clock, onFault: hear })
  return {
    monitor,
    clock,
    faults,
    async advance(span) {
      await alongside(clock, monitor.start(), LOADING)
      await clock.advance(span)
    },
    stop: () => alongside(clock, monitor.stop()),
  }
}

/** Turns of the event loop that real I/O is given before virtual time moves on. */
const PATIENCE = 50
/** Milliseconds of the machine that a start is given first: what parts load comes from a disk that may be busy. */
const LOADING = 2_000

/** Waits for work that may itself wait for time to pass, or for real I/O. */
async function alongside(clock: VirtualClock, work: Promise<void>, real = 0): Promise<void> {
  const machine = systemClock()
  const began = machine.elapsed()
  let over = false
  const end = work.finally(() => {
    over = true
  })
  for (let turn = 0; turn === 0 || !over; turn++) {
    const moves = turn > 0 && turn % PATIENCE === 0 && machine.elapsed() - began >= real
    await clock.advance(moves ? 10 : 0)
  }
  return end
}
