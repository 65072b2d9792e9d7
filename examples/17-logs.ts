// Logs as senses: logs() learns the kinds of lines; a burst of one and a kind that was never seen are found.
import { anomaly, type Finding } from 'pi-uptime'
import { logs } from 'pi-uptime/otel'
import { rig } from 'pi-uptime/testing'
import { novelty } from 'pi-uptime/watch'

const lines = logs()
const world = rig({ observe: [lines], watch: [anomaly(), novelty({ signal: 'log.record.count.rate' })] })
const tell = ({ state, summary, signal }: Finding): void => {
  if (state !== 'open') return
  console.log(`  ${summary}`)
  const { example } = lines.template(signal) ?? {}
  if (example) console.log(`    such as: ${example}`)
}
world.monitor.on('finding', tell)
await world.advance('1s')

/** So many tens of seconds of a shop that logs as shops do; in earnest a logger writes these. */
async function days(tens: number, trouble = () => undefined as unknown): Promise<void> {
  for (let i = 0; i < tens; i++) {
    for (let request = 0; request < 20; request++)
      lines.record('info', `GET /items/${i * request} 200 in ${request} ms`)
    if (i % 23 === 0) lines.record('warn', `slow query on "orders": ${i % 900} ms`)
    if (i % 61 === 0) lines.record('error', `mail to user ${i} bounced`)
    trouble()
    await world.advance('10s')
  }
}

console.log('two quiet days')
await days(2 * 8_640)
console.log('the mail server is down')
await days(12, () => {
  for (let i = 0; i < 30; i++) lines.record('error', `mail to user ${i} bounced`)
})
await days(360)
console.log('something that was never logged before')
lines.record('error', 'payment of order 4711 declined with api_key=sk_live_0123456789abcdef')
await days(2)
await world.stop()
