// A collector that goes away: durable() keeps what cannot be sent, over a restart of the process, and delivers it when the collector is back.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { durable } from 'pi-uptime/otel'

// a collector of our own, that can be made to refuse
let refuses = true
let arrived = 0
const collector = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (!refuses) arrived += Buffer.concat(chunks).toString().split('"body"').length - 1
  response.writeHead(refuses ? 503 : 200, { 'content-type': 'application/json' }).end('{}')
})
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/logs`
const dir = mkdtempSync(join(tmpdir(), 'outbox-'))

/** What a process does: it logs, and ends. */
async function life(name: string, lines: number): Promise<void> {
  const exporter = durable(new OTLPLogExporter({ url, timeoutMillis: 500 }), { dir })
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 100 })],
  })
  const logger = provider.getLogger('shop')
  for (let i = 1; i <= lines; i++) logger.emit({ body: `${name}: order ${i}` })
  await sleep(500)
  await provider.forceFlush()
  const { waiting, delivered, bytes } = exporter.status()
  console.log(`${name}: ${waiting} wait, ${delivered} delivered, ${bytes} bytes on disk`)
  await provider.shutdown()
}

await life('while the collector is away', 50)
await life('and after a restart', 30)
refuses = false
await life('the collector is back', 20)
console.log(`${arrived} of 100 have arrived`)
collector.closeAllConnections()
collector.close()
rmSync(dir, { recursive: true })
