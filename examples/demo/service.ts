// The shop: an ordinary HTTP service with ordinary OpenTelemetry metrics. What makes it watch itself is in watching.ts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gracefulShutdown } from 'pi-uptime'
import { telemetry } from 'pi-uptime/otel'
import { healthHandler } from 'pi-uptime/serve'
import { tell } from './messages.js'
import { PageCache } from './page-cache.js'
import { Prices } from './prices.js'
import { ReportJob } from './report-job.js'
import { COLLECT } from './settings.js'
import { watch } from './watching.js'

const [pricing = '', otlp = '', pager = ''] = process.argv.slice(2)
const shop = { prices: new Prices(pricing), cache: new PageCache(), report: new ReportJob() }
const otel = await telemetry({ service: 'shop', endpoint: otlp, every: COLLECT })
const monitor = watch(shop, otel, pager)
await monitor.start()

const meter = otel.meterProvider.getMeter('shop')
const duration = meter.createHistogram('http.server.request.duration', { unit: 's' })
meter
  .createObservableGauge('shop.cache.entries', { unit: '{entry}' })
  .addCallback((result) => result.observe(shop.cache.entries))

async function product(url: URL, res: ServerResponse): Promise<void> {
  const began = performance.now()
  const id = url.pathname.slice('/products/'.length)
  shop.cache.page(id, url.searchParams.get('customer') ?? '')
  const price = await shop.prices.of(id).catch(() => undefined)
  res.writeHead(price === undefined ? 502 : 200).end(JSON.stringify({ price }))
  duration.record((performance.now() - began) / 1000, {
    'http.request.method': 'GET',
    'http.route': '/products/:id',
    'http.response.status_code': res.statusCode,
  })
}

/** What the driver of the demo may break. */
const control: Record<string, () => unknown> = {
  '/personal-pages': () => shop.cache.personalPages(true),
  '/report': () => shop.report.start(),
}

function answer(req: IncomingMessage, res: ServerResponse): unknown {
  const url = new URL(req.url ?? '/', 'http://localhost')
  if (url.pathname.startsWith('/products/')) return product(url, res)
  if (req.method === 'POST') control[url.pathname]?.()
  return res.end()
}

const health = healthHandler(monitor)
const server = createServer((req, res) => health(req, res, () => answer(req, res)))
server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})

gracefulShutdown(monitor, {
  delay: 0,
  deadline: '5s',
  close: () => server.close(),
  onEnd: () => otel.shutdown(),
  exit: 0,
})
