import { setTimeout as sleep } from 'node:timers/promises'
import { createMonitor, host, pi, vitals } from 'pi-uptime'
const sets: Record<string, () => any[]> = { none: () => [], 'host 1s': () => [host({ every: '1s' })], 'vitals 1s, 1000ms': () => [vitals({ every: '2s', resolution: 1000 })], 'vitals 10s, 50': () => [vitals()], 'vitals 10s, 100': () => [vitals({resolution: 100})] }
const which = process.argv[2]
const m = createMonitor({ service: 'x', telemetry: false, observe: sets[which]() })
await m.start(); await sleep(4000)
const c = process.cpuUsage(), t = performance.now(); await sleep(25000); const d = process.cpuUsage(c)
console.log(which, ((d.user + d.system) / 10 / (performance.now() - t)).toFixed(3), '%', d, process.memoryUsage.rss() / 1e6); process.exit()
