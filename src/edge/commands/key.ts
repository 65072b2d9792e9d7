import type { KeyObject } from 'node:crypto'
import { ConfigError } from '../../model/index.js'

/**
 * A key of Ed25519, of that half.
 *
 * @param given - PEM, or a `KeyObject`.
 * @throws ConfigError without the key in it.
 */
export function keyIn(field: string, given: unknown, half: 'public' | 'private'): KeyObject {
  const key = typeof given === 'string' ? parsed(given, half) : (given as KeyObject)
  if (key?.type === half && key.asymmetricKeyType === 'ed25519') return key
  throw new ConfigError(field, `a ${half} key of Ed25519, as PEM or as a KeyObject`, `(hidden ${typeof given})`)
}

/** A private key would do as a public one: Node takes its other half. On a device it has no business. */
function parsed(pem: string, half: 'public' | 'private'): KeyObject | undefined {
  const { createPrivateKey, createPublicKey } = process.getBuiltinModule('node:crypto')
  if (half === 'public' && pem.includes('PRIVATE KEY')) return undefined
  try {
    return half === 'public' ? createPublicKey(pem) : createPrivateKey(pem)
  } catch {
    return undefined
  }
}
