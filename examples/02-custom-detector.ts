// A detector of your own is a value with four members, and registering it is one line.
//
// The day of this example passes in a moment: rig() runs a real monitor in virtual time.
import { anomaly, type Detector } from 'pi-uptime'
import { add, at, constant, noise, pulse, rig, simulate } from 'pi-uptime/testing'

/** Anything above a limit is ten sigmas out, whatever was usual so far. It remembers nothing, so it learns nothing. */
const ceiling = (limit: number): Detector<null> => ({
  name: `ceiling@1:${limit}`,
  start: () => null,
  score: (_, value) => (value > limit ? 10 : 0),
  learn() {},
})

// 60 % full all day, but for a backup that fills the disk between 02:00 and 03:30.
const usage = { name: 'system.filesystem.utilization', unit: '1', attributes: { 'system.device': '/dev/sda1' } }
const world = rig({
  observe: [simulate(usage, add(constant(0.6), noise(0.01), pulse(0.35, at(2), at(3.5))))],
  watch: [anomaly({ signal: 'system.filesystem.*', detector: ceiling(0.9) })],
})
world.monitor.on('finding', ({ state, updatedAt, summary }) => {
  console.log(`${new Date(updatedAt).toISOString().slice(11, 16)}  ${state.padEnd(6)}  ${summary}`)
})

console.log('a virtual day of one disk, watched by ceiling(0.9):\n')
await world.advance('1d')
await world.stop()
