// What a service works with: a queue that nobody serves any more, workers that are all busy, a server that has become slow.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import PQueue from 'p-queue'
import { createMonitor } from 'pi-uptime'
import { fetches, queue } from 'pi-uptime/clients'

const letters = new PQueue({ concurrency: 2 })
const seen = new Map<string, number>()
const monitor = createMonitor({
  service: 'shop',
  observe: [
    queue('letters', () => ({ waiting: letters.size, active: letters.pending }), { every: '1s' }),
    fetches({ every: '1s' }),
  ],
  watch: [
    {
      name: 'printer@1',
      matches: ({ name }) => /queue|http/.test(name),
      start: () => null,
      push(_, value, __, { name, attributes }) {
        seen.set(`${name} of ${Object.values(attributes).join(', ')}`, value)
        return []
      },
      tick: () => [],
    },
  ],
  telemetry: false,
})
await monitor.start()
await new Promise((next) => setTimeout(next, 100))

const server = createServer((_, res) => setTimeout(() => res.end('ok'), 150))
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
for (let i = 0; i < 40; i++) void letters.add(async () => (await fetch(`http://127.0.0.1:${port}`)).text())
await new Promise((next) => setTimeout(next, 2_500))
for (const [what, value] of seen) console.log(`${what.replace(`${port}`, 'PORT')}: ${Number(value.toPrecision(3))}`)
if (seen.size < 5) throw new Error('too little was seen')

letters.clear()
await letters.onIdle()
await monitor.stop()
server.closeAllConnections()
server.close()
