import type { MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics'
import { type Context, OWN_PREFIX } from '../model/index.js'
import type { Column, Stream } from './column.js'
import { DeltaExplicitColumn, ExplicitColumn } from './explicit-columns.js'
import { DeltaExponentialColumn, ExponentialColumn } from './exponential-columns.js'
import { type Binding, MetricMemory, type Room } from './metric-memory.js'
import { DeltaLevelColumn, DeltaRateColumn, LevelColumn, RateColumn } from './number-columns.js'
import { WithinColumn } from './within-column.js'

type Scope = ScopeMetrics['scope']

/** The SDK's own numbers for its enums, which are part of its public types: importing the SDK would cost its memory. */
const DELTA = 0
const [HISTOGRAM, EXPONENTIAL_HISTOGRAM, GAUGE, SUM] = [0, 1, 2, 3]

/** The memories of all metrics of an intake, found by the descriptor object that the SDK keeps for each. */
export class MetricMemories {
  readonly #keys = new WeakMap<object, string>()
  readonly #byKey = new Map<string, MetricMemory>()
  /** Which scope has a name for itself. */
  readonly #owners = new Map<string, string>()

  constructor(
    private readonly context: Context,
    private readonly room: Room,
    private readonly within: ReadonlyMap<string, number>,
  ) {}

  /** `undefined` for a metric that is our own, or of no kind we know. */
  of(scope: Scope, metric: MetricData): MetricMemory | undefined {
    const { descriptor } = metric
    if (descriptor.name.startsWith(OWN_PREFIX)) return undefined
    let key = this.#keys.get(descriptor)
    if (key === undefined) {
      key = keyOf(scope, metric)
      this.#keys.set(descriptor, key)
    }
    return this.#byKey.get(key) ?? this.#add(key, scope, metric)
  }

  /** Each memory, also while some are taken out. */
  *[Symbol.iterator](): Generator<[string, MetricMemory]> {
    yield* this.#byKey
  }

  delete(key: string): void {
    this.#byKey.delete(key)
    for (const [name, owner] of this.#owners) if (owner === key) this.#owners.delete(name)
  }

  #add(key: string, scope: Scope, metric: MetricData): MetricMemory | undefined {
    const columns = columnsOf(metric)
    if (!columns) return undefined
    const { name, unit } = metric.descriptor
    const delta = metric.aggregationTemporality === DELTA
    const maker = delta ? columns[1] : columns[0]
    const limit = isHistogram(metric) ? this.within.get(name) : undefined
    const column = (stream: Stream): Column =>
      limit === undefined ? new maker(stream) : new WithinColumn(new maker(stream), stream, limit, delta)
    const binding = this.#bindingOf(key, scope, name)
    const memory = new MetricMemory({ name, unit: unit || '1', delta, binding, column }, this.room)
    this.#byKey.set(key, memory)
    return memory
  }

  /** When two scopes bring a metric of the same name, the later one's series carry the scope's name, so as not to be mixed up. */
  #bindingOf(key: string, scope: Scope, name: string): Binding {
    const { context } = this
    const owner = this.#owners.get(name) ?? key
    this.#owners.set(name, owner)
    if (owner === key) return (title, unit, attributes) => context.signal(title, { unit, attributes })
    const own = { 'otel.scope.name': scope.name }
    return (title, unit, attributes) => context.signal(title, { unit, attributes: { ...attributes, ...own } })
  }
}

type ColumnMaker = new (stream: Stream) => Column

function isHistogram({ dataPointType }: MetricData): boolean {
  const type: number = dataPointType
  return type === HISTOGRAM || type === EXPONENTIAL_HISTOGRAM
}

/** The cumulative column and the delta one. */
function columnsOf(metric: MetricData): readonly [ColumnMaker, ColumnMaker] | undefined {
  const type: number = metric.dataPointType
  if (type === GAUGE) return [LevelColumn, LevelColumn]
  if (type === HISTOGRAM) return [ExplicitColumn, DeltaExplicitColumn]
  if (type === EXPONENTIAL_HISTOGRAM) return [ExponentialColumn, DeltaExponentialColumn]
  if (type !== SUM) return undefined
  const rising = 'isMonotonic' in metric && metric.isMonotonic
  return rising ? [RateColumn, DeltaRateColumn] : [LevelColumn, DeltaLevelColumn]
}

function keyOf(scope: Scope, { descriptor, dataPointType, aggregationTemporality }: MetricData): string {
  return JSON.stringify([
    scope.name,
    scope.version,
    descriptor.name,
    descriptor.unit,
    dataPointType,
    aggregationTemporality,
  ])
}
