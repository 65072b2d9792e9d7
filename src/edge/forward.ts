import {
  type Alert,
  type Channel,
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  inTime,
  messageOf,
  type Source,
} from '../model/index.js'
import { planOf } from './forward/plan.js'
import type { Sender, Sent } from './outbox/drain.js'
import { observeOutbox } from './outbox/outbox-source.js'
import { type OutboxStatus, Outlet } from './outbox/outlet.js'
import type { Batch } from './outbox/parcel.js'
import { laneIn, OUTBOX_OPTIONS, type OutboxOptions, outboxSettingsOf } from './outbox/settings.js'

/** How {@link forward} keeps and sends. */
export interface ForwardOptions extends OutboxOptions {
  /** Tells two channels with one directory apart: 1 to 40 of `a-z`, `0-9` and `_`. @defaultValue `'alerts'` */
  readonly name?: string
  /** How long the channel may take for one alert. From 100 ms to 5 m. @defaultValue `'30s'` */
  readonly timeout?: Duration
}

/** A channel that keeps what it cannot send; also a source, for `observe`. */
export interface Forwarding extends Channel, Source {
  status(): OutboxStatus
  /** Keeps the rest on disk, within 5 s. Never rejects. */
  close(): Promise<void>
}

/** So many waiting alerts are looked at together. */
const MOST = 500
const CLOSING = 5_000

/**
 * Wraps a channel with a store-and-forward outbox on disk: an alert counts as told as soon as it is kept, and is sent when that can be done, over outages, crashes and reboots.
 *
 * At least once; receivers group and resolve by the incident's id. When several have waited, of each incident only the last word is sent, with its age before it; what opened and was over before anybody
 * could be told comes as one summary. An alert that the channel refuses for good (`retryable: false`) is given up and counted. Shares a directory, and its limit, with `durable()`:
 * alerts outlive all telemetry.
 *
 * List it in `observe` as well: what a former process has left is then sent at once, not with the next alert, and the state of the outbox is observed.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const ops = forward(webhook('https://hooks.example/ops'), { dir: '/var/lib/shop/outbox' })
 * createMonitor({ service: 'shop', observe: [ops], respond: [alert({ to: ops })] })
 */
export function forward(channel: Channel, options: ForwardOptions): Forwarding {
  checkOptions('forward', options, [...OUTBOX_OPTIONS, 'name', 'timeout'])
  if (typeof channel?.send !== 'function')
    throw new ConfigError('forward.channel', 'a channel: { name, send }', channel)
  const lane = laneIn('forward.name', options.name ?? 'alerts')
  const timeout = duration('forward.timeout', options.timeout ?? '30s', { min: 100, max: 300_000 })
  const sending = new Forwarder(channel, timeout)
  const outlet = new Outlet('forward', outboxSettingsOf('forward', options), lane, 0, sending)
  return {
    name: channel.name,
    start(emit: Emit, context: Context) {
      sending.lend(context)
      return observeOutbox(emit, context, () => outlet.status())
    },
    async send(alert: Alert, context: Context) {
      sending.lend(context)
      const payload = new TextEncoder().encode(JSON.stringify(alert))
      const how = await outlet.post({ payload, compressed: false, records: 1 })
      if (how === 'dropped') throw new Error('the outbox has no room for an alert')
    },
    status: () => outlet.status(),
    close: () => outlet.close(CLOSING),
  }
}

/** Sends alerts through the channel, with what a monitor has lent. */
class Forwarder implements Sender {
  readonly most = MOST
  readonly rate: number = 1_000
  readonly maxAge: number = Number.POSITIVE_INFINITY
  #context: Context | undefined
  #lent: () => void = () => {}
  readonly #ready = new Promise<void>((resolve) => {
    this.#lent = resolve
  })
  /** Which of the alerts that wait are settled, told or refused: a try that failed in the middle tells none of it again. */
  readonly #settled = new Map<string, 'told' | 'refused'>()

  constructor(
    private readonly channel: Channel,
    private readonly timeout: number,
  ) {}

  lend(context: Context): void {
    this.#context = context
    this.#lent()
  }

  told(): void {}

  async send(batches: readonly Batch[], abort: AbortSignal): Promise<Sent> {
    const context = this.#context ?? (await this.#borrowed(abort))
    if (!context) return { kind: 'again', why: 'stopped' }
    const waiting = batches.flatMap(({ frame, age, isOlder }) => {
      const alert = alertOf(frame.payload)
      return alert ? [{ alert, age, isOlder }] : []
    })
    for (const alert of planOf(waiting)) {
      const key = `${alert.id} ${alert.reason} ${alert.time}`
      if (this.#settled.has(key)) continue
      const failure = await this.#tell(alert, context, abort)
      if (failure?.again) return { kind: 'again', why: failure.why }
      this.#settled.set(key, failure ? 'refused' : 'told')
    }
    const refused = [...this.#settled.values()].filter((how) => how === 'refused').length
    this.#settled.clear()
    return { kind: 'delivered', rejected: batches.length - waiting.length + refused }
  }

  /** What the monitor lends, as soon as it does; `undefined` when the end comes first. */
  async #borrowed(abort: AbortSignal): Promise<Context | undefined> {
    const stopped = new Promise<void>((resolve) => abort.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([this.#ready, stopped])
    return this.#context
  }

  /** What went wrong, if something did. */
  async #tell(
    alert: Alert,
    context: Context,
    abort: AbortSignal,
  ): Promise<{ readonly why: string; readonly again: boolean } | undefined> {
    const late = (): Error => new Error('no answer in time')
    try {
      await inTime({ clock: context.clock, ms: this.timeout, abort, late }, (call) =>
        this.channel.send(alert, { ...context, abort: call }),
      )
      return undefined
    } catch (error) {
      const { retryable } = (error ?? {}) as { readonly retryable?: unknown }
      return { why: messageOf(error), again: retryable !== false || abort.aborted }
    }
  }
}

function alertOf(payload: Uint8Array): Alert | undefined {
  try {
    const alert = JSON.parse(new TextDecoder().decode(payload)) as Alert
    return typeof alert?.id === 'string' && typeof alert.incident?.title === 'string' ? alert : undefined
  } catch {
    return undefined
  }
}
