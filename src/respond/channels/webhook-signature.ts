import { ConfigError } from '../../model/index.js'

const PREFIX = 'whsec_'
const LONGEST = 1_024

/**
 * The bytes of a webhook's secret: base64 after `whsec_`, otherwise the text itself.
 *
 * @throws ConfigError without the secret in it.
 */
export function secretBytes(field: string, secret: unknown): Buffer {
  const text = typeof secret === 'string' && secret.length <= LONGEST ? secret : ''
  const bytes = text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), 'base64') : Buffer.from(text)
  if (bytes.length > 0) return bytes
  throw new ConfigError(
    field,
    `a text of 1 to ${LONGEST} characters, or '${PREFIX}' and base64`,
    `(hidden ${typeof secret})`,
  )
}

/**
 * The value of `webhook-signature`, as the Standard Webhooks specification has it:
 *
 *     v1,base64(HMAC-SHA256(secret, id.timestamp.body))
 *
 * @param timestamp - whole seconds since the epoch, as in `webhook-timestamp`.
 * @see https://www.standardwebhooks.com
 */
export function webhookSignature(secret: Uint8Array, id: string, timestamp: string, body: string): string {
  const { createHmac } = process.getBuiltinModule('node:crypto') // when it is needed: loading it costs much
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
