import { checkOptions, type Duration, duration, type Source } from '../model/index.js'

/** How often {@link vitals} looks, and how closely. */
export interface VitalsOptions {
  /** The window over which delays and utilizations are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /**
   * How often the event loop is sampled; from 1 ms to 1 s. Stalls shorter than this are seen by chance only. Each halving
   * doubles the cost. @defaultValue `'50ms'`
   */
  readonly resolution?: Duration
}

/**
 * The vital signs of this Node process, each over its own window: how late the event loop runs and how busy it is, heap by space,
 * garbage collections by kind, memory outside the heap, resident set, CPU, what keeps the loop alive, open file descriptors, and
 * uncaught exceptions. All signals are in docs/signals.md.
 *
 * Samples the loop with a histogram of its own, since a shared one is reset by whoever reads it first. OpenTelemetry's
 * runtime instrumentation leaves its sampling interval (10 ms) in the delays; here it is taken out, so that figures for
 * different resolutions compare.
 *
 * Exceptions are counted without a say in what becomes of the process: by `uncaughtExceptionMonitor`, which sees unhandled rejections
 * too, and by the warnings of `--unhandled-rejections=warn`. Not counted: rejections that the app's own `unhandledRejection`
 * listener takes, and those of `--unhandled-rejections=none`. All listeners and observers go with the source.
 *
 * O(1) a window, but for a list of what keeps the loop alive.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * createMonitor({ service: 'checkout', observe: [vitals()], watch: [anomaly({ signal: 'nodejs.eventloop.*' })] })
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 */
export function vitals(options: VitalsOptions = {}): Source {
  checkOptions('vitals', options, ['every', 'resolution'])
  const every = duration('vitals.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const resolution = Math.round(duration('vitals.resolution', options.resolution ?? '50ms', { max: 1e3 }))
  return {
    name: 'vitals',
    async start(emit, context) {
      const { runVitals } = await import('./vitals/run.js')
      return runVitals({ every, resolution }, emit, context)
    },
  }
}
