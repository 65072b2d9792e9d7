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

/**
 * Checks that the options of a factory are an object, and that each key is an option: a slip of the pen would go unnoticed.
 *
 * @throws ConfigError naming the key and what the options are.
 */
export function checkOptions<T extends object>(of: string, options: T, names: readonly (keyof T & string)[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigError(`${of}.options`, 'an object', options)
  for (const [key, value] of Object.entries(options)) {
    if (!(names as readonly string[]).includes(key))
      throw new ConfigError(`${of}.${key}`, `left out: the options are ${names.join(', ')}`, value)
  }
}

const VERSIONED = /^[^@\s]+@\d+/

/**
 * A part that an algorithm is made of: something with a versioned name and a few verbs.
 *
 * @throws ConfigError when it is none.
 */
export function partIn<P extends { readonly name: string }>(field: string, part: P, verbs: readonly (keyof P)[]): P {
  if (typeof part !== 'object' || part === null) throw new ConfigError(field, 'an object', part)
  if (typeof part.name !== 'string' || !VERSIONED.test(part.name)) {
    throw new ConfigError(`${field}.name`, "a name with a version, as in 'ceiling@1'", part.name)
  }
  return verbsIn(field, part, verbs)
}

/** An object that has these functions, or a {@link ConfigError} that names the first that is missing. */
export function verbsIn<P extends object>(field: string, part: P, verbs: readonly (keyof P)[]): P {
  if (typeof part !== 'object' || part === null) throw new ConfigError(field, 'an object', part)
  for (const verb of verbs) functionIn(`${field}.${String(verb)}`, part[verb])
  return part
}
