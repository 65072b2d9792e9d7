/** How long a month takes in a rig: one signal, a sample every 10 s, with a rhythm, noise and one incident. */
import { anomaly } from 'pi-uptime'
import { seasonal } from 'pi-uptime/detect'
import { add, at, constant, noise, pulse, seasonal as rhythm, rig, simulate } from 'pi-uptime/testing'
import { amountRow, benchmark, type Sample } from './frame.js'

const DAYS = 30
const SEED = 42

async function month(): Promise<Sample> {
  const wave = add(constant(100), rhythm({ amplitude: 30 }), noise(5, SEED), pulse(200, at(24 * 20), at(24 * 20 + 1)))
  const world = rig({
    observe: [simulate('queue.depth', wave, '10s')],
    watch: [anomaly({ detector: seasonal() })],
  })
  const began = performance.now()
  await world.advance(`${DAYS}d`)
  const s = (performance.now() - began) / 1000
  const { observations } = world.monitor.stats()
  if (observations !== DAYS * 8_640 + 1 || world.monitor.incidents().length === 0)
    throw new Error('the month was not lived')
  return { s }
}

await benchmark({
  name: 'virtual-time',
  rounds: 7,
  cases: { month: { run: month } },
  rows: (values) => [
    amountRow(`${DAYS} virtual days of 10 s samples of one signal`, ' s', values('month', 's'), { must: 3, aim: 3 }),
  ],
})
