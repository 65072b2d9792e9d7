import { ConfigError } from './errors.js'

/**
 * A finite number within a range, or a {@link ConfigError} that names the field.
 */
export function numberIn(field: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw new ConfigError(field, `a number from ${min} to ${max}`, value)
}

/** A whole number within a range, or a {@link ConfigError} that names the field. */
export function integerIn(field: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number
  throw new ConfigError(field, `a whole number from ${min} to ${max}`, value)
}

/** A function, or a {@link ConfigError} that names the field. */
export function functionIn<F>(field: string, value: F): F {
  if (typeof value === 'function') return value
  throw new ConfigError(field, 'a function', value)
}

/** A string that is not empty, or a {@link ConfigError} that names the field. */
export function textIn(field: string, value: unknown, max = 255): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= max) return value
  throw new ConfigError(field, `a string of 1 to ${max} characters`, value)
}

/** One of a few words, or a {@link ConfigError} that names the field. */
export function oneOf<T extends string>(field: string, value: unknown, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T
  throw new ConfigError(field, `one of ${words.map((word) => `'${word}'`).join(', ')}`, value)
}
