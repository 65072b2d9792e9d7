// A service under systemd, as far as it knows; the test beside this file holds the other end of its notify socket.
import { gracefulShutdown } from '../../../src/monitor/health/shutdown.js'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { check } from '../../../src/observe/index.js'
import { systemd } from '../../../src/serve/index.js'

const monitor = createMonitor({
  service: 'shop',
  telemetry: false,
  observe: [check('migrated', () => true, { kind: 'startup' })],
  onFault: ({ message }) => console.error(message),
})
monitor.use(systemd(monitor))
await monitor.start()
gracefulShutdown(monitor)
setInterval(() => undefined, 1_000)
if (process.env.HANG_AFTER) setTimeout(() => spin(), Number(process.env.HANG_AFTER))

function spin(): never {
  for (;;);
}
