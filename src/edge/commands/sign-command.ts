import type { KeyObject } from 'node:crypto'
import { type Clock, ConfigError, checkOptions, type Duration, duration, textIn } from '../../model/index.js'
import { systemClock } from '../system-clock.js'
import { keyIn } from './key.js'
import { LONGEST_ARGUMENT, TYPE } from './token.js'

/** What is commanded, and by whom. */
export interface SignCommandOptions {
  /** The private key, Ed25519: PEM, or a `KeyObject`. */
  readonly key: string | KeyObject
  /** Under which name the devices know its public half. */
  readonly keyId: string
  /** The device, or several: 1 to 1,000. */
  readonly device: string | readonly string[]
  /** One of those that the device has named. */
  readonly action: string
  /** Up to 1,000 characters. @defaultValue none */
  readonly argument?: string
  /** How long it is good, up to the `lifetime` that the devices allow. From 1 s to 1 d. @defaultValue `'1m'` */
  readonly expires?: Duration
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
}

/**
 * Signs a command for {@link commands}: a JSON Web Token with a nonce, good once and for one minute. Any other library that signs tokens by EdDSA does as well: header `typ` is `pi-uptime-command+jwt` and `kid` the
 * key's name, the claims are `aud`, `jti`, `iat`, `exp`, `action` and `argument`.
 *
 * @throws ConfigError when an option is out of range; without the key in it.
 * @example
 * const token = signCommand({ key: readFileSync('ops.pem', 'utf8'), keyId: 'ops', device: 'pi-7', action: 'restart-pump' })
 * await fetch('https://pi-7.internal/commands', { method: 'POST', body: token })
 */
export function signCommand(options: SignCommandOptions): string {
  checkOptions('signCommand', options, ['key', 'keyId', 'device', 'action', 'argument', 'expires', 'clock'])
  const key = keyIn('signCommand.key', options.key, 'private')
  const kid = textIn('signCommand.keyId', options.keyId, 100)
  const action = textIn('signCommand.action', options.action, 100)
  const { argument = '', device, clock = systemClock() } = options
  if (argument !== '') textIn('signCommand.argument', argument, LONGEST_ARGUMENT)
  const life = duration('signCommand.expires', options.expires ?? '1m', { min: 1_000, max: 864e5 })
  const { randomUUID, sign } = process.getBuiltinModule('node:crypto')
  const iat = clock.now() / 1_000
  const claims = { aud: devicesIn(device), jti: randomUUID(), iat, exp: iat + life / 1_000, action, argument }
  const signed = [{ alg: 'EdDSA', typ: TYPE, kid }, claims].map(encoded).join('.')
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

function devicesIn(given: string | readonly string[]): string | readonly string[] {
  if (!Array.isArray(given)) return textIn('signCommand.device', given, 200)
  if (given.length < 1 || given.length > 1_000)
    throw new ConfigError('signCommand.device', 'one device, or a list of 1 to 1,000', given)
  return given.map((device, i) => textIn(`signCommand.device[${i}]`, device, 200))
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
