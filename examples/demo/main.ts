// `npm run demo`: a real HTTP service that watches, heals and reports itself, with real load and real faults.
//
//   load.ts ──requests──▶ service.ts ──asks──▶ pricing.ts        processes of their own
//                           │  └──alerts (webhook)──▶ this process, which also breaks things, draws and judges
//                           └──OTLP/HTTP──▶ receiver, in this process
//
// What makes the service watch itself is in watching.ts. `-- --json` prints the summary as JSON, and nothing else.
import { Journal } from './journal.js'
import { pager } from './pager.js'
import { line, picture, type Scene } from './picture.js'
import { Processes } from './processes.js'
import { Receiver } from './receiver.js'
import { textOf } from './report-text.js'
import { play, type Result } from './scenario.js'
import { HARD_LIMIT } from './settings.js'
import { summaryOf } from './summary.js'
import { plain, Screen } from './terminal.js'

const json = process.argv.includes('--json')
const live = !json && process.stdout.isTTY === true && process.env['TERM'] !== 'dumb'

const journal = new Journal()
const receiver = new Receiver()
const screen = new Screen()
const scene: Scene = { act: 0, title: 'Starting.', marks: [] }
const problems: string[] = []

let fail: (why: string) => void = () => undefined
const failed = new Promise<readonly Result[]>((resolve) => {
  fail = (why) => {
    problems.push(why)
    resolve([])
  }
})
const processes = new Processes(journal.hear, (why) => fail(why))
setTimeout(() => fail(`it took more than ${HARD_LIMIT / 1000} s`), HARD_LIMIT)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => fail(`ended by ${signal}`))
process.on('exit', () => {
  processes.kill()
  screen.close()
})

if (live) setInterval(draw, 250)
else if (!json) journal.onEntry = (entry) => console.log(line(entry, false))

function draw(): void {
  const { columns, rows } = process.stdout
  screen.draw(picture(scene, journal, receiver, columns, rows))
}

async function demo(): Promise<readonly Result[]> {
  await receiver.start()
  const { url } = await pager(journal.page)
  const pricing = await processes.server('pricing.ts')
  const shop = await processes.server('service.ts', pricing, receiver.url, url)
  processes.start('load.ts', shop)
  return play(scene, journal, { shop, pricing })
}

const results = await Promise.race([demo(), failed]).catch((error: Error) => {
  problems.push(error.message)
  return []
})
await processes.end()
screen.close()
const summary = summaryOf(results, problems, journal, receiver)
if (live) console.log(journal.entries.map((entry) => line(entry)).join('\n'))
const text = textOf(summary)
console.log(json ? JSON.stringify(summary, null, 2) : live ? text : plain(text))
process.exit(summary.ok ? 0 : 1)
