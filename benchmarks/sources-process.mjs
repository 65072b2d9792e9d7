// The process that bench:sources measures, plain JavaScript as an app is: 'none', 'all', or 'blocks'. Prints one line of JSON.
import { createHook } from 'node:async_hooks'
import { createServer, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMonitor, host, pi, vitals } from 'pi-uptime'

const SETTLING = 12_000
const MEASURED = 40_000
const how = process.argv[2]
const every = how === 'blocks' ? '1s' : '10s'
const observe = how === 'none' ? [] : [vitals({ every }), host({ every }), pi({ every })]
if (how !== 'blocks') await serve()
const monitor = createMonitor({ service: 'bench', telemetry: false, observe })
await monitor.start()

/** Serves requests of its own, as an app does: node's own code is then in memory, with its compiler, and counts for nobody. */
async function serve() {
  const server = createServer(({ url }, response) =>
    response.end(JSON.stringify({ url, items: [...Array(50).keys()] })),
  )
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  for (let i = 0; i < 3_000; i++) JSON.parse(await asked(port, `/${i}`))
  server.closeAllConnections()
  server.close()
}

function asked(port, path) {
  return new Promise((resolve) => {
    get({ port, path }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    })
  })
}

/** CPU and memory of a process in which a monitor observes, and nothing else happens. */
async function idle() {
  await sleep(SETTLING)
  const before = process.cpuUsage()
  const began = performance.now()
  await sleep(MEASURED)
  const { user, system } = process.cpuUsage(before)
  const percent = (user + system) / 10 / (performance.now() - began)
  for (let i = 0; i < 4; i++) globalThis.gc()
  return { percent, rss: process.memoryUsage.rss() / 1e6 }
}

/**
 * The longest callback of each look, a block of the event loop is a callback: the median of twenty looks, and the worst. A machine that is shared takes the processor away for milliseconds now and then, which
 * `stolen` shows: by how much the longest of as many runs of one fixed piece of work exceeds their median.
 */
async function blocks() {
  await sleep(6_000)
  const longest = new Array(20).fill(0)
  const start = performance.now()
  let began = 0
  const before = () => {
    began = performance.now()
  }
  const after = () => {
    const ended = performance.now()
    const look = Math.floor((ended - start) / 1_000)
    if (look < 20) longest[look] = Math.max(longest[look], ended - began)
  }
  const hook = createHook({ before, after }).enable()
  await sleep(20_000)
  hook.disable()
  await monitor.stop()
  const work = []
  let sum = 0
  for (let i = 0; i < 25; i++) {
    await sleep(400)
    const at = performance.now()
    for (let j = 0; j < 5e5; j++) sum += Math.sqrt(j)
    if (i >= 5) work.push(performance.now() - at) // until then it is being compiled
  }
  if (Number.isNaN(sum)) throw new Error('the work was not done')
  const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
  return { block: middle(longest), worst: Math.max(...longest), stolen: Math.max(...work) - middle(work) }
}

console.log(JSON.stringify(how === 'blocks' ? await blocks() : await idle()))
process.exit()
