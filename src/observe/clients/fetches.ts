import { checkOptions, type Duration, duration, integerIn, type Source } from '../../model/index.js'
import { CLIENTS } from '../../model/signals/clients.js'
import { Gauges } from '../machine/gauges.js'
import { Ledger } from '../machine/ledger.js'

/** What {@link fetches} observes. */
export interface FetchesOptions {
  /** The window over which rates, errors and durations are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /** Servers that are told apart. From 1 to 500. @defaultValue 100 */
  readonly maxServers?: number
}

/** What undici says of a request, on its channels. */
interface Said {
  readonly request: { readonly origin?: string | URL }
  readonly response?: { readonly statusCode?: number }
}

interface Call {
  readonly began: number
  failed: boolean
}

type Listener = (message: unknown) => void

const FORGOTTEN = 36e5

/**
 * Observes the HTTP requests that this process makes by `fetch()` and undici: requests, failures and duration by server, from the request
 * to the end of the answer. Listens on undici's diagnostics channels; nothing is patched. A failure is an answer of 500 and more, or
 * none.
 *
 * O(1) a request, a microsecond or two; requests beyond `maxServers` are not told apart, and not told.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * createMonitor({ service: 'checkout', observe: [fetches()], watch: [anomaly()] })
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export function fetches(options: FetchesOptions = {}): Source {
  checkOptions('fetches', options, ['every', 'maxServers'])
  const every = duration('fetches.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const most = integerIn('fetches.maxServers', options.maxServers ?? 100, 1, 500)
  return {
    name: 'fetches',
    async start(emit, { clock, abort, fault }) {
      const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel')
      const servers = new Ledger(most)
      const listeners = listenersTo(servers, () => clock.elapsed(), fault)
      for (const [channel, listener] of listeners) subscribe(channel, listener)
      const leave = (): void => {
        for (const [channel, listener] of listeners) unsubscribe(channel, listener)
      }
      abort.addEventListener('abort', leave, { once: true })
      const gauges = new Gauges(emit)
      for (let began = clock.elapsed(); ; ) {
        await clock.sleep(every, abort)
        if (abort.aborted) return
        const now = clock.elapsed()
        tell(servers, (now - began) / 1000, gauges, now)
        began = now
      }
    },
  }
}

function listenersTo(
  servers: Ledger,
  now: () => number,
  fault: (error: unknown) => void,
): readonly (readonly [string, Listener])[] {
  const calls = new WeakMap<object, Call>()
  const end = ({ request }: Said, failed: boolean): void => {
    const call = calls.get(request)
    if (!call) return
    calls.delete(request)
    const [address, port] = serverOf(request.origin)
    servers.of(address, port)?.add((now() - call.began) / 1000, failed || call.failed, 1, '', now())
  }
  const listeners: Readonly<Record<string, (said: Said) => void>> = {
    'undici:request:create': ({ request }) => void calls.set(request, { began: now(), failed: false }),
    'undici:request:headers'({ request, response }) {
      const call = calls.get(request)
      if (call) call.failed = (response?.statusCode ?? 0) >= 500
    },
    'undici:request:trailers': (said) => end(said, false),
    'undici:request:error': (said) => end(said, true),
  }
  return Object.entries(listeners).map(([channel, listen]) => [channel, safely(listen as Listener, fault)] as const)
}

/** Who publishes must not pay for who listens. */
function safely(listen: Listener, fault: (error: unknown) => void): Listener {
  return (message) => {
    try {
      listen(message)
    } catch (error) {
      fault(error)
    }
  }
}

function tell(servers: Ledger, seconds: number, gauges: Gauges, now: number): void {
  gauges.begin(now)
  for (const [address, port, tally] of servers) {
    gauges.gauge(CLIENTS.requests, tally.calls / seconds, address, Number(port))
    gauges.gauge(CLIENTS.failures, tally.calls > 0 ? tally.failed / tally.calls : undefined, address, Number(port))
    gauges.gauge(CLIENTS.mean, tally.mean, address, Number(port))
    gauges.gauge(CLIENTS.p99, tally.quantile(0.99), address, Number(port))
    tally.turn()
  }
  servers.forget(now - FORGOTTEN)
}

/** Address and port of an origin. */
function serverOf(origin: string | URL | undefined): readonly [string, string] {
  const url = new URL(String(origin))
  return [url.hostname.slice(0, 200), url.port || (url.protocol === 'https:' ? '443' : '80')]
}
