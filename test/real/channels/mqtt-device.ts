// A device for mqtt.test.ts: lives until it is stopped or killed. Arguments: the broker's port, the topic.
import { alert, createMonitor } from '../../../src/index.js'
import { mqtt } from '../../../src/respond/channels/index.js'

const [port = '', topic = ''] = process.argv.slice(2)
const broker = mqtt(`mqtt://127.0.0.1:${port}`, { topic })
const monitor = createMonitor({
  service: 'shop',
  observe: [broker],
  respond: [alert({ to: broker, wait: 0 })],
  telemetry: false,
})
await monitor.start()
const alive = setInterval(() => {}, 1_000)
process.on('SIGTERM', () => {
  void monitor.stop().then(() => clearInterval(alive))
})
process.stdout.write('started\n')
