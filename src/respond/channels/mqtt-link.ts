import { type Clock, inTime, messageOf } from '../../model/index.js'
import { DeliveryError } from './delivery-error.js'
import type { MqttStatus } from './mqtt.js'

type Client = import('mqtt').MqttClient

/** What a link is made of. */
export interface MqttLinkOptions {
  readonly topic: string
  /** Milliseconds. */
  readonly keepalive: number
  /** User, password and certificates, as the client takes them. */
  readonly secrets: Readonly<Record<string, string>>
  readonly service: string
  readonly clock: Clock
}

const CLOSING = 2_000
const RECONNECT = 5_000

/** A connection to a broker that is made again for as long as it takes, and says that it is there. */
export class MqttLink {
  private constructor(
    private readonly client: Client,
    private readonly options: MqttLinkOptions,
  ) {
    client.on('connect', () => void this.#say('up').catch(() => {}))
  }

  /** Rejects when the package `mqtt` is not installed. */
  static async open(url: string, options: MqttLinkOptions): Promise<MqttLink> {
    const { connect } = await import('mqtt')
    const client = connect(url, {
      ...options.secrets,
      keepalive: Math.ceil(options.keepalive / 1_000),
      reconnectPeriod: RECONNECT,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: `${options.topic}/status`, payload: statusOf('lost', options) as never, qos: 1, retain: true },
    })
    return new MqttLink(client, options)
  }

  get isConnected(): boolean {
    return this.client.connected
  }

  /** Hears of the first failure after each time that it was connected: a broker that is away is tried for ever. */
  onFault(told: (error: Error) => void): void {
    let isKnown = false
    this.client.on('connect', () => {
      isKnown = false
    })
    this.client.on('error', (error) => {
      if (!isKnown) told(new Error(wordOf(error)))
      isKnown = true
    })
  }

  /** Calls back with each message under the path, over lost connections too. What comes back ends it. */
  receive(path: string, listener: (message: Uint8Array) => void, failed: (error: Error) => void): () => void {
    const topic = `${this.options.topic}/${path}`
    const subscribe = (): void => {
      this.client.subscribeAsync(topic, { qos: 1 }).catch((error: unknown) => failed(new Error(wordOf(error))))
    }
    const hear = (of: string, message: Uint8Array): void => {
      if (of === topic) listener(message)
    }
    this.client.on('connect', subscribe).on('message', hear)
    if (this.isConnected) subscribe()
    return () => {
      this.client.off('connect', subscribe).off('message', hear)
      this.client.unsubscribe(topic)
    }
  }

  /** Rejects with a {@link DeliveryError} when the broker has not taken it in time, or the connection is lost meanwhile. */
  async publish(topic: string, message: string, retain: boolean, timeout: number, clock: Clock): Promise<void> {
    let stop = (): void => {}
    const lost = new Promise<never>((_, reject) => {
      stop = () => reject(new DeliveryError('the connection to the broker was lost', true))
      this.client.once('close', stop)
    })
    const late = (): Error => new DeliveryError('the broker has not answered in time', true)
    try {
      await inTime({ clock, ms: timeout, late }, () =>
        Promise.race([this.client.publishAsync(topic, message, { qos: 1, retain }), lost]),
      )
    } catch (error) {
      throw error instanceof DeliveryError ? error : new DeliveryError(wordOf(error), true)
    } finally {
      this.client.off('close', stop)
    }
  }

  /** Says that it stops, and ends. Never rejects. */
  async close(): Promise<void> {
    const { clock } = this.options
    if (this.isConnected) await this.#say('stopped').catch(() => {})
    await Promise.race([this.client.endAsync(!this.isConnected).catch(() => {}), clock.sleep(CLOSING)])
    this.client.on('error', () => {})
  }

  #say(state: MqttStatus['state']): Promise<void> {
    return this.publish(
      `${this.options.topic}/status`,
      statusOf(state, this.options),
      true,
      CLOSING,
      this.options.clock,
    )
  }
}

function statusOf(state: MqttStatus['state'], { service, clock }: MqttLinkOptions): string {
  const status: MqttStatus = { state, service, time: clock.now() }
  return JSON.stringify(status)
}

/** The system's word or MQTT's reason, and nothing that may quote an address. */
function wordOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return `no connection to the broker (${code})`
  if (typeof code === 'number') return `the broker refuses (${code})`
  return messageOf(error).includes('getaddrinfo')
    ? 'no connection to the broker (its name is not known)'
    : 'no connection to the broker'
}
