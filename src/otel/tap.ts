import type { CollectionResult, IMetricReader, MetricProducer } from '@opentelemetry/sdk-metrics'
import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  type Source,
} from '../model/index.js'
import { Intake, type IntakeStats } from './intake.js'
import { INTAKE_OPTIONS, type IntakeOptions, limitsOf } from './intake-options.js'
import { NOTHING } from './tee.js'

/** How a {@link tap} collects. */
export interface TapOptions extends IntakeOptions {
  /** How often the metrics are collected. From 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
}

/** A metric reader that is a source as well. */
export interface Tap extends IMetricReader, Source {
  /** What observing costs and what it left out; all zero before the monitor has started it. */
  stats(): IntakeStats
}

/** The SDK's numbers, which are part of its public types: importing the SDK would cost its memory. */
const CUMULATIVE = 1
const DEFAULT_AGGREGATION = { type: 0 } as const
const EXPONENTIAL_HISTOGRAM = { type: 5 } as const
const CARDINALITY_LIMIT = 2_000
/** A stopped tap still collects so often: with a shared view, the SDK keeps for each reader all that it has not collected. */
const DRAIN = 60_000

/**
 * A second metric reader, for an app whose exporter cannot be wrapped: pull exporters, or exporters built by somebody else.
 * Turns metrics into observations as {@link tee} does, which is the better choice where there is one.
 *
 * What a second reader costs: observable callbacks run once for each reader; `add` and `record` take twice as long unless
 * all readers share one storage, see {@link sharedView}; and what an instrumentation resets when it is read, such as
 * the event loop's delay, is then split between the readers. Without a view it asks for exponential histograms, with which
 * quantiles are exact to a few percent whatever the boundaries.
 *
 * Start the monitor soon after: with a shared view, the SDK keeps what this reader has not yet collected.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const metrics = tap({ every: '10s' })
 * const provider = new MeterProvider({ readers: [prometheus, metrics], views: [sharedView()] })
 * const monitor = createMonitor({ service: 'checkout', observe: [metrics], watch: [anomaly()] })
 */
export function tap(options: TapOptions = {}): Tap {
  checkOptions('tap', options, [...INTAKE_OPTIONS, 'every'])
  const every = duration('tap.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  return new MetricTap(every, limitsOf('tap', options))
}

class MetricTap implements Tap {
  readonly name: string
  #producer: MetricProducer | undefined
  #ended = false
  #intake: Intake | undefined
  /** How many runs there have been: the loop of an older one ends. */
  #runs = 0

  constructor(
    private readonly every: number,
    private readonly limits: ReturnType<typeof limitsOf>,
  ) {
    this.name = limits.name
  }

  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer) throw new ConfigError('tap', 'a reader of one MeterProvider only', 'a second one')
    this.#producer = producer
  }

  selectAggregation(instrument: string): typeof DEFAULT_AGGREGATION | typeof EXPONENTIAL_HISTOGRAM {
    return instrument === 'HISTOGRAM' ? EXPONENTIAL_HISTOGRAM : DEFAULT_AGGREGATION
  }

  selectAggregationTemporality(): typeof CUMULATIVE {
    return CUMULATIVE
  }

  selectCardinalityLimit(): number {
    return CARDINALITY_LIMIT
  }

  async collect(options?: { readonly timeoutMillis?: number }): Promise<CollectionResult> {
    if (!this.#producer) throw new Error('tap() is not among the readers of a MeterProvider')
    return this.#producer.collect(options)
  }

  /** Collects what there is, as the others do; there is nothing to send. */
  async forceFlush(): Promise<void> {
    if (!this.#ended) await this.#collectInto(this.#intake, undefined)
  }

  async shutdown(): Promise<void> {
    this.#ended = true
    this.#intake = undefined
  }

  stats(): IntakeStats {
    return this.#intake?.stats ?? NOTHING
  }

  async start(_emit: Emit, context: Context): Promise<void> {
    const { abort, clock } = context
    if (abort.aborted) return
    const run = ++this.#runs
    const intake = new Intake(context, this.limits)
    this.#intake = intake
    while (!abort.aborted && !this.#ended) {
      await this.#collectInto(intake, context)
      await clock.sleep(this.every, abort)
    }
    void this.#drain(run, context)
  }

  async #drain(run: number, { clock }: Context): Promise<void> {
    while (!this.#ended && run === this.#runs) {
      await this.#collectInto(undefined, undefined)
      await clock.sleep(DRAIN)
    }
  }

  async #collectInto(intake: Intake | undefined, context: Context | undefined): Promise<void> {
    try {
      const { resourceMetrics, errors } = await this.collect({ timeoutMillis: this.every })
      if (errors.length > 0) context?.fault(errors[0])
      intake?.offer(resourceMetrics)
    } catch (error) {
      context?.fault(error)
    }
  }
}
