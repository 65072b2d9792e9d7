import {
  type Alert,
  type Channel,
  type Context,
  checkOptions,
  type Duration,
  duration,
  functionIn,
  idOf,
  textIn,
} from '../../model/index.js'
import { REACH_OPTIONS, type ReachOptions } from '../../observe/outgoing/reach.js'
import { DeliveryError } from './delivery-error.js'
import { post } from './post.js'
import { webhookPayload } from './webhook-payload.js'
import { secretBytes, webhookSignature } from './webhook-signature.js'
import { targetOf } from './webhook-target.js'

/** How a {@link webhook} sends. */
export interface WebhookOptions extends ReachOptions {
  /** HTTP headers of each request, such as `{ authorization: 'Bearer …' }`. @defaultValue `content-type: application/json` */
  readonly headers?: Readonly<Record<string, string>>
  /** Signs each request, as Standard Webhooks has it. With `whsec_` before it, base64. @defaultValue not signed */
  readonly secret?: string
  /** How long the receiver may take to answer. From 1 ms to 1 m. @defaultValue `'10s'` */
  readonly timeout?: Duration
  /** What is sent instead of the {@link WebhookPayload}: a text as it is, anything else as JSON. */
  readonly body?: (alert: Alert) => unknown
  /** Tells two webhooks apart. @defaultValue `'webhook'` and the host */
  readonly name?: string
}

/** More than a {@link WebhookPayload} can have. */
const LONGEST_BODY = 4_000_000

/**
 * Tells by an HTTP POST of JSON: see {@link WebhookPayload}.
 *
 * A status of 200 to 299 means told; the answer's body is thrown away unread. Everything else rejects with a
 * {@link DeliveryError}; `alert()` then tries again later. Redirects are not followed: a receiver that moves must be
 * named anew. Each request has `webhook-id`, the same in each try, so that the receiver can tell a repetition, and
 * `webhook-timestamp`; with a `secret` also `webhook-signature`. Neither the address nor a header is ever part of an error.
 *
 * Addresses that lead inside are not called unless they are allowed, as with `probe()`: loopback and private ones by `private`, link-local ones and metadata services only by `allow`.
 *
 * @param url - http or https. A user name and password in it are sent as basic authorization.
 * @throws ConfigError when the address or an option is out of range; without the address in it.
 * @example
 * alert({ to: webhook('https://hooks.example/ops', { secret: process.env.HOOK_SECRET }) })
 * @example
 * alert({ to: webhook(slackUrl, { body: ({ summary }) => ({ text: summary }) }) })
 * @example
 * alert({ to: webhook('http://10.0.0.5:8080/hook', { private: true }) })
 * @see https://www.standardwebhooks.com
 */
export function webhook(url: string | URL, options: WebhookOptions = {}): Channel {
  checkOptions('webhook', options, ['headers', 'secret', 'timeout', 'body', 'name', ...REACH_OPTIONS])
  const target = targetOf('webhook', url, options)
  const secret = options.secret === undefined ? undefined : secretBytes('webhook.secret', options.secret)
  const timeout = duration('webhook.timeout', options.timeout ?? '10s', { max: 60_000 })
  const body = functionIn('webhook.body', options.body ?? webhookPayload)
  const name = textIn('webhook.name', options.name ?? `webhook ${target.host}`)
  return {
    name,
    async send(alert, context) {
      const text = textOf(body, alert)
      await post(target, text, signed(text, alert, context, secret), timeout, context)
    },
  }
}

function textOf(body: (alert: Alert) => unknown, alert: Alert): string {
  let text: unknown
  try {
    const content = body(alert)
    text = typeof content === 'string' ? content : JSON.stringify(content)
  } catch {
    throw new DeliveryError('the body could not be made', false)
  }
  if (typeof text !== 'string') throw new DeliveryError('the body is no JSON', false)
  if (text.length > LONGEST_BODY) throw new DeliveryError(`the body has more than ${LONGEST_BODY} characters`, false)
  return text
}

function signed(
  text: string,
  alert: Alert,
  { clock }: Context,
  secret: Uint8Array | undefined,
): Record<string, string> {
  const { id, reason, incident, time } = alert
  const message = idOf('msg', id, reason, incident.severity, incident.openedAt, reason === 'reminder' ? time : 0)
  const timestamp = `${Math.floor(clock.now() / 1000)}`
  const headers = { 'webhook-id': message, 'webhook-timestamp': timestamp }
  return secret ? { ...headers, 'webhook-signature': webhookSignature(secret, message, timestamp, text) } : headers
}
