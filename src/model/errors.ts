/**
 * A part was built with a value that cannot work. Thrown by factories only, never while running.
 *
 * Carries the `field`, the accepted `range` and the `value` that came, so that a caller can point at the line.
 *
 * @example
 * new ConfigError('ewma.halfLife', 'a duration above 0', -5).message
 * // 'ewma.halfLife must be a duration above 0, got -5'
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(
    readonly field: string,
    readonly range: string,
    readonly value: unknown,
  ) {
    super(`${field} must be ${range}, got ${show(value)}`)
  }
}

/** A short, safe picture of any value: never throws, never runs long. */
export function show(value: unknown): string {
  try {
    const text = typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? `[${value}]` : String(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return `an unprintable ${typeof value}`
  }
}

/** What an error says, whatever was thrown: an `Error`, a string, `undefined`, an object with a hostile `toString`. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return (String(thrown.message) || String(thrown.name)).slice(0, 1_000)
  } catch {
    return 'an error with a hostile message'
  }
  return show(thrown)
}

/**
 * Refuses a promise where an answer is due at once: its rejection, if one comes, is taken care of.
 *
 * @throws Error when `answer` is a promise.
 */
export function atOnce<T>(who: string, answer: T): T {
  if (!isThenable(answer)) return answer
  answer.then(undefined, () => undefined)
  throw new Error(`${who} must answer at once, not by a promise`)
}

/** Whether a value is a promise, or poses as one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
