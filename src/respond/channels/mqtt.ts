import {
  type Alert,
  type Channel,
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  type Source,
  textIn,
} from '../../model/index.js'
import { DeliveryError } from './delivery-error.js'
import { MqttInbox, type MqttListener } from './mqtt-inbox.js'
import type { MqttLink } from './mqtt-link.js'
import { webhookPayload } from './webhook-payload.js'

/** How {@link mqtt} speaks. */
export interface MqttOptions {
  /** Under which everything is published: `'fleet/pi-7'`. 1 to 200 characters, no `+`, `#` or NUL, no `/` at either end. */
  readonly topic: string
  /** Outranks a user in the address. */
  readonly username?: string
  readonly password?: string
  /** Certificates in PEM, for `mqtts:`. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** How long the broker may take to take an alert. From 100 ms to 1 m. @defaultValue `'10s'` */
  readonly timeout?: Duration
  /** How soon a broken connection is noticed, by both sides. From 5 s to 1 h. @defaultValue `'30s'` */
  readonly keepalive?: Duration
  /** @defaultValue `'mqtt'` and the host */
  readonly name?: string
}

/** What is retained under `<topic>/status`. */
export interface MqttStatus {
  /** `up`; `stopped`, said by itself at a clean end; `lost`, said by the broker for one that died or lost its network. */
  readonly state: 'up' | 'stopped' | 'lost'
  readonly service: string
  /** When it was said by the process itself, of `lost` when it connected: milliseconds since the epoch. */
  readonly time: number
}

/** Alerts and status on a broker, and what is sent to this device. */
export interface MqttChannel extends Channel, Source {
  /**
   * Calls back with each message under `<topic>/<path>`, while it is connected; the answer goes to `<topic>/<path>/answers`. A path has one listener, the last. What comes back ends it.
   *
   * @param path - 1 to 100 characters of `a-z`, `0-9`, `_`, `-` and `/`.
   * @throws ConfigError when the path is none.
   */
  receive(path: string, listener: MqttListener): () => void
}

/**
 * Alerts and status on an MQTT broker.
 *
 * | Topic | Message |
 * | --- | --- |
 * | `<topic>/status` | {@link MqttStatus}, retained. The last will: when the process dies, the broker says `lost` for it |
 * | `<topic>/incidents/<id>` | the alert as {@link WebhookPayload}, retained while the incident is open; when it is resolved that is said, and nothing is retained |
 * | `<topic>/<path>` | what {@link MqttChannel.receive} takes, such as `commands()`; answers go to `<topic>/<path>/answers` |
 *
 * All with QoS 1. Must be in `observe` as well, which connects, and says `stopped` aloud at the end. Without a connection `send` rejects, and `alert()` tries again; `forward()` keeps what cannot be sent. Needs the package `mqtt`.
 * Neither the address nor a password is ever part of an error.
 *
 * @param url - `mqtt:`, `mqtts:`, `ws:` or `wss:`.
 * @throws ConfigError when the address or an option is out of range; without the address in it.
 * @example
 * const broker = mqtt('mqtts://broker:8883', { topic: 'fleet/pi-7', username: 'pi-7', password: process.env.MQTT_PASSWORD })
 * createMonitor({ service: 'shop', observe: [broker], respond: [alert({ to: broker })] })
 */
export function mqtt(url: string | URL, options: MqttOptions): MqttChannel {
  checkOptions('mqtt', options, ['topic', 'username', 'password', 'ca', 'cert', 'key', 'timeout', 'keepalive', 'name'])
  const address = addressOf(url)
  const topic = textIn('mqtt.topic', options.topic, 200)
  if (/[+#\0]|^\/|\/$/.test(topic))
    throw new ConfigError('mqtt.topic', 'a topic without +, # or NUL, and no / at either end', topic)
  const timeout = duration('mqtt.timeout', options.timeout ?? '10s', { min: 100, max: 60_000 })
  const keepalive = duration('mqtt.keepalive', options.keepalive ?? '30s', { min: 5_000, max: 3_600_000 })
  const name = textIn('mqtt.name', options.name ?? `mqtt ${address.host}`)
  const { username, password, ca, cert, key } = options
  const given = Object.entries({ username, password, ca, cert, key })
  const secrets = Object.fromEntries(
    given.flatMap(([field, value]) => (value === undefined ? [] : [[field, textIn(`mqtt.${field}`, value, 100_000)]])),
  )
  const inbox = new MqttInbox()
  let link: MqttLink | undefined
  return {
    name,
    async start(_emit: Emit, context: Context) {
      const { MqttLink: Link } = await import('./mqtt-link.js')
      const opened = await Link.open(address.href, {
        topic,
        keepalive,
        secrets,
        service: context.service,
        clock: context.clock,
      })
      link = opened
      opened.onFault((error) => context.fault(error))
      inbox.open(opened, topic, timeout, context.clock, context.fault)
      await ended(context.abort)
      link = undefined
      inbox.close()
      await opened.close()
    },
    receive(path, listener) {
      if (!/^[a-z0-9_-][a-z0-9_/-]{0,99}$/.test(path))
        throw new ConfigError('mqtt.receive', 'a path of a-z, 0-9, _, - and /', path)
      return inbox.receive(path, listener)
    },
    async send(alert: Alert, { clock }: Context) {
      if (!link?.isConnected) throw new DeliveryError('no connection to the broker', true)
      const path = `${topic}/incidents/${alert.id.replaceAll(/[+#/\0]/g, '-')}`
      const isOver = alert.reason === 'resolved'
      await link.publish(path, JSON.stringify(webhookPayload(alert)), !isOver, timeout, clock)
      if (isOver) await link.publish(path, '', true, timeout, clock)
    },
  }
}

function addressOf(url: unknown): URL {
  const address =
    typeof url === 'string' || url instanceof URL ? (URL.canParse(`${url}`) ? new URL(url) : undefined) : undefined
  if (address && /^(?:mqtts?|wss?):$/.test(address.protocol)) return address
  throw new ConfigError(
    'mqtt.url',
    'an address with mqtt:, mqtts:, ws: or wss:',
    typeof url === 'string' ? '(hidden string)' : url,
  )
}

function ended(abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (abort.aborted) resolve()
    else abort.addEventListener('abort', () => resolve(), { once: true })
  })
}
