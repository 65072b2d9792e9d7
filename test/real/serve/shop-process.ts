// A small service that shuts down gracefully; the tests beside this file start it as a process of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gracefulShutdown, type ShutdownOptions } from '../../../src/monitor/health/shutdown.js'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { healthHandler } from '../../../src/serve/index.js'

const { hang = false, ...options } = JSON.parse(process.argv[2] ?? '{}') as ShutdownOptions & { hang?: boolean }
const monitor = createMonitor({ service: 'shop', telemetry: false })
await monitor.start()

const health = healthHandler(monitor)
const server = createServer((req, res) =>
  health(req, res, () => {
    const done = monitor.beacon('payment')
    setTimeout(() => {
      res.end('paid')
      done()
    }, 600)
  }),
)
gracefulShutdown(monitor, {
  delay: '400ms',
  close: () => (hang ? new Promise(() => {}) : server.close()),
  onEnd: (report) => void process.stdout.write(`${JSON.stringify(report)}\n`),
  ...options,
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
