import { PRICING_SLOW, PRICING_USUALLY, REPORT_BLOCKS } from './settings.js'

/** Where the processes of the demo listen. */
export interface Addresses {
  readonly shop: string
  readonly pricing: string
}

/** Something that goes wrong, in earnest. */
export interface Fault {
  readonly name: string
  /** What the driver does to the shop; it tells the monitor nothing. */
  readonly story: string
  readonly inject: (at: Addresses) => Promise<unknown>
  /** The signal that must be found abnormal for the fault to count as detected. */
  readonly signal: string
  /** The remediation that must prove that it helped. */
  readonly remediation: string
  /** What the world does once the shop has helped itself. */
  readonly heal?: (at: Addresses) => Promise<unknown>
}

const post = (url: string): Promise<unknown> => fetch(url, { method: 'POST', signal: AbortSignal.timeout(10_000) })

export const FAULTS: readonly Fault[] = [
  {
    name: 'slow dependency',
    story: `the pricing service takes ${PRICING_SLOW} ms instead of ${PRICING_USUALLY}`,
    inject: ({ pricing }) => post(`${pricing}/latency?ms=${PRICING_SLOW}`),
    signal: 'http.server.request.duration.p95',
    remediation: 'prices-from-cache',
    heal: ({ pricing }) => post(`${pricing}/latency?ms=${PRICING_USUALLY}`),
  },
  {
    name: 'leak',
    story: 'a release switches personal pages on, and the page cache grows with each request',
    inject: ({ shop }) => post(`${shop}/personal-pages`),
    signal: 'shop.cache.entries',
    remediation: 'personal-pages-off',
  },
  {
    name: 'blocked event loop',
    story: `somebody starts a report that computes ${REPORT_BLOCKS} ms at a time on the event loop`,
    inject: ({ shop }) => post(`${shop}/report`),
    signal: 'nodejs.eventloop.delay.p99',
    remediation: 'stop-report',
  },
]
