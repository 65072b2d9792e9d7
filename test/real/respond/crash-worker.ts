// A service with one repair, which kills itself at the point of its work that it is told: for crash-sweep.test.ts.
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import { fileStore } from '../../../src/edge/index.js'
import { check, createMonitor, guardrails, remediate, type Store } from '../../../src/index.js'

const [dir = '', killAt = '-1', helps = 'yes'] = process.argv.slice(2)
const broken = `${dir}/broken`
let point = 0

/** One more place at which a crash may happen. */
function mayDie(): void {
  if (point++ === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}

const inner = fileStore(`${dir}/store`)
const store: Store = {
  get: (key) => inner.get(key),
  delete: (key) => inner.delete(key),
  keys: (prefix) => inner.keys(prefix),
  async set(key, bytes) {
    const counts = /^(remediate\.|audit-)/.test(key)
    if (counts) mayDie()
    await inner.set(key, bytes)
    if (counts) mayDie()
  },
}

const step = (name: string, work: () => void = () => undefined) => ({
  name,
  apply() {
    mayDie()
    appendFileSync(`${dir}/effects`, `${process.pid} ${name}\n`)
    work()
    mayDie()
  },
  undo() {
    mayDie()
    appendFileSync(`${dir}/effects`, `${process.pid} undo ${name}\n`)
    mayDie()
  },
})

const repair = remediate({
  name: 'repair',
  when: { check: 'db' },
  mode: 'act',
  steps: [step('first'), step('second', () => helps === 'yes' && rmSync(broken, { force: true }))],
  settle: '150ms',
  cooldown: '1h',
  guards: guardrails({ minUptime: 0 }),
})
const monitor = createMonitor({
  service: 'crash',
  observe: [check('db', () => !existsSync(broken), { every: '20ms', failAfter: 1, passAfter: 1 })],
  respond: [repair],
  store,
  tick: '10ms',
  resolution: 0,
  telemetry: false,
})
monitor.on('fault', ({ part, message }) => process.stderr.write(`${part}: ${message}\n`))
await monitor.start()

const parent = process.ppid

/** Over, once something was done about the trouble, by this process or by the last one, and nothing is left open. */
for (let quiet = 0; quiet < 10; ) {
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (process.ppid !== parent) process.exit(1) // the test is no more
  const trail = await monitor.audit()
  const told = new Set(trail.filter(({ event }) => event === 'outcome').map(({ run }) => run))
  const runs = trail.filter(({ event }) => event === 'started')
  const bytes = await inner.get('remediate.repair')
  const { run, score } = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : { run: null, score: {} }
  const worked = run === null && score.helped + score.idle + score.harmed > 0
  quiet = worked && runs.every((each) => told.has(each.run)) ? quiet + 1 : 0
}
process.stdout.write(String(point))
process.exit(0)
