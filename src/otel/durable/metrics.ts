import type { MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics'
import { type PlainResource, packResource, unpackResource } from './resources.js'

interface PlainMetrics {
  readonly resource: PlainResource
  readonly scopeMetrics: readonly ScopeMetrics[]
}

export function packMetrics({ resource, scopeMetrics }: ResourceMetrics): unknown {
  const plain: PlainMetrics = {
    resource: packResource(resource),
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope: { ...scope }, metrics })),
  }
  return plain
}

/** @throws when it is not what {@link packMetrics} has made. */
export async function unpackMetrics(plain: unknown): Promise<ResourceMetrics> {
  const { resource, scopeMetrics } = plain as PlainMetrics
  pointsOf(scopeMetrics.flatMap(({ metrics }) => metrics))
  return { resource: await unpackResource(resource), scopeMetrics: [...scopeMetrics] }
}

/** How many data points. */
export function pointsOf(metrics: readonly MetricData[]): number {
  return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0)
}

/** The same points in pieces of at most so many; a metric with more is in several. */
export function* slicesOf({ resource, scopeMetrics }: ResourceMetrics, most: number): Iterable<ResourceMetrics> {
  let pending: { readonly scope: ScopeMetrics['scope']; readonly metrics: MetricData[] }[] = []
  let left = most
  for (const { scope, metrics } of scopeMetrics) {
    pending.push({ scope, metrics: [] })
    for (const metric of metrics) {
      for (let at = 0; at < metric.dataPoints.length; ) {
        const part = metric.dataPoints.slice(at, at + left)
        pending.at(-1)?.metrics.push({ ...metric, dataPoints: part } as MetricData)
        at += part.length
        left -= part.length
        if (left > 0) continue
        yield { resource, scopeMetrics: pending }
        pending = [{ scope, metrics: [] }]
        left = most
      }
    }
  }
  if (left < most) yield { resource, scopeMetrics: pending }
}
