import { ConfigError } from './errors.js'
import type { AttributeValue, Signal } from './signal.js'

/**
 * Which signals: a name, in which `*` stands for any text (`'db.*'`), several of them, or a function.
 * With attributes, all that are named must be equal.
 *
 * @example
 * const anyDatabase: Selector = 'db.*'
 * const onePath: Selector = { name: 'http.server.request.duration.p95', attributes: { 'http.route': '/pay' } }
 */
export type Selector = string | readonly string[] | SignalPattern | ((signal: Signal) => boolean)

/** A name pattern together with attributes that must be equal. */
export interface SignalPattern {
  /** A name, in which `*` stands for any text. @defaultValue any */
  readonly name?: string
  /** @defaultValue none asked for */
  readonly attributes?: Readonly<Record<string, AttributeValue>>
}

/**
 * The test that a {@link Selector} stands for.
 *
 * @throws ConfigError when it is none of the accepted forms.
 */
export function matcher(field: string, selector: Selector): (signal: Signal) => boolean {
  if (typeof selector === 'function') return selector
  if (typeof selector === 'string') return named(field, [selector])
  if (Array.isArray(selector)) return named(field, selector as readonly string[])
  if (typeof selector !== 'object' || selector === null) {
    throw new ConfigError(
      field,
      "a name pattern such as 'db.*', a list of them, { name, attributes } or a function",
      selector,
    )
  }
  const { name = '*', attributes = {} } = selector as SignalPattern
  const byName = named(field, [name])
  const wanted = Object.entries(attributes)
  return (signal) => byName(signal) && wanted.every(([key, value]) => signal.attributes[key] === value)
}

function named(field: string, patterns: readonly string[]): (signal: Signal) => boolean {
  const tests = patterns.map((pattern) => glob(field, pattern))
  return (signal) => tests.some((test) => test(signal.name))
}

function glob(field: string, pattern: string): (name: string) => boolean {
  if (typeof pattern !== 'string' || pattern === '')
    throw new ConfigError(field, 'a name pattern that is not empty', pattern)
  const [head = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return (name) => name === pattern
  return (name) => name.startsWith(head) && follows(name, head.length, rest)
}

/** Linear-time wildcard match: each part at its first place after the one before, the last at the end. No backtracking. */
function follows(name: string, from: number, parts: readonly string[]): boolean {
  let at = from
  for (const part of parts.slice(0, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  const last = parts[parts.length - 1] as string
  return name.length - last.length >= at && name.endsWith(last)
}
