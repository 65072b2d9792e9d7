// A repair that proves itself: it acts, waits, and asks the signals whether it helped.
//
// The first playbook helps. The second one cannot, so it gives up within its limits and calls a person.
import { type Alert, alert, anomaly, ewma, remediate, type Source } from 'pi-uptime'
import { rig } from 'pi-uptime/testing'

// A connection pool that leaks from 01:00 on, and a disk that fills up from 03:00 on; both real enough to be repaired.
const pool = { waiting: 0, leaking: false, drain: () => Object.assign(pool, { waiting: 0, leaking: false }) }
const disk = { used: 40, filling: false, clean: () => undefined } // cleaning finds nothing to delete

const plant: Source = {
  name: 'plant',
  async start(emit, { clock, abort }) {
    const waiting = { name: 'pool.waiting', unit: '{connection}', attributes: {} }
    const used = { name: 'disk.used', unit: 'GBy', attributes: {} }
    for (let i = 0; !abort.aborted; i++) {
      const wobble = Math.sin(i)
      emit(waiting, 5 + wobble + (pool.leaking ? ++pool.waiting : 0))
      emit(used, disk.used + wobble / 10 + (disk.filling ? 30 : 0))
      await clock.sleep(5_000, abort)
    }
  },
}

const person: Alert[] = []
const world = rig({
  observe: [plant],
  watch: [anomaly({ detector: ewma() })],
  respond: [
    remediate({
      name: 'recycle-pool',
      when: { signal: 'pool.*' },
      steps: [() => pool.drain()],
      settle: '5m',
      cooldown: '10m',
    }),
    remediate({
      name: 'clean-disk',
      when: { signal: 'disk.*' },
      steps: [() => disk.clean()],
      settle: '5m',
      cooldown: '5m',
    }),
    alert({
      to: { name: 'person', send: async (message) => void person.push(message) },
      severity: 'critical',
      wait: '15m',
    }),
  ],
})
const hour = (time: number): string => new Date(time).toISOString().slice(11, 19)
world.monitor.on('incident', ({ state, updatedAt, title }) =>
  console.log(`${hour(updatedAt)}  ${state.padEnd(9)}  ${title}`),
)
world.monitor.on('action', ({ name, time, outcome, evidence }) =>
  console.log(`${hour(time)}  ${outcome.padEnd(9)}  ${name}: ${evidence}`),
)

await world.advance('1h')
console.log('\n--- the pool begins to leak ---')
pool.leaking = true
await world.advance('2h')
console.log('\n--- the disk fills up ---')
disk.filling = true
await world.advance('40m')
await world.stop()

console.log(`\nwhat a person was told:\n  ${person.map(({ summary }) => summary).join('\n  ')}`)
