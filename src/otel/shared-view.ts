import type { ViewOptions } from '@opentelemetry/sdk-metrics'

/**
 * A view that matches every instrument and changes nothing, so that all readers of a `MeterProvider` share one storage: without
 * any view each reader has its own, and every `add` and `record` is done once for each.
 *
 * Two things to know. An instrument that another view of the app matches as well is exported twice, since views add up: leave
 * this one out when a view of your own already matches everything. And with a view the SDK no longer asks the readers for
 * aggregations and cardinality limits: the view's own apply, which are the instrument's default and 2,000.
 *
 * @example
 * const metrics = tap()
 * new MeterProvider({ readers: [periodic, metrics], views: [sharedView()] })
 */
export function sharedView(): ViewOptions {
  return { instrumentName: '*' }
}
