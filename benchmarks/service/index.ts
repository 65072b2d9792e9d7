/** An HTTP service under load, with OpenTelemetry metrics over OTLP: with a whole monitor, against without. */
import { Agent, get } from 'node:http'
import { benchmark, type Case, type Row, ratioRow, type Sample } from '../frame.js'
import { collector, Service } from './service.js'

/** Requests under way at a time: the service is the bottleneck, and never idle. */
const CONNECTIONS = 8
const WARMING = 4_000
const MEASURED = 21_000

async function loaded(how: 'alone' | 'monitored'): Promise<Sample> {
  const sink = await collector()
  const service = await Service.start(how, sink.url, 0)
  try {
    await load(service.port, WARMING)
    const before = await service.cost()
    const took = await load(service.port, MEASURED)
    const after = await service.cost()
    if (how === 'monitored' && after.observations <= before.observations)
      throw new Error('the monitor has seen nothing')
    took.sort((a, b) => a - b)
    const p99 = took[Math.floor(took.length * 0.99)] as number
    return { wait: MEASURED / took.length, p99, cpu: ((after.cpu - before.cpu) * 1000) / took.length }
  } finally {
    service.end()
    sink.close()
  }
}

/** Asks for so long, and gives the time that each answer took, in milliseconds. */
async function load(port: number, ms: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const took: number[] = []
  const until = performance.now() + ms
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now()
      await new Promise<void>((done, failed) => {
        get({ agent, host: '127.0.0.1', port, path: '/items' }, (res) => res.resume().on('end', done)).on(
          'error',
          failed,
        )
      })
      took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  agent.destroy()
  return took
}

const spawned = (how: 'alone' | 'monitored'): Case => ({ spawns: true, run: () => loaded(how) })

await benchmark({
  name: 'service',
  rounds: 9,
  cases: { alone: spawned('alone'), monitored: spawned('monitored') },
  rows(values): readonly Row[] {
    const against = 'the same service with OpenTelemetry metrics alone'
    const row = (what: string, name: string, must: number, aim: number): Row =>
      ratioRow(what, against, values('monitored', name), values('alone', name), { must, aim })
    return [
      row('time for each request at full load (1 / throughput), standard preset', 'wait', 1 / 0.97, 1.01),
      row('99th percentile of the duration', 'p99', 1.05, 1.02),
      row('CPU of the service for each request', 'cpu', 1.05, 1.02),
    ]
  },
})
