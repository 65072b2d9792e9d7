import {
  alert,
  anomaly,
  check,
  correlate,
  createMonitor,
  ewma,
  guardrails,
  type Monitor,
  remediate,
  vitals,
} from 'pi-uptime'
import { webhook } from 'pi-uptime/channels'
import type { Telemetry } from 'pi-uptime/otel'
import type { PageCache } from './page-cache.js'
import type { Prices } from './prices.js'
import type { ReportJob } from './report-job.js'
import { SIGNALS } from './signals.js'
import { report, shown } from './telling.js'

/** The parts of the shop that the monitor may ask, and repair. */
export interface Shop {
  readonly prices: Prices
  readonly cache: PageCache
  readonly report: ReportJob
}

/**
 * How the shop watches, heals and reports itself.
 *
 * Every time here is much shorter than its default, since the demo has a minute for all: a detector normally learns for
 * minutes, a deviation must last 30 s, a repair has 5 min to show its effect, and so on.
 */
export function watch(shop: Shop, telemetry: Telemetry, pager: string): Monitor {
  const monitor = createMonitor({
    service: 'shop',
    observe: [
      vitals({ every: '1s' }),
      telemetry.source,
      check('pricing', ({ abort }) => shop.prices.ask('1', abort), {
        every: '800ms',
        timeout: '800ms',
        critical: false,
      }),
    ],
    watch: SIGNALS.map(({ label, signal, floor }) =>
      anomaly({
        name: label,
        signal,
        detector: shown(label, ewma({ warmup: '8s', halfLife: '1m', floor })),
        direction: 'above',
        minDuration: '900ms',
        closeAfter: '900ms',
      }),
    ),
    correlate: correlate({ quiet: '1s' }),
    respond: [alert({ to: webhook(pager, { private: true }), wait: 0 }), ...playbooks(shop, () => monitor)],
    telemetry,
    tick: '250ms',
  })
  // The circuit closes again when the pricing service answers in time.
  monitor.on('health', ({ checks }) => {
    if (checks.some(({ name, status }) => name === 'pricing' && status === 'pass')) shop.prices.closeCircuit()
  })
  report(monitor)
  return monitor
}

function playbooks({ prices, cache, report }: Shop, monitor: () => Monitor): ReturnType<typeof remediate>[] {
  const pricingFails = (): boolean =>
    monitor()
      .health()
      .checks.some(({ name, status }) => name === 'pricing' && status === 'fail')
  const guards = guardrails({ minUptime: 0, perHour: 20 })
  const limits = { mode: 'act', settle: '15s', cooldown: '2s', attempts: 2, guards } as const
  return [
    remediate({
      ...limits,
      name: 'prices-from-cache',
      // Customers wait, and it is the pricing service that does not answer.
      when: ({ watcher }) => watcher === 'request p95' && pricingFails(),
      steps: [() => prices.openCircuit()],
    }),
    remediate({
      ...limits,
      name: 'personal-pages-off',
      when: { signal: 'shop.cache.entries' },
      steps: [() => cache.personalPages(false), () => cache.clear(), () => globalThis.gc?.()],
      // The signals say that the cache is small again; this asks whether the memory has really come back.
      verify: () => process.memoryUsage().heapUsed < 150e6,
    }),
    remediate({
      ...limits,
      name: 'stop-report',
      when: { signal: 'nodejs.eventloop.*' },
      steps: [() => report.stop()],
    }),
  ]
}
