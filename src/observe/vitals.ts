import type { EventLoopUtilization, IntervalHistogram } from 'node:perf_hooks'
import {
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  NO_ATTRIBUTES,
  type Signal,
  type Source,
} from '../model/index.js'

/** How often {@link vitals} looks, and how closely. */
export interface VitalsOptions {
  /** The window over which delays and utilizations are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /**
   * How often the event loop is sampled; from 1 ms to 1 s. Stalls shorter than this are seen by chance only. Each halving
   * doubles the cost: 10 ms took 0.8 % of one core, 20 ms 0.5 %, 50 ms 0.2 %. @defaultValue `'20ms'`
   */
  readonly resolution?: Duration
}

const DELAY_P99: Signal = signal('nodejs.eventloop.delay.p99', 's')
const DELAY_MAX: Signal = signal('nodejs.eventloop.delay.max', 's')
const LOOP_UTILIZATION: Signal = signal('nodejs.eventloop.utilization', '1')
const HEAP_USED: Signal = signal('v8js.memory.heap.used', 'By')
const RSS: Signal = signal('process.memory.usage', 'By')
const CPU_UTILIZATION: Signal = signal('process.cpu.utilization', '1')

/**
 * The vital signs of this Node process, each over its own window: how late the event loop runs, how busy it is, and what
 * memory and CPU the process takes.
 *
 * | signal | unit | what |
 * | --- | --- | --- |
 * | `nodejs.eventloop.delay.p99`, `.max` | s | lateness of the event loop, beyond the sampling interval itself |
 * | `nodejs.eventloop.utilization` | 1 | share of the window in which the loop was not idle |
 * | `v8js.memory.heap.used` | By | heap in use |
 * | `process.memory.usage` | By | resident set |
 * | `process.cpu.utilization` | 1 | CPU time over window and CPUs: 0.25 is one of four |
 *
 * Samples the loop with a histogram of its own, since a shared one is reset by whoever reads it first. OpenTelemetry's
 * runtime instrumentation leaves its sampling interval (10 ms) in the delays; here it is taken out, so that figures for
 * different resolutions compare. O(1) a window, about 0.1 ms.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * createMonitor({ service: 'checkout', observe: [vitals()], watch: [anomaly({ signal: 'nodejs.eventloop.*' })] })
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 */
export function vitals(options: VitalsOptions = {}): Source {
  checkOptions('vitals', options, ['every', 'resolution'])
  const every = duration('vitals.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const resolution = Math.round(duration('vitals.resolution', options.resolution ?? '20ms', { max: 1e3 }))
  return { name: 'vitals', start: (emit, context) => observe(emit, context, every, resolution) }
}

async function observe(emit: Emit, { clock, abort }: Context, every: number, resolution: number): Promise<void> {
  const pulse = new Pulse(resolution)
  try {
    while (!abort.aborted) {
      await clock.sleep(every - resolution, abort)
      if (abort.aborted) break
      pulse.take(emit)
      const began = performance.now()
      await clock.sleep(resolution, abort)
      pulse.missed(performance.now() - began)
    }
  } finally {
    pulse.end()
  }
}

/** One window after another. Time is the machine's own, also under a virtual clock: so are the loop and the CPU. */
class Pulse {
  readonly #delays: IntervalHistogram
  #loop: EventLoopUtilization = performance.eventLoopUtilization()
  #cpu: NodeJS.CpuUsage = process.cpuUsage()
  #since: number = performance.now()
  #missed = 0
  readonly #cores: number = process.getBuiltinModule('node:os').availableParallelism()

  constructor(private readonly resolution: number) {
    this.#delays = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution })
    this.#delays.enable()
  }

  take(emit: Emit): void {
    this.#takeDelays(emit)
    this.#takeUse(emit)
    const { heapUsed, rss } = process.memoryUsage()
    emit(HEAP_USED, heapUsed)
    if (rss > 0) emit(RSS, rss) // 0 under some emulators
  }

  /** A histogram sees no stall that begins between its reset and its next sample; this wait over just that time does. */
  missed(waited: number): void {
    this.#missed = waited
  }

  end(): void {
    this.#delays.disable()
  }

  #takeDelays(emit: Emit): void {
    if (this.#delays.count > 0) {
      emit(DELAY_P99, this.#late(this.#delays.percentile(99) / 1e6))
      emit(DELAY_MAX, this.#late(Math.max(this.#delays.max / 1e6, this.#missed)))
    }
    this.#delays.reset()
  }

  #takeUse(emit: Emit): void {
    const now = performance.now()
    const loop = performance.eventLoopUtilization()
    const cpu = process.cpuUsage()
    const passed = now - this.#since
    const worked = cpu.user + cpu.system - this.#cpu.user - this.#cpu.system
    emit(LOOP_UTILIZATION, performance.eventLoopUtilization(loop, this.#loop).utilization)
    if (passed > 0) emit(CPU_UTILIZATION, worked / 1000 / passed / this.#cores)
    this.#since = now
    this.#loop = loop
    this.#cpu = cpu
  }

  #late(ms: number): number {
    return Math.max(0, ms - this.resolution) / 1000
  }
}

function signal(name: string, unit: string): Signal {
  return { name, unit, attributes: NO_ATTRIBUTES }
}
