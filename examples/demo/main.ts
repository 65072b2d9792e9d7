// `npm run demo`: a real HTTP service that watches, heals and reports itself, with real load and real faults.
//
//   load.ts ──requests──▶ service.ts ──asks──▶ pricing.ts        processes of their own
//                           │  └──alerts (webhook)──▶ this process, which also breaks things, draws and judges
//                           └──OTLP/HTTP──▶ receiver, in this process
//
// What makes the service watch itself is in watching.ts. `-- --json` prints the summary as JSON, and nothing else;
// `-- --svg docs/demo.svg` leaves the last picture in a file, once all has gone well.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { otlpSink } from '../../test/real/sink/otlp-sink.js'
import { Journal } from './journal.js'
import { pager } from './pager.js'
import { line, picture } from './picture.js'
import { Processes } from './processes.js'
import { textOf } from './report-text.js'
import { play, type Result } from './scenario.js'
import type { Scene } from './scene.js'
import { HARD_LIMIT } from './settings.js'
import { summaryOf } from './summary.js'
import { svgOf } from './svg.js'
import { plain, Screen } from './terminal.js'

const json = process.argv.includes('--json')
const svg = process.argv.includes('--svg') ? process.argv[process.argv.indexOf('--svg') + 1] : undefined
const live = !json && process.stdout.isTTY === true && process.env.TERM !== 'dumb' && !process.env.NO_COLOR

const SVG = {
  columns: 108,
  rows: 42,
  label: 'A terminal: four signals with their expected bands, three faults, each noticed, repaired and verified',
}

const journal = new Journal()
const sink = await otlpSink()
const screen = new Screen()
const scene: Scene = { act: 0, title: 'Starting.', repaired: [], marks: [] }
const problems: string[] = []

const results: Result[] = []
const failure = new AbortController()
const fail = (why: string): void => {
  problems.push(why)
  failure.abort()
}
const processes = new Processes(journal.hear, fail)
setTimeout(() => fail(`it took more than ${HARD_LIMIT / 1000} s`), HARD_LIMIT)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => fail(`ended by ${signal}`))
process.on('exit', () => {
  processes.kill()
  screen.close()
})

const drawing = live ? setInterval(draw, 250) : undefined
if (!live && !json) journal.onEntry = (entry) => console.log(plain(line(entry)))

function draw(): void {
  const { columns, rows } = process.stdout
  screen.draw(picture(scene, journal, sink, columns, rows))
}

async function demo(): Promise<void> {
  const { url } = await pager(journal.page)
  const pricing = await processes.server('pricing.ts')
  const shop = await processes.server('service.ts', pricing, sink.url, url)
  processes.start('load.ts', shop)
  await play({ shop, pricing }, journal, scene, results)
}

await Promise.race([demo().catch((error: Error) => fail(error.message)), once(failure.signal, 'abort')])
clearInterval(drawing) // the last picture is of a service that runs, not of one that ends
const lastPicture = picture(scene, journal, sink, SVG.columns, SVG.rows)
await processes.end()
screen.close()
const summary = summaryOf(results, problems, journal, sink)
if (svg && summary.ok) writeFileSync(svg, svgOf(lastPicture, SVG.columns, SVG.label))
if (live) console.log(journal.entries.map((entry) => line(entry)).join('\n'))
const text = json ? JSON.stringify(summary, null, 2) : live ? textOf(summary) : plain(textOf(summary))
process.stdout.write(`${text}\n`, () => process.exit(summary.ok ? 0 : 1))
