// A shutdown that loses no work: readiness off, wait until the load balancer has noticed, let work finish, end.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMonitor, gracefulShutdown } from 'pi-uptime'
import { healthHandler } from 'pi-uptime/serve'

const began = performance.now()
const say = (text: string): void => console.log(`${((performance.now() - began) / 1000).toFixed(1)} s  ${text}`)

const monitor = createMonitor({ service: 'shop', telemetry: false })
await monitor.start()

const health = healthHandler(monitor)
const server = createServer((req, res) => health(req, res, () => pay(res)))
async function pay(res: { end(text: string): void }): Promise<void> {
  const done = monitor.beacon('payment') // a shutdown waits for this
  await sleep(1_500)
  res.end('paid')
  say('the payment that had begun is answered')
  done()
}
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

gracefulShutdown(monitor, {
  delay: '500ms', // 5 s by default: the time that a load balancer needs to notice
  close: () => server.close(),
  exit: 0,
  onEnd: ({ lit, problems }) => say(`the end: ${lit.length} beacons lit, ${problems.length} problems`),
})

say(`/readyz answers ${(await fetch(`${url}/readyz`)).status}`)
void fetch(`${url}/pay`)
say('a payment begins')
await sleep(200)

say('SIGTERM')
process.kill(process.pid, 'SIGTERM')
await sleep(100)
say(`/readyz answers ${(await fetch(`${url}/readyz`)).status}: new customers go elsewhere`)
