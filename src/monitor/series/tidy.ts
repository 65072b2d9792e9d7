import {
  type Attributes,
  type AttributeValue,
  NO_ATTRIBUTES,
  type Signal,
  type SignalOptions,
} from '../../model/index.js'

const MOST_ATTRIBUTES = 32
const LONGEST_TEXT = 255

/**
 * A signal made of whatever came: the wrong types become text, what is too long is cut, what is too much is left out, what
 * throws when read is left out. Never throws.
 */
export function tidy(name: unknown, options: SignalOptions | undefined): Signal {
  const unit = read(() => options?.unit)
  return {
    name: text(name),
    unit: unit === undefined ? '1' : text(unit),
    attributes: attributesOf(read(() => options?.attributes)),
  }
}

/** The same of attributes alone. */
export function attributesOf(given: unknown): Attributes {
  if (typeof given !== 'object' || given === null) return NO_ATTRIBUTES
  const kept: Record<string, AttributeValue> = {}
  let count = 0
  for (const key of read(() => Object.keys(given)) ?? []) {
    const value = read(() => attributeOf((given as Record<string, unknown>)[key]))
    if (value === undefined || key === '__proto__') continue
    if (++count > MOST_ATTRIBUTES) break
    kept[text(key)] = value
  }
  return count > 0 ? kept : NO_ATTRIBUTES
}

function attributeOf(value: unknown): AttributeValue | undefined {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return value === undefined || value === null ? undefined : text(value)
}

function text(value: unknown): string {
  const string = typeof value === 'string' ? value : (read(() => String(value)) ?? 'unprintable')
  return string.length > LONGEST_TEXT ? string.slice(0, LONGEST_TEXT) : string
}

function read<T>(get: () => T): T | undefined {
  try {
    return get()
  } catch {
    return undefined
  }
}
