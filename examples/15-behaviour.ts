// Behaviour: a brute-force login, credential stuffing and a crawl through records are found; a normal Monday is not.
//
// The eleven days of this example pass in some seconds: rig() runs a real monitor in virtual time.
import type { Source } from 'pi-uptime'
import { rig } from 'pi-uptime/testing'
import { pattern } from 'pi-uptime/watch'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** A little generator, so that every run is the same (Lehmer's). */
let seed = 42
const draw = (): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}
const some = (most: number): number[] =>
  Array.from({ length: Math.floor(most * draw()) }, () => Math.floor(300 * draw()))

/** How busy people are: by day, less on weekends, hardly at night. */
const busy = (time: number): number => {
  const [hour, day] = [(time % DAY) / HOUR, new Date(time).getUTCDay()]
  return (hour > 8 && hour < 18 ? 1 : hour > 6 && hour < 22 ? 0.3 : 0.05) * (day % 6 === 0 ? 0.2 : 1)
}

let attack: (minute: number) => void = () => undefined
const failed = (address: string, name: string): void =>
  world.monitor.event('login.failed', { 'client.address': address, 'user.name': name })
const read = (user: string, record: number): void =>
  world.monitor.event('record.read', { 'user.id': user, 'record.id': record })

const people: Source = {
  name: 'people',
  async start(_, { clock, abort }) {
    for (let minute = 0; !abort.aborted; minute++) {
      const rate = busy(clock.now())
      for (const who of some(12 * rate)) failed(`10.0.${who % 8}.${who % 250}`, `user-${who}`)
      for (const who of some(40 * rate)) read(`user-${who}`, Math.floor(5_000 * draw()))
      attack(minute)
      await clock.sleep(MINUTE, abort)
    }
  },
}

const world = rig({
  observe: [people],
  watch: [
    pattern({ name: 'logins', event: 'login.failed', by: 'client.address', distinct: 'user.name' }),
    pattern({ name: 'records', event: 'record.read', by: 'user.id', distinct: 'record.id' }),
  ],
})
world.monitor.on('finding', ({ state, updatedAt, severity, summary }) => {
  console.log(`  ${new Date(updatedAt).toISOString().slice(5, 16)}  ${state} ${severity}: ${summary}`)
})

/** Five minutes of it, and a quiet half hour. */
async function under(name: string, what: (i: number, minute: number) => void): Promise<void> {
  console.log(`\n${name}:`)
  attack = (minute) => {
    for (let i = 0; i < 120; i++) what(i, minute)
  }
  await world.advance('5m')
  attack = () => undefined
  await world.advance('30m')
}

console.log('ten days from Monday to Thursday, a Monday morning among them:')
await world.advance('10d')
await world.advance('10h')
console.log(`  ${world.monitor.findings().length} findings in ${world.monitor.stats().observations} events`)
await under('a brute-force login', () => failed('203.0.113.9', 'root'))
await under('credential stuffing', (i) => failed('203.0.113.10', `account-${i}`))
await under('one who takes the records with him', (i, minute) => read('user-42', 120 * minute + i))
await world.stop()
