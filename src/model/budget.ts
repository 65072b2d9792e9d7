import { type Duration, describe, duration } from './duration.js'
import { ConfigError } from './errors.js'

/**
 * How many false findings are accepted in how much time: `'1 per 7d'`, `'0.5 per 12h'`. From 0.001 to 1,000 in 1 min to 3,650 d.
 */
export type Budget = `${number} per ${Exclude<Duration, number>}`

const FORM = /^(\d+(?:\.\d+)?) per (\S+)$/
const LEAST = 0.001
const MOST = 1_000
const SHORTEST = 6e4
const LONGEST = 3650 * 864e5
const RANGE = `'N per DURATION', N from ${LEAST} to ${MOST} and DURATION from ${describe(SHORTEST)} to ${describe(LONGEST)}, such as '1 per 7d'`

/**
 * False findings a millisecond of a {@link Budget}, checked.
 *
 * @param field - the option's full name, for the error: `'anomaly.budget'`.
 * @throws ConfigError when it is no budget, or out of range.
 * @example
 * budget('anomaly.budget', '1 per 7d') // 1.65e-9
 */
export function budget(field: string, value: Budget): number {
  const [, count = '', span = ''] = (typeof value === 'string' && FORM.exec(value)) || []
  const wrong = new ConfigError(field, RANGE, value)
  if (!(Number(count) >= LEAST && Number(count) <= MOST)) throw wrong
  try {
    return Number(count) / duration(field, span as Duration, { min: SHORTEST, max: LONGEST })
  } catch {
    throw wrong
  }
}
