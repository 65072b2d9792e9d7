/** What one `record()` costs and what it allocates: through a live monitor, and by an OpenTelemetry histogram. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Histogram, ValueType } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { anomaly, type Clock, createMonitor, type Detector, ewma, type Monitor, systemClock } from 'pi-uptime'
import { auto, seasonal } from 'pi-uptime/detect'
import { add, constant, noise } from 'pi-uptime/testing'
import { amountRow, benchmark, type Case, median, ratioRow, type Sample } from './frame.js'

const SEED = 42
/** Gaussian noise, so that no branch can be guessed; its tails cut, so that nothing opens before it should. */
const wave = add(constant(100), noise(5, SEED))
const VALUES = Float64Array.from({ length: 65_536 }, (_, i) => Math.min(117, Math.max(83, wave(i))))
/** The same as objects of the heap, since a list of more than numbers holds no bare ones: making them is the caller's cost. */
function boxed(): ArrayLike<number> {
  const list: unknown[] = ['']
  for (const [i, value] of VALUES.entries()) list[i] = value
  return list as number[]
}
const BATCH = 20_000
const ATTRIBUTES = { 'http.request.method': 'GET', 'http.route': '/pay' }

/** Something that records, and the proof that it did. */
interface Subject {
  record(value: number): void
  /** @throws Error unless it has taken `calls` values in. */
  check(calls: number): Promise<void>
}

/** The clock is the machine's, as in an app: at this pace nearly all values come at one and the same stage time. */
function live(detector: Detector): Promise<Subject> {
  return recording(createMonitor({ service: 'bench', telemetry: false, watch: [watch(detector)] }), () => undefined)
}

/** Stage time moves on by 10 s at every value: the whole of the detector works, half hours pass. The clock costs nothing. */
function moving(detector: Detector): Promise<Subject> {
  const time = new Float64Array([1.7e12])
  const now = (): number => time[0] as number
  const clock: Clock = { now, elapsed: now, sleep: systemClock().sleep }
  const options = { service: 'bench', telemetry: false, watch: [watch(detector)], clock, resolution: 0 } as const
  return recording(createMonitor(options), () => {
    time[0] = now() + 10_000
  })
}

/** One value far out is enough to open a finding: that is how {@link recording} knows that values were judged. */
const watch = (detector: Detector) => anomaly({ detector, minDuration: 0, threshold: 8 })

async function recording(monitor: Monitor, before: () => void): Promise<Subject> {
  await monitor.start()
  const handle = monitor.signal('http.server.request.duration', { unit: 's', attributes: ATTRIBUTES })
  return {
    record(value) {
      before()
      handle.record(value)
    },
    async check(calls) {
      const { observations } = monitor.stats()
      if (observations !== calls || monitor.findings().length > 0)
        throw new Error('the monitor lost or misjudged values')
      handle.record(1e6)
      await turn()
      if (monitor.findings().length !== 1) throw new Error('the monitor did not judge')
    },
  }
}

/** One reader, a default view. */
function histogram(take: (histogram: Histogram, value: number) => void): Subject {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench')
  const one = meter.createHistogram('http.server.request.duration', { unit: 's', valueType: ValueType.DOUBLE })
  return {
    record: (value) => take(one, value),
    async check(calls) {
      const { resourceMetrics } = await reader.collect()
      const point = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value as { count: number } | undefined
      if (point?.count !== calls) throw new Error('the histogram lost values')
    },
  }
}

/** Allocates one small object a call. */
function control(): Subject {
  const kept: { value: number }[] = []
  return {
    record(value) {
      kept[0] = { value }
    },
    check: async () => undefined,
  }
}

function run(record: (value: number) => void, values: ArrayLike<number>, from: number): void {
  for (let i = 0; i < BATCH; i++) record(values[(from + i) & 65_535] as number)
}

/** Nanoseconds a call: the median of many batches, after half a second that does not count. Timers run in between. */
async function nanoseconds(subject: Subject): Promise<Sample> {
  const costs: number[] = []
  const began = performance.now()
  let batches = 0
  for (let now = began; now < began + 1_500; batches++) {
    const start = performance.now()
    run(subject.record, VALUES, batches * BATCH)
    now = performance.now()
    if (start > began + 500) costs.push((1e6 * (now - start)) / BATCH)
    await turn()
  }
  await subject.check(batches * BATCH)
  return { ns: median(costs) }
}

/**
 * Bytes a call over a million of them, to a tenth: the measurement itself leaves a few kilobytes. The young generation is so
 * large that nothing is collected meanwhile.
 */
async function bytes(subject: Subject): Promise<Sample> {
  const values = boxed()
  for (let i = 0; i < 50; i++, await turn()) run(subject.record, values, i * BATCH)
  ;(globalThis as { gc?: () => void }).gc?.()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 50; i++) run(subject.record, values, i * BATCH)
  const after = process.memoryUsage().heapUsed
  await subject.check(100 * BATCH)
  return { bytes: Math.round((10 * (after - before)) / (50 * BATCH)) / 10 }
}

/** @throws Error unless the measurement sees what is allocated. */
async function seen(): Promise<Sample> {
  const sample = await bytes(control())
  if (!((sample.bytes as number) >= 8)) throw new Error('allocations go unseen')
  return sample
}

const ROOMY = ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024']
const timed = (subject: () => Subject | Promise<Subject>): Case => ({ run: async () => nanoseconds(await subject()) })
const weighed = (subject: () => Subject | Promise<Subject>): Case => ({
  flags: ROOMY,
  run: async () => bytes(await subject()),
})

/** An opinion from the start; a minute of waiting in every process would change nothing else. */
const early = { warmup: 0 } as const
const two = (one: Histogram, value: number): void => one.record(value, ATTRIBUTES)
const none = (one: Histogram, value: number): void => one.record(value)

await benchmark({
  name: 'record',
  rounds: 9,
  cases: {
    ewma: timed(() => live(ewma(early))),
    'histogram, two attributes': timed(() => histogram(two)),
    'histogram, no attributes': timed(() => histogram(none)),
    seasonal: timed(() => live(seasonal(early))),
    'ewma, time moves': timed(() => moving(ewma())),
    'seasonal, time moves': timed(() => moving(seasonal())),
    'auto, time moves': timed(() => moving(auto())),
    'ewma, bytes': weighed(() => live(ewma(early))),
    'seasonal, bytes': weighed(() => live(seasonal(early))),
    'ewma, time moves, bytes': weighed(() => moving(ewma())),
    'seasonal, time moves, bytes': weighed(() => moving(seasonal())),
    'auto, time moves, bytes': weighed(() => moving(auto())),
    'histogram, two attributes, bytes': weighed(() => histogram(two)),
    'control, bytes': { flags: ROOMY, run: seen },
  },
  rows(values) {
    const ns = (of: string): readonly number[] => values(of, 'ns')
    const bytesOf = (of: string): readonly number[] => values(`${of}, bytes`, 'bytes')
    const toTwo = { must: 0.1, aim: 0.04 }
    const toNone = { must: 0.5, aim: 0.25 }
    const toEwma = { must: 2, aim: 1.3 }
    const toOne = { must: 1, aim: 0.5 }
    const nothing = { must: 0, aim: 0 }
    const [TWO, NONE] = ['Histogram.record, two attributes', 'Histogram.record, no attributes']
    return [
      ratioRow('record() through ewma', TWO, ns('ewma'), ns('histogram, two attributes'), toTwo),
      ratioRow('record() through ewma', NONE, ns('ewma'), ns('histogram, no attributes'), toNone),
      ratioRow('record() through seasonal', 'ewma', ns('seasonal'), ns('ewma'), toEwma),
      ratioRow('ewma, time moves at every value', TWO, ns('ewma, time moves'), ns('histogram, two attributes'), toTwo),
      ratioRow('ewma, time moves at every value', NONE, ns('ewma, time moves'), ns('histogram, no attributes'), toOne),
      ratioRow('seasonal, time moves', 'ewma, time moves', ns('seasonal, time moves'), ns('ewma, time moves'), toEwma),
      ratioRow('auto, the default, time moves', TWO, ns('auto, time moves'), ns('histogram, two attributes'), toOne),
      amountRow('allocated by record(), ewma', ' B', bytesOf('ewma'), nothing),
      ratioRow(
        'allocated by record(), seasonal',
        TWO,
        bytesOf('seasonal'),
        bytesOf('histogram, two attributes'),
        toOne,
      ),
      ratioRow(
        'allocated, auto, time moves',
        TWO,
        bytesOf('auto, time moves'),
        bytesOf('histogram, two attributes'),
        toOne,
      ),
    ]
  },
})
