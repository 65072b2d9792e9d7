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

/** The longest callback of them all: a block of the event loop is a callback. */
async function blocks() {
  await sleep(3_000)
  let began = 0
  let longest = 0
  const before = () => {
    began = performance.now()
  }
  const after = () => {
    longest = Math.max(longest, performance.now() - began)
  }
  const hook = createHook({ before, after }).enable()
  await sleep(20_000)
  hook.disable()
  return { block: longest }
}

console.log(JSON.stringify(how === 'blocks' ? await blocks() : await idle()))
process.exit()
