import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** TEMPORARY: until test/real/sink is there. */
export class Receiver {
  readonly got = { requests: 0, points: 0, names: new Set<string>(), events: new Map<string, number>() }
  readonly #repairs = new Set<string>()
  readonly #incidents = new Set<string>()
  url = ''
  #server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const c of req) chunks.push(c)
    const { gunzipSync } = await import('node:zlib')
    let body: any = Buffer.concat(chunks)
    if (req.headers['content-encoding'] === 'gzip') body = gunzipSync(body)
    const data = JSON.parse(String(body))
    for (const rm of data.resourceMetrics ?? []) {
      this.got.requests++
      for (const sm of rm.scopeMetrics) for (const m of sm.metrics) {
        this.got.names.add(m.name)
        this.got.points += (m.sum ?? m.gauge ?? m.histogram ?? m.exponentialHistogram).dataPoints.length
      }
    }
    for (const rl of data.resourceLogs ?? []) for (const sl of rl.scopeLogs) for (const l of sl.logRecords) {
      this.got.events.set(l.eventName, (this.got.events.get(l.eventName) ?? 0) + 1)
      const attrs = Object.fromEntries(l.attributes.map((a: any) => [a.key, Object.values(a.value)[0]]))
      if (l.eventName === 'pi_uptime.incident') this.#incidents.add(attrs['pi_uptime.incident.id'])
      if (l.eventName === 'pi_uptime.action' && attrs['pi_uptime.outcome'] === 'helped') this.#repairs.add(attrs['pi_uptime.incident.id'])
    }
    res.setHeader('content-type', 'application/json')
    res.end('{}')
  })
  async start(): Promise<void> {
    await new Promise<void>((r) => this.#server.listen(0, '127.0.0.1', r))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }
  hasRepair(incident: string): boolean {
    return this.#repairs.has(incident) && this.#incidents.has(incident)
  }
  get summary() {
    const { requests, points, names, events } = this.got
    return { requests, points, metrics: [...names].sort(), events: Object.fromEntries(events) }
  }
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
