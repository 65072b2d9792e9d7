// The shop: an ordinary HTTP service with ordinary OpenTelemetry metrics. What makes it watch itself is in watching.ts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { healthHandler } from 'pi-uptime/serve'
import { tell } from './messages.js'
import { openTelemetry } from './open-telemetry.js'
import { PageCache } from './page-cache.js'
import { Prices } from './prices.js'
import { ReportJob } from './report-job.js'
import { watch } from './watching.js'

const [pricing = '', otlp = '', pager = ''] = process.argv.slice(2)
const shop = { prices: new Prices(pricing), cache: new PageCache(), report: new ReportJob() }
const telemetry = openTelemetry(otlp)
const monitor = watch(shop, telemetry, pager)
await monitor.start()

const meter = telemetry.meterProvider.getMeter('shop')
const duration = meter.createHistogram('http.server.request.duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5] },
})
meter
  .createObservableGauge('shop.cache.entries', { unit: '{entry}' })
  .addCallback((result) => result.observe(shop.cache.entries))

async function product(url: URL, res: ServerResponse): Promise<void> {
  const began = performance.now()
  const price = await shop.prices.of(url.pathname.slice('/products/'.length)).catch(() => undefined)
  shop.cache.add(url.searchParams.get('customer') ?? '')
  res.writeHead(price === undefined ? 502 : 200).end(JSON.stringify({ price }))
  duration.record((performance.now() - began) / 1000, {
    'http.request.method': 'GET',
    'http.route': '/products/:id',
    'http.response.status_code': res.statusCode,
  })
}

/** What the driver of the demo may break. */
const faults: Record<string, () => void> = {
  '/faults/leak': () => shop.cache.breakEviction(),
  '/faults/report': () => shop.report.start(),
}

function answer(req: IncomingMessage, res: ServerResponse): unknown {
  const url = new URL(req.url ?? '/', 'http://localhost')
  if (url.pathname.startsWith('/products/')) return product(url, res)
  if (req.method === 'POST') faults[url.pathname]?.()
  return res.end()
}

const health = healthHandler(monitor)
const server = createServer((req, res) => health(req, res, () => answer(req, res)))
server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})

process.once('SIGTERM', async () => {
  await monitor.stop()
  await telemetry.shutdown()
  process.exit()
})
