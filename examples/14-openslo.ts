// Promises that are written down in OpenSLO are kept an eye on as they stand.
//
// The day of this example passes in a moment: rig() runs a real monitor in virtual time.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { add, at, constant, noise, pulse, rig, simulate } from 'pi-uptime/testing'
import { objective, openSloOf, readOpenSlo } from 'pi-uptime/watch'

const promises = await readOpenSlo(await readFile(join(import.meta.dirname, 'checkout.openslo.yaml'), 'utf8'))

// Of 500 requests every ten seconds two in a hundred fail from 09:00 to 10:00, and all are slow until 09:20.
const failing = pulse(10, at(9), at(10))
const world = rig({
  observe: [
    simulate('checkout.requests', constant(500), '10s'),
    simulate('checkout.ok', (time) => 500 - failing(time), '10s'),
    simulate('checkout.duration.p95', add(constant(0.2), noise(0.01, 1), pulse(0.4, at(9), at('560m'))), '10s'),
  ],
  watch: promises.map(objective),
})
world.monitor.on('finding', ({ state, severity, updatedAt, summary }) => {
  console.log(`${new Date(updatedAt).toISOString().slice(11, 16)}  ${state} ${severity}: ${summary}`)
})

console.log(`a virtual day of ${promises.map(({ name }) => name).join(' and ')}:\n`)
await world.advance('1d')
console.log()
for (const { name, target, remaining } of world.monitor.stats().objectives)
  console.log(`${name}, ${target * 100} %: ${(100 * remaining).toFixed(1)} % of the budget is left`)
await world.stop()

console.log('\nand one of your own, written as OpenSLO:\n')
console.log(
  JSON.stringify(
    openSloOf({ name: 'search', target: 0.99, bad: 'search.failed', total: 'search.all' }, 'shop'),
    null,
    2,
  ),
)
