import { ConfigError, functionIn } from '../model/index.js'

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
  for (const verb of verbs) functionIn(`${field}.${String(verb)}`, part[verb])
  return part
}
