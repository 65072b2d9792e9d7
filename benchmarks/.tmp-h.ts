import { ExplicitColumn } from '../src/otel/explicit-columns.js'
let sum = 0
const H = { signal: {} as any, record(v: number) { sum += v } }
const N = Number(process.argv[2] ?? 100)
const c = new ExplicitColumn({ name: 'x', unit: 's', bind: () => H })
const B = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
const mk = (r: number) => Array.from({ length: N }, (_, i) => { const counts = new Array(16).fill(0); let n = 0; for (let k = 0; k <= r; k++) { counts[((i * 7 + k * 3) % 7)]++; n++ } return { count: n, sum: n * 10, min: 0.5, max: 100, buckets: { boundaries: B, counts } } })
const rounds = Array.from({ length: 50 }, (_, r) => mk(r))
c.begin(NaN); rounds[0]!.forEach((v, s) => c.add(s, v)); c.begin(1)
for (let rep = 0; rep < 40; rep++) {
  const t = performance.now()
  for (const vs of rounds) for (let s = 0; s < N; s++) c.take(s, vs[s]!)
  if (rep % 8 === 7) console.log(((performance.now() - t) * 1e6 / 50 / N).toFixed(0), 'ns')
}
