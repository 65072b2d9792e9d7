// Accepts numbered records for outbox-kill.test.ts until it is killed: says which are accepted, and which the receiver has.
// Arguments: directory, file of arrivals, first number, 'yes' when the receiver can be reached, milliseconds between two.
import { appendFileSync } from 'node:fs'
import { Outlet } from '../../../src/edge/outbox/outlet.js'
import { outboxSettingsOf } from '../../../src/edge/outbox/settings.js'

const [dir = '', arrivals = '', start = '1', reachable = 'no', pause = '0'] = process.argv.slice(2)
const outlet = new Outlet('test', outboxSettingsOf('test', { dir, maxBytes: 2 ** 30 }), 'metrics', 3, {
  most: 1,
  rate: 1e6,
  maxAge: Number.POSITIVE_INFINITY,
  told: () => {},
  async send(batches) {
    if (reachable === 'no') return { kind: 'again', why: 'offline' }
    for (const { frame } of batches) appendFileSync(arrivals, `${Buffer.from(frame.payload).toString().trim()}\n`)
    return { kind: 'delivered' }
  },
})
for (let n = Number(start); ; n++) {
  const payload = Buffer.from(String(n).padStart(20 + ((n * 7919) % 3000)))
  const how = await outlet.post({ payload, compressed: false, records: 1 })
  process.stdout.write(`${n} ${how}\n`)
  if (pause !== '0') await new Promise((resolve) => setTimeout(resolve, Number(pause)))
}
