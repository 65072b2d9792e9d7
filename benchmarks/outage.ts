/** What an outage costs: log records of a service whose collector is away for 30 s, through OpenTelemetry's own batch processor and exporter, and through the same with durable(), side by side. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs'
import { durable } from 'pi-uptime/otel'
import { amountRow, benchmark, type Sample } from './frame.js'

const OUTAGE = 30_000
const BEFORE = 10_000
const AFTER = 25_000
/** Records a second. */
const RATE = 50

/** A collector that can be away, and keeps what has arrived. */
async function collector() {
  const arrived = new Map<string, number>()
  const world = { away: false }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (world.away) return void request.socket.destroy()
    const bodies = Buffer.concat(chunks)
      .toString()
      .matchAll(/"stringValue":"((?:stock|durable) \d+)"/g)
    for (const [, body = ''] of bodies) arrived.set(body, (arrived.get(body) ?? 0) + 1)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { world, arrived, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs` }
}

async function outage(): Promise<Sample> {
  const { world, arrived, server, url } = await collector()
  const dir = mkdtempSync(join(tmpdir(), 'bench-outage-'))
  const lasting = durable(new OTLPLogExporter({ url }), { dir })
  const exporters = { stock: new OTLPLogExporter({ url }), durable: lasting as unknown as LogRecordExporter }
  const providers = Object.entries(exporters).map(([name, exporter]) => ({
    name,
    provider: new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] }),
  }))
  let sent = 0
  const write = async (span: number): Promise<void> => {
    for (const end = performance.now() + span; performance.now() < end; await sleep(1_000 / RATE)) {
      sent++
      for (const { name, provider } of providers) provider.getLogger('bench').emit({ body: `${name} ${sent}` })
    }
  }
  await write(BEFORE)
  world.away = true
  await write(OUTAGE)
  world.away = false
  await write(AFTER)
  for (const { provider } of providers) await provider.forceFlush()
  while (lasting.status().waiting > 0) await sleep(100)
  for (const { provider } of providers) await provider.shutdown()
  server.closeAllConnections()
  server.close()
  rmSync(dir, { recursive: true })
  const got = (name: string): string[] => [...arrived.keys()].filter((body) => body.startsWith(name))
  const lost = (name: string): number => (100 * (sent - got(name).length)) / sent
  const twice = got('durable').filter((body) => (arrived.get(body) as number) > 1).length
  return { stock: lost('stock'), durable: lost('durable'), twice: (100 * twice) / sent, records: sent }
}

await benchmark({
  name: 'outage',
  rounds: 1,
  cases: { beside: { run: outage } },
  rows: (values) => [
    amountRow('log records lost in an outage of 30 s, with durable()', ' %', values('beside', 'durable'), {
      must: 0,
      aim: 0,
    }),
    amountRow('that arrived twice', ' %', values('beside', 'twice'), { must: 1, aim: 0 }),
    {
      ...amountRow('lost by the SDK alone, in the same run', ' %', values('beside', 'stock'), { must: 100, aim: 100 }),
      against: 'for comparison',
    },
  ],
})
