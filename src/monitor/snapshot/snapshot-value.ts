/**
 * Plain data as JSON that loses nothing: typed arrays, numbers that JSON has no word for, and `undefined` travel in objects
 * with one key that starts with `$`. See docs/snapshot-format.md.
 */

const KINDS = {
  $i8: Int8Array,
  $u8: Uint8Array,
  $u8c: Uint8ClampedArray,
  $i16: Int16Array,
  $u16: Uint16Array,
  $i32: Int32Array,
  $u32: Uint32Array,
  $f32: Float32Array,
  $f64: Float64Array,
  $i64: BigInt64Array,
  $u64: BigUint64Array,
} as const

const TAG_OF = new Map(Object.entries(KINDS).map(([tag, kind]) => [kind.name, tag]))
const ODD = new Map<string, unknown>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
  ['undefined', undefined],
])

/** Deeper than this is taken for a circle. */
const DEEPEST = 64

/** The JSON text of plain data. At most about `most` characters: what is larger is refused before it is written out. */
export function textOf(value: unknown, most: number): string {
  return JSON.stringify(new Tagger(most).tag(value, 0))
}

/** The data of a JSON text made by {@link textOf}. @throws Error when it holds a tag that is none. */
export function dataOf(text: string): unknown {
  return untag(JSON.parse(text), 0)
}

class Tagger {
  constructor(private left: number) {}

  /** The value as JSON can say it: itself where it can, else a copy. */
  tag(value: unknown, depth: number): unknown {
    if (depth > DEEPEST) throw new Error(`is nested more than ${DEEPEST} deep, or in a circle`)
    switch (typeof value) {
      case 'number':
        this.#spend(8)
        return value - value === 0 && !Object.is(value, -0) ? value : { $: Object.is(value, -0) ? '-0' : String(value) }
      case 'string':
        this.#spend(value.length + 3)
        return value
      case 'boolean':
        this.#spend(5)
        return value
      case 'undefined':
        this.#spend(17)
        return { $: 'undefined' }
      case 'object':
        return this.#object(value, depth)
      default:
        throw new Error(`holds a ${typeof value}, which is not plain data`)
    }
  }

  #object(value: object | null, depth: number): unknown {
    this.#spend(5)
    if (value === null) return null
    if (Array.isArray(value)) return this.#array(value, depth)
    if (ArrayBuffer.isView(value)) return this.#view(value)
    const prototype = Object.getPrototypeOf(value)
    // a plain object of another realm has another Object.prototype, but that one has no prototype either
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      throw new Error(`holds an instance of a class (${className(value)}), which is not plain data`)
    }
    return this.#record(value as Record<string, unknown>, depth)
  }

  #array(array: readonly unknown[], depth: number): unknown {
    let copy: unknown[] | undefined
    for (let i = 0; i < array.length; i++) {
      const tagged = this.tag(array[i], depth + 1)
      if (tagged === array[i]) continue
      copy ??= array.slice()
      copy[i] = tagged
    }
    return copy ?? array
  }

  #record(record: Record<string, unknown>, depth: number): unknown {
    const keys = Object.keys(record)
    let copy: Record<string, unknown> | undefined
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      this.#spend(key.length + 4)
      const value = record[key]
      const tagged = this.tag(value, depth + 1)
      const dollar = key.startsWith('$')
      if (!copy && (dollar || tagged !== value)) copy = begin(record, keys.slice(0, i))
      if (copy) copy[dollar ? `$${key}` : key] = tagged
    }
    return copy ?? record
  }

  #view(view: ArrayBufferView): unknown {
    const tag = TAG_OF.get(className(view))
    if (tag === undefined) throw new Error(`holds a ${className(view)}, which is not plain data`)
    this.#spend(Math.ceil(view.byteLength / 3) * 4)
    return { [tag]: Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64') }
  }

  #spend(characters: number): void {
    this.left -= characters
    if (this.left < 0) throw new Error('is too large')
  }
}

/** A copy of the first keys, without a prototype, so that `__proto__` is a key like any other. */
function begin(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null)
  for (const key of keys) copy[key] = record[key]
  return copy
}

function className(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

function untag(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > 2 * DEEPEST) throw new Error('is nested too deep')
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (typeof value[i] === 'object') value[i] = untag(value[i], depth + 1)
    }
    return value
  }
  return untagRecord(value as Record<string, unknown>, depth)
}

function untagRecord(record: Record<string, unknown>, depth: number): unknown {
  const keys = Object.keys(record)
  if (keys.some((key) => key.startsWith('$'))) return untagDollars(record, keys, depth)
  for (const key of keys) {
    const value = record[key]
    if (typeof value !== 'object' || value === null) continue
    const untagged = untag(value, depth + 1)
    if (untagged !== value) define(record, key, untagged)
  }
  return record
}

function untagDollars(record: Record<string, unknown>, keys: readonly string[], depth: number): unknown {
  const [only = ''] = keys
  if (keys.length === 1 && !only.startsWith('$$')) return tagged(only, record[only])
  const plain = {}
  for (const key of keys) {
    if (key.startsWith('$') && !key.startsWith('$$')) throw new Error(`holds the stray tag ${key}`)
    define(plain, key.startsWith('$') ? key.slice(1) : key, untag(record[key], depth + 1))
  }
  return plain
}

function tagged(tag: string, content: unknown): unknown {
  if (typeof content !== 'string') throw new Error(`holds a tag ${tag} without text`)
  if (tag === '$' && ODD.has(content)) return ODD.get(content)
  const Kind = Object.hasOwn(KINDS, tag) ? KINDS[tag as keyof typeof KINDS] : undefined
  if (!Kind) throw new Error(`holds the unknown tag ${tag}`)
  const bytes = Uint8Array.from(Buffer.from(content, 'base64'))
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw new Error(`holds a ${tag} of ${bytes.length} bytes`)
  return new Kind(bytes.buffer)
}

/** Also where the key is `__proto__`. */
function define(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true })
}
