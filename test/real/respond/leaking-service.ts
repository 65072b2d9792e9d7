// An HTTP service that leaks, and restarts itself when its memory has grown: for restart.test.ts.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileStore } from '../../../src/edge/index.js'
import { check, createMonitor, guardrails, remediate } from '../../../src/index.js'
import { restartSelf } from '../../../src/respond/steps/index.js'

const [dir = '', cures = 'yes'] = process.argv.slice(2)
/** What every request leaves behind; where a restart is no cure, it is there from the start. */
let leaked = cures === 'yes' ? 0 : 1_000

const server = createServer((_, res) => {
  leaked += 10
  res.end(String(process.pid))
})
const monitor = createMonitor({
  service: 'leaking',
  observe: [check('memory', () => leaked < 100, { every: '30ms', failAfter: 2, passAfter: 2 })],
  respond: [
    remediate({
      name: 'restart',
      when: { check: 'memory' },
      mode: 'act',
      steps: [restartSelf({ supervised: true, before: () => server.close() })],
      settle: '1s',
      cooldown: '1h',
      attempts: 1,
      guards: guardrails({ minUptime: 0 }),
    }),
  ],
  store: fileStore(dir),
  tick: '20ms',
  resolution: 0,
  telemetry: false,
})
monitor.on('fault', ({ part, message }) => process.stderr.write(`${part}: ${message}\n`))
monitor.on('action', ({ outcome }) => process.stdout.write(`${process.pid} ${outcome}\n`))
await monitor.start()
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${process.pid} port ${(server.address() as AddressInfo).port}\n`),
)
