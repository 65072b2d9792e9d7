// The quick start: six lines make a monitor, and one number is watched.
//
// The settings here are quicker than the defaults, so that there is something to see within seconds: left out,
// a detector learns for a minute and a deviation must last 30 s.
import { setTimeout as sleep } from 'node:timers/promises'
import { alert, anomaly, consoleChannel, correlate, createMonitor, ewma } from 'pi-uptime'

const monitor = createMonitor({
  service: 'hello',
  watch: [anomaly({ detector: ewma({ warmup: '1s' }), minDuration: '300ms', closeAfter: '500ms' })],
  correlate: correlate({ quiet: '500ms' }),
  respond: [alert({ to: consoleChannel(), wait: 0 })],
})
await monitor.start()

// A queue that holds about ten jobs, suddenly sixty, and then about ten again.
const depth = monitor.signal('queue.depth', { unit: '{job}' })
const play = async (title: string, jobs: number, seconds: number): Promise<void> => {
  console.log(`\n${title}`)
  for (let i = 0; i < seconds * 20; i++) {
    depth.record(jobs + Math.sin(i))
    await sleep(50)
  }
}
await play('about 10 jobs: the monitor learns what normal is', 10, 2)
await play('60 jobs: nobody told the monitor what is too many', 60, 1)
await play('about 10 jobs again', 10, 2.5)

await monitor.stop()
console.log(`\n${monitor.stats().observations} observations, ${monitor.incidents().length} incident`)
