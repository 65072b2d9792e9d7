// A disk that will be full in two days is told today; a log that is rotated every night is not.
//
// The days of this example pass in a moment: rig() runs a real monitor in virtual time.
import { alert } from 'pi-uptime'
import { add, constant, drift, noise, recorder, repeat, rig, simulate } from 'pi-uptime/testing'
import { capacity, trend } from 'pi-uptime/watch'

const disk = (device: string) => ({
  name: 'system.filesystem.utilization',
  unit: '1',
  attributes: { 'system.device': device },
})
const leak = add(constant(0.3), drift(0.005), noise(0.004, 1)) // 12 % a day: full after five and a half
const logs = add(constant(0.5), repeat(drift(0.016), '1d'), noise(0.004, 2)) // 0.88 before each rotation

const day = (at: number): number => 1 - Math.cos((2 * Math.PI * at) / 864e5) // 0 at night, 2 at noon
const cpu = capacity({ signal: 'process.cpu.utilization', demand: 'http.server.requests.rate', limit: 0.8 })
const pager = recorder()
const world = rig({
  observe: [
    simulate(disk('/dev/data'), leak, '1m'),
    simulate(disk('/dev/logs'), logs, '1m'),
    simulate(
      { name: 'http.server.requests.rate', unit: '{request}/s', attributes: {} },
      (at) => 40 + 400 * day(at),
      '1m',
    ),
    simulate(
      'process.cpu.utilization',
      add((at) => 0.05 + 0.28 * day(at), noise(0.02, 3)),
      '1m',
    ),
  ],
  watch: [trend({ signal: 'system.filesystem.utilization', limit: 0.95, within: '2d' }), cpu],
  respond: [alert({ to: pager })],
})
world.monitor.on('finding', ({ state, updatedAt, severity, summary }) => {
  console.log(`${new Date(updatedAt).toISOString().slice(5, 16)}  ${state} ${severity}\n  ${summary}\n`)
})

console.log('five virtual days of two disks and a service:\n')
await world.advance('5d')
console.log(cpu.report()?.advice)
await world.stop()
