/**
 * An HTTP service under load, with OpenTelemetry metrics over OTLP: with a whole monitor, against without. Both run side by side and are
 * asked in turn, a second each, so that a slow minute of the machine meets both; the one that is not asked does next to nothing.
 */
import { Agent, get } from 'node:http'
import { benchmark, median, type Row, ratioRow, type Sample } from '../frame.js'
import { collector, Service } from './service.js'

/** Requests under way at a time: the service is the bottleneck, and never idle. */
const CONNECTIONS = 8
const TURNS = 40
const TURN = 1_000
const WARMING = 4_000

/** What one service was measured to do, turn by turn. */
class Side {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  readonly waits: number[] = []
  readonly took: number[] = []
  readonly cpus: number[] = []

  constructor(readonly service: Service) {}

  /** Asks for so long, and notes the time that each answer took, in milliseconds. */
  async turn(ms: number): Promise<void> {
    const before = await this.service.cost()
    const took: number[] = []
    const began = performance.now()
    const one = async (): Promise<void> => {
      while (performance.now() - began < ms) took.push(await this.#ask())
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    this.waits.push((performance.now() - began) / took.length)
    this.cpus.push(((await this.service.cost()).cpu - before.cpu) / took.length)
    for (const each of took) this.took.push(each)
  }

  forget(): void {
    for (const list of [this.waits, this.took, this.cpus]) list.length = 0
  }

  get p99(): number {
    return this.took.toSorted((a, b) => a - b)[Math.floor(this.took.length * 0.99)] as number
  }

  async #ask(): Promise<number> {
    const began = performance.now()
    await new Promise<void>((done, failed) => {
      const options = { agent: this.#agent, host: '127.0.0.1', port: this.service.port, path: '/items' }
      get(options, (res) => res.resume().on('end', done)).on('error', failed)
    })
    return performance.now() - began
  }
}

async function both(): Promise<Sample> {
  const sink = await collector()
  const sides = [
    new Side(await Service.start('alone', sink.url, 0)),
    new Side(await Service.start('monitored', sink.url, 0)),
  ]
  const [alone, monitored] = sides as [Side, Side]
  try {
    for (const side of sides) await side.turn(WARMING)
    for (const side of sides) side.forget()
    const before = (await monitored.service.cost()).observations
    for (let turn = 0; turn < TURNS; turn++)
      for (const side of turn % 2 === 0 ? sides : sides.toReversed()) await side.turn(TURN)
    if ((await monitored.service.cost()).observations <= before) throw new Error('the monitor has seen nothing')
    return {
      wait: median(alone.waits),
      'wait monitored': median(monitored.waits),
      p99: alone.p99,
      'p99 monitored': monitored.p99,
      cpu: median(alone.cpus),
      'cpu monitored': median(monitored.cpus),
    }
  } finally {
    for (const { service } of sides) service.end()
    sink.close()
  }
}

await benchmark({
  name: 'service',
  rounds: 5,
  cases: { both: { spawns: true, run: both } },
  rows(values): readonly Row[] {
    const against = 'the same service with OpenTelemetry metrics alone'
    const row = (what: string, name: string, must: number, aim: number): Row =>
      ratioRow(what, against, values('both', `${name} monitored`), values('both', name), { must, aim })
    return [
      row('time for each request at full load (1 / throughput), standard preset', 'wait', 1 / 0.97, 1.01),
      row('99th percentile of the duration', 'p99', 1.05, 1.02),
      row('CPU of the service for each request', 'cpu', 1.05, 1.02),
    ]
  },
})
