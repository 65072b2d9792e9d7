import type { KeyObject } from 'node:crypto'

/** What the `typ` of the header must be (RFC 8725, 3.11): a token that was signed for something else is no command. */
export const TYPE = 'pi-uptime-command+jwt'
/** Characters of a token. */
export const LONGEST_TOKEN = 8_192
export const LONGEST_ARGUMENT = 1_000
/** More devices than this are another command. */
const MOST_DEVICES = 1_000

/** What a signed token says. Times in milliseconds since the epoch. */
export interface Claims {
  /** The name of the key that it was signed with. */
  readonly by: string
  readonly id: string
  readonly devices: readonly string[]
  readonly action: string
  readonly argument: string
  readonly issued: number
  readonly expires: number
}

/**
 * Reads a JSON Web Token (RFC 7519) in the compact form of RFC 7515, signed by Ed25519 (RFC 8037), and by nothing else: what its header says of the algorithm is compared, never obeyed.
 *
 * @param text - as it came: anything.
 * @returns what it says, once the signature is proven; otherwise why not, in words that hold nothing of it.
 */
export function readToken(text: string, keys: ReadonlyMap<string, KeyObject>): Claims | string {
  if (text.length > LONGEST_TOKEN) return 'longer than a command can be'
  const parts = text.split('.')
  if (parts.length !== 3) return 'no signed token'
  const [header, payload, signature] = parts.map(bytesOf)
  if (!header || !payload || signature?.length !== 64) return 'no signed token'
  const { alg, typ, kid, crit } = objectOf(header) ?? {}
  if (alg !== 'EdDSA' || typ !== TYPE || crit !== undefined) return 'signed in another way, or for something else'
  const key = typeof kid === 'string' ? keys.get(kid) : undefined
  if (!key) return 'signed by a key that is not known here'
  const { verify } = process.getBuiltinModule('node:crypto')
  const signed = Buffer.from(text.slice(0, text.lastIndexOf('.')))
  if (!verify(null, signed, key, signature)) return 'its signature is wrong'
  return claimsOf(objectOf(payload), kid as string) ?? 'signed, but without the claims of a command'
}

function claimsOf(claims: Record<string, unknown> | undefined, by: string): Claims | undefined {
  if (!claims) return undefined
  const { jti: id, aud, action, argument = '', iat, exp } = claims
  const devices = typeof aud === 'string' ? [aud] : aud
  if (!Array.isArray(devices) || devices.length > MOST_DEVICES) return undefined
  if (typeof id !== 'string' || !/^[\w-]{8,100}$/.test(id)) return undefined
  if (typeof action !== 'string' || action.length > 100) return undefined
  if (typeof argument !== 'string' || argument.length > LONGEST_ARGUMENT) return undefined
  if (!Number.isFinite(iat) || !Number.isFinite(exp)) return undefined
  return {
    by,
    id,
    devices,
    action,
    argument,
    issued: Math.round(Number(iat) * 1_000),
    expires: Math.round(Number(exp) * 1_000),
  }
}

/** Strict: what does not come out again as it came in is not base64url. */
function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined
}

function objectOf(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
