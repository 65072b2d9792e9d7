// A channel of your own: a name, and how to send. Retries, order and repeats are the monitor's business.
import { type Alert, alert, anomaly, type Channel, ewma } from 'pi-uptime'
import { add, at, constant, noise, pulse, rig, simulate } from 'pi-uptime/testing'

const clockOf = (time: number): string => new Date(time).toISOString().slice(11, 19)

/** A chat room whose server is down for the first two messages. */
let outage = 2
const room: Channel = {
  name: 'chat',
  async send({ id, reason, summary }: Alert, { clock }) {
    if (outage-- > 0) {
      console.log(`${clockOf(clock.now())}  (the chat's server is down)`)
      throw new Error('503') // say so by rejecting: it is tried again after 1 s, 2 s, 4 s … 5 min
    }
    // `id` stays the same for the whole incident: a chat can thread by it, a pager can resolve by it
    console.log(`${clockOf(clock.now())}  #${id}  ${reason.padEnd(8)}  ${summary}`)
  },
}

const orders = { name: 'orders.waiting', unit: '{order}', attributes: {} }
const world = rig({
  observe: [simulate(orders, add(constant(50), noise(3), pulse(100, at(24), at(27)), pulse(500, at(26), at(26.5))))],
  watch: [anomaly({ detector: ewma({ halfLife: '1h' }), critical: 60 })],
  respond: [alert({ to: room, wait: '30s', remind: '90m' })],
})
await world.advance('30h')
await world.stop()
