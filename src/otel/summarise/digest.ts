import type { DataPoint, MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics'

/** `DataPointType.GAUGE` */
const GAUGE = 2

interface Range {
  min: number
  max: number
  latest: DataPoint<number>
}

/** The collections of a window as one: of each gauge the last value, the least and the greatest; of all else, which adds up by itself, the last. */
export class Digest {
  /** Of gauges, by scope and name, then by attributes: the SDK hands out the same object at each collection. */
  readonly #gauges = new Map<string, Map<object, Range>>()
  #last: ResourceMetrics | undefined

  get isEmpty(): boolean {
    return this.#last === undefined
  }

  take(metrics: ResourceMetrics): void {
    this.#last = metrics
    for (const { scope, metrics: all } of metrics.scopeMetrics) {
      for (const metric of all) if (isGauge(metric)) this.#takeGauge(keyOf(scope, metric), metric.dataPoints)
    }
  }

  /** What there is to send, and a new window begins; `undefined` when nothing came. */
  turn(): ResourceMetrics | undefined {
    const last = this.#last
    if (!last) return undefined
    const scopeMetrics = last.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.flatMap((metric) => (isGauge(metric) ? this.#gauge(scope, metric) : [metric])),
    }))
    this.#last = undefined
    this.#gauges.clear()
    return { resource: last.resource, scopeMetrics }
  }

  #takeGauge(key: string, points: readonly DataPoint<number>[]): void {
    const ranges = this.#gauges.get(key) ?? new Map<object, Range>()
    this.#gauges.set(key, ranges)
    for (const point of points) {
      const range = ranges.get(point.attributes)
      if (!range) ranges.set(point.attributes, { min: point.value, max: point.value, latest: point })
      else {
        if (point.value < range.min) range.min = point.value
        if (point.value > range.max) range.max = point.value
        range.latest = point
      }
    }
  }

  #gauge(scope: ScopeMetrics['scope'], metric: GaugeData): MetricData[] {
    const ranges = [...(this.#gauges.get(keyOf(scope, metric))?.values() ?? [])]
    const of = (suffix: string, value: (range: Range) => number): MetricData => ({
      ...metric,
      descriptor: { ...metric.descriptor, name: metric.descriptor.name + suffix },
      dataPoints: ranges.map((range) => ({ ...range.latest, value: value(range) })),
    })
    return [of('', ({ latest }) => latest.value), of('.min', ({ min }) => min), of('.max', ({ max }) => max)]
  }
}

type GaugeData = Extract<MetricData, { dataPointType: 2 }>

function isGauge(metric: MetricData): metric is GaugeData {
  return (metric.dataPointType as number) === GAUGE
}

function keyOf({ name, version }: ScopeMetrics['scope'], { descriptor }: MetricData): string {
  return `${name}\n${version ?? ''}\n${descriptor.name}`
}
