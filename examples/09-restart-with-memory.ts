// What was learned survives a restart: a store is all it takes.
//
// Three lives of one service, in virtual time. Before the deploy it has 200 requests a second, after it only 80.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anomaly } from 'pi-uptime'
import { fileStore } from 'pi-uptime/edge'
import { add, constant, noise, type Rig, rig, simulate, virtualClock } from 'pi-uptime/testing'

const folder = await mkdtemp(join(tmpdir(), 'pi-uptime-'))
const requests = { name: 'http.server.request.rate', unit: '{request}/s', attributes: {} }

/** A process with so many requests a second, which starts on this day of January. */
const life = (day: number, rate: number, memory: 'keeps its memory' | 'starts afresh'): Rig => {
  const world = rig({
    clock: virtualClock({ start: Date.UTC(2024, 0, day) }),
    observe: [simulate(requests, add(constant(rate), noise(8, day)))],
    watch: [anomaly()],
    snapshotEvery: '1d', // and at each stop
    ...(memory === 'keeps its memory' ? { store: fileStore(folder) } : {}),
  })
  world.monitor.on('finding', ({ summary }) => console.log(`  ${summary}`))
  return world
}

console.log('a day of 200 requests a second; then the process ends for a deploy')
const before = life(1, 200, 'keeps its memory')
await before.advance('23h')
await before.stop()
for (const file of await readdir(folder))
  console.log(`  saved: ${file}, ${(await stat(join(folder, file))).size} bytes`)

console.log('\nthe new version gets 80 requests a second, and remembers the day before:')
const after = life(2, 80, 'keeps its memory')
await after.advance('10m')
await after.stop()

console.log('\nthe same without a store:')
const forgetful = life(2, 80, 'starts afresh')
await forgetful.advance('10m')
console.log(`  ${forgetful.monitor.findings().length} findings: 80 requests a second is all it has ever seen`)
await forgetful.stop()

await rm(folder, { recursive: true })
