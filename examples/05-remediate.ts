// A repair that proves itself: it acts, waits, and asks the signals whether it helped.
//
// The first playbook helps. The second one cannot, so it gives up within its limits and calls a person.
import { alert, anomaly, type Channel, ewma, remediate, type Source } from 'pi-uptime'
import { rig } from 'pi-uptime/testing'

// A pool that leaks connections, and a disk that fills up with something that no cleaning finds.
const pool = { waiting: 0, leaking: false, drain: () => Object.assign(pool, { waiting: 0, leaking: false }) }
const disk = { full: false, clean: () => undefined }

const plant: Source = {
  name: 'plant',
  async start(emit, { clock, abort }) {
    const waiting = { name: 'pool.waiting', unit: '{connection}', attributes: {} }
    const used = { name: 'disk.used', unit: 'By', attributes: {} }
    for (let i = 0; !abort.aborted; i++) {
      if (pool.leaking) pool.waiting++
      emit(waiting, 5 + Math.sin(i) + pool.waiting)
      emit(used, 40e9 + 1e9 * Math.sin(i) + (disk.full ? 10e9 : 0))
      await clock.sleep(5_000, abort)
    }
  },
}

const hour = (time: number): string => new Date(time).toISOString().slice(11, 19)
const person: Channel = {
  name: 'person',
  send: async ({ time, summary }) => console.log(`${hour(time)}  A PERSON IS TOLD: ${summary}`),
}

const limits = { mode: 'act', settle: '5m', cooldown: '10m', attempts: 2 } as const
const world = rig({
  observe: [plant],
  watch: [anomaly({ detector: ewma() })],
  respond: [
    remediate({ ...limits, name: 'recycle-pool', when: { signal: 'pool.*' }, steps: [() => pool.drain()] }),
    remediate({ ...limits, name: 'clean-disk', when: { signal: 'disk.*' }, steps: [() => disk.clean()] }),
    alert({ to: person, severity: 'critical', wait: 0 }), // only of what could not be repaired
  ],
})
world.monitor.on('finding', ({ state, updatedAt, summary }) => {
  if (state === 'open') console.log(`${hour(updatedAt)}  finding: ${summary}`)
})
world.monitor.on('action', ({ name, time, attempt, outcome, evidence }) => {
  console.log(`${hour(time)}  ${name}, attempt ${attempt}: ${outcome}${outcome === 'started' ? '' : `, ${evidence}`}`)
})

await world.advance('1h')
console.log('the pool begins to leak')
pool.leaking = true
await world.advance('2h')
console.log('\nthe disk fills up')
disk.full = true
await world.advance('40m')
await world.stop()
