/** What observing an app's metrics costs: a pass of the tee beside the collection it observes, its longest hold on the event loop, and the app's own record(). */
import { readFileSync } from 'node:fs'
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Attributes, Meter } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { anomaly, type Clock, createMonitor, ewma, type MonitorOptions, systemClock } from 'pi-uptime'
import { tee } from 'pi-uptime/otel'
import { amountRow, benchmark, type Case, median, ratioRow, type Sample } from './frame.js'

const WARM = 10
const PASSES = 15
/** A pass leaves rates out when it comes sooner after the one before. */
const APART = 60

type Watching = Pick<MonitorOptions, 'watch'>

/** Takes what it gets, and sends nothing. */
const nowhere = (): PushMetricExporter => ({
  export: (_, done) => done({ code: 0 }),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
})

/**
 * Milliseconds for which the main thread has run. Not the process: V8 compiles hot code on threads of its own, which on two cores
 * take the main thread's place.
 */
function threadTime(): number {
  const { user, system } = process.cpuUsage() // has the kernel bring the thread's account up to date
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1)[0]) / 1e6
  } catch {
    return (user + system) / 1000 // not on Linux
  }
}

/** Measures from when a turn of the event loop is granted until the next is asked for; and which of it the garbage collector took. */
function stopwatch() {
  const machine = systemClock()
  let began = Number.NaN
  let ran = threadTime()
  let stretches: { readonly began: number; readonly ended: number; readonly ran: number }[] = []
  const pauses: PerformanceEntry[] = []
  new PerformanceObserver((list) => pauses.push(...list.getEntries())).observe({ entryTypes: ['gc'] })
  const collected = (from: number, to: number): number =>
    pauses.reduce((sum, { startTime, duration }) => sum + (startTime >= from && startTime < to ? duration : 0), 0)
  const watch = {
    /** What is under way does not count. */
    reset() {
      began = Number.NaN
      stretches = []
    },
    /** Time that the machine gave to others is not ours: at most what the thread has run. */
    longest: () => Math.max(0, ...stretches.map((one) => Math.min(one.ended - one.began, one.ran))),
    /** Our own work alone. What a process has allocated as it starts is collected by whoever allocates next. */
    longestWork: () =>
      Math.max(0, ...stretches.map(({ began, ended, ran }) => Math.min(ended - began - collected(began, ended), ran))),
  }
  const clock: Clock = {
    ...machine,
    async sleep(ms, abort) {
      if (ms > 0) return machine.sleep(ms, abort)
      const ended = machine.elapsed()
      if (ended > began) stretches.push({ began, ended, ran: threadTime() - ran })
      await machine.sleep(0)
      ran = threadTime()
      began = machine.elapsed()
    },
  }
  return { watch, clock }
}

/** A quarter each of counters, up-down counters, gauges and histograms, two attributes a series; each call records on all. */
function instruments(meter: Meter, series: number): () => void {
  const sets: Attributes[] = Array.from({ length: series / 4 }, (_, i) => ({
    'http.route': `/r/${i % 500}`,
    shard: (i / 500) | 0,
  }))
  const calls = meter.createCounter('calls')
  const queue = meter.createUpDownCounter('queue')
  const heat = meter.createGauge('heat')
  const latency = meter.createHistogram('latency')
  let round = 0
  return () => {
    round++
    for (const [i, set] of sets.entries()) {
      calls.add(1 + (i & 7), set)
      queue.add(1, set)
      heat.record(20 + ((i + round) & 15) / 4, set)
      latency.record((i * 7 + round) % 300, set)
    }
  }
}

/** An app with so many series, collected and observed by a live monitor. `recorded` between every two collections, or only once. */
async function passes(series: number, recorded: boolean, { watch = [] }: Watching = {}): Promise<Sample> {
  const stretches = stopwatch()
  const metrics = tee(nowhere(), { maxSeries: series })
  const cardinalityLimits = { default: series }
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: 3_600_000,
    cardinalityLimits,
  })
  const record = instruments(new MeterProvider({ readers: [reader] }).getMeter('bench'), series)
  const options = {
    service: 'bench',
    observe: [metrics],
    watch,
    telemetry: false,
    maxSignals: 3 * series,
    tick: '1m',
  } as const
  const monitor = createMonitor({ ...options, clock: stretches.clock })
  await monitor.start()

  const found = { collect: [] as number[], pass: [] as number[], block: [] as number[] }
  let first = 0
  let work = 0
  for (let pass = 0; pass <= WARM + PASSES; pass++) {
    if (pass === 0 || recorded) record()
    const began = performance.now()
    const { resourceMetrics } = await reader.collect()
    const collected = performance.now() - began
    const { busy } = metrics.stats()
    stretches.watch.reset()
    metrics.export(resourceMetrics, () => undefined)
    while (metrics.stats().passes <= pass) await sleep(1)
    await sleep(APART)
    if (pass === 0) {
      first = stretches.watch.longest()
      work = stretches.watch.longestWork()
    } else if (pass > WARM) {
      found.collect.push(collected)
      found.pass.push(metrics.stats().busy - busy)
      found.block.push(stretches.watch.longest())
    }
  }
  check(monitor.stats(), metrics.stats(), series, recorded)
  await monitor.stop()
  return { collect: median(found.collect), pass: median(found.pass), block: median(found.block), first, work }
}

/** A quarter each: rate; level; level; rate and, of those that were recorded, mean and three quantiles. Our own costs are one more. */
function check(
  { observations, faults }: { readonly observations: number; readonly faults: number },
  { series: known, overflowed }: { readonly series: number; readonly overflowed: number },
  series: number,
  recorded: boolean,
): void {
  const later = WARM + PASSES
  const expected = (series / 4) * (2 + later * (recorded ? 8 : 4)) + 1 + later
  if (faults > 0 || overflowed > 0 || known !== series) throw new Error('the tee lost series')
  if (Math.abs(observations - expected) > 1)
    throw new Error(`${observations} observations where ${expected} were to come`)
}

/** The app's own record(), two attributes, while a reader collects every 100 ms. */
async function app(exporter: PushMetricExporter): Promise<Sample> {
  const often = { exportIntervalMillis: 100, exportTimeoutMillis: 100 }
  const reader = new PeriodicExportingMetricReader({ exporter, ...often })
  const latency = new MeterProvider({ readers: [reader] }).getMeter('bench').createHistogram('latency', { unit: 's' })
  const routes = Array.from({ length: 50 }, (_, i) => ({ 'http.request.method': 'GET', 'http.route': `/r/${i}` }))
  const costs: number[] = []
  let calls = 0
  for (const end = performance.now() + 2_000; performance.now() < end; await sleep(0)) {
    const began = performance.now()
    for (let i = 0; i < 500; i++) latency.record(i % 300, routes[i % 50] as Attributes)
    costs.push(((performance.now() - began) * 1e6) / 500)
    calls += 500
  }
  const { resourceMetrics } = await reader.collect()
  const points = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints as { value: { count: number } }[]
  if (points.reduce((sum, { value }) => sum + value.count, 0) !== calls) throw new Error('the histogram lost values')
  return { ns: median(costs.slice(costs.length >> 2)) }
}

const one = (): PushMetricExporter => new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)

async function observed(): Promise<Sample> {
  const metrics = tee(one())
  const monitor = createMonitor({ service: 'bench', observe: [metrics], watch: [], telemetry: false })
  await monitor.start()
  const sample = await app(metrics)
  if (metrics.stats().series !== 50 || monitor.stats().observations < 500) throw new Error('the tee saw nothing')
  await monitor.stop()
  return sample
}

const cases = {
  '10,000': { run: () => passes(10_000, true) },
  '10,000 at rest': { run: () => passes(10_000, false) },
  '10,000 watched': { run: () => passes(10_000, true, { watch: [anomaly({ detector: ewma() })] }) },
  '100,000': { run: () => passes(100_000, true) },
  alone: { run: () => app(one()) },
  observed: { run: observed },
} satisfies Record<string, Case>

await benchmark({
  name: 'tee',
  rounds: 7,
  cases,
  rows(values) {
    const of = (name: keyof typeof cases, what: string) => values(name, what)
    const against = '`collect()` of the same'
    const pass = { must: 0.2, aim: 0.06 }
    return [
      ratioRow(
        'a pass over 10,000 series, cumulative, all recorded in between',
        against,
        of('10,000', 'pass'),
        of('10,000', 'collect'),
        pass,
      ),
      ratioRow(
        'the same, nothing recorded in between',
        against,
        of('10,000 at rest', 'pass'),
        of('10,000 at rest', 'collect'),
        pass,
      ),
      amountRow('longest block of the event loop, 10,000 series', ' ms', of('10,000', 'block'), { must: 5, aim: 2 }),
      amountRow('the same at the first sight of them, without garbage collection', ' ms', of('10,000', 'work'), {
        must: 5,
        aim: 2,
      }),
      amountRow('longest block of the event loop, 100,000 series', ' ms', of('100,000', 'block'), { must: 10, aim: 5 }),
      amountRow('the same at the first sight of them, without garbage collection', ' ms', of('100,000', 'work'), {
        must: 10,
        aim: 5,
      }),
      ratioRow(
        "the app's own record() with the tee attached",
        'one reader alone',
        of('observed', 'ns'),
        of('alone', 'ns'),
        { must: 1.1, aim: 1.03 },
      ),
    ]
  },
})
