import type { Store } from '../../model/index.js'

/** The off switch in the store: while there is such a key, nothing is repaired. In a `fileStore` it is a file of that name. */
export const OFF_KEY = 'remediate-off'
/** The off switch in the environment: `PI_UPTIME_REMEDIATE=off`. */
const OFF_VARIABLE = 'PI_UPTIME_REMEDIATE'

/** Why all repairs are switched off, or `undefined`. Rejects when the store cannot be asked: then nothing is done either. */
export async function switchedOff(store: Store): Promise<string | undefined> {
  const variable = process.env[OFF_VARIABLE]?.trim().toLowerCase()
  if (variable === 'off' || variable === 'false' || variable === '0') return `${OFF_VARIABLE} is ${variable}`
  const bytes = await store.get(OFF_KEY)
  if (!bytes) return undefined
  const reason = new TextDecoder().decode(bytes.subarray(0, 200)).trim()
  return `repairs are switched off${reason === '' ? '' : `: ${reason}`}`
}
