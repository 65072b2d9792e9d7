import { MeterProvider, PeriodicExportingMetricReader, AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { tee } from '/work/main/src/otel/tee.js'
import { systemClock } from '/work/main/src/monitor/system-clock.js'
const kind = process.argv[2] ?? 'mixed', N = Number(process.argv[3] ?? 10000), active = process.argv[4] !== 'idle', delta = process.argv[5]==='delta'
let sum = 0, count = 0; const HANDLE = { signal: {} as any, record(v: number) { sum += v; count++ } }
const context: any = { service: 'x', clock: systemClock(), abort: new AbortController().signal, signal: () => HANDLE, fault(e: unknown) { console.error(e) } }
const t = tee({ export(_, d) { d({ code: 0 }) }, forceFlush: async () => {}, shutdown: async () => {}, selectAggregationTemporality: () => delta ? 0 : 1 }, { maxSeries: 1_000_000 })
const reader = new PeriodicExportingMetricReader({ exporter: t, exportIntervalMillis: 1e8, cardinalityLimits: { default: 1_000_000 } })
const provider = new MeterProvider({ readers: [reader] })
t.start(() => {}, context)
const m = provider.getMeter('x')
const kinds = kind === 'mixed' ? ['counter', 'updown', 'gauge', 'histogram'] : [kind]
const per = N / kinds.length
const attrs = Array.from({ length: per }, (_, i) => ({ 'http.route': `/r/${i % 1000}`, shard: (i / 1000) | 0 }))
const recs: (() => void)[] = []
for (const k of kinds) {
  if (k === 'counter') { const c = m.createCounter('c'); recs.push(() => { for (const a of attrs) c.add(3, a) }) }
  if (k === 'updown') { const c = m.createUpDownCounter('u'); recs.push(() => { for (const a of attrs) c.add(1, a) }) }
  if (k === 'gauge') { const c = m.createGauge('g'); recs.push(() => { for (const a of attrs) c.record(Math.random(), a) }) }
  if (k === 'histogram') { const c = m.createHistogram('h'); recs.push(() => { for (const a of attrs) c.record(Math.random() * 100, a) }) }
}
const col: number[] = [], pas: number[] = []
for (let r = 0; r < 150; r++) {
  if (active || r === 0) for (const f of recs) f()
  const t0 = performance.now(); const { resourceMetrics } = await reader.collect(); const t1 = performance.now()
  const b = t.stats().busy, p = t.stats().passes
  t.export(resourceMetrics, () => {})
  while (t.stats().passes === p) await new Promise(r => setImmediate(r))
  await new Promise(r => setTimeout(r, 101))
  if (r >= 8) { col.push(t1 - t0); pas.push(t.stats().busy - b) }
}
const med = (a: number[]) => a.sort((x, y) => x - y)[2]!
console.log(pas.slice(0,3).map(x=>x.toFixed(2)).join(' '), '|', pas[pas.length>>1]!.toFixed(2), '|', pas.slice(-3).map(x=>x.toFixed(2)).join(' ')); console.log(kind, N, active ? 'active' : 'idle', 'collect', med(col).toFixed(2), 'pass', med(pas).toFixed(2), 'ratio', (med(pas) / med(col)).toFixed(3), 'longest', t.stats().longestStretch.toFixed(2), t.stats().series, count)
process.exit(0)
