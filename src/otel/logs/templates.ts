import { VARIES, wordsOf } from './words.js'

/** One kind of line. */
export interface Template {
  readonly severity: number
  /** Words, of which those that vary are `<*>`. */
  readonly words: string[]
  /** The words as one text, for people and for the attribute of its signal: it stays what it was when that was first told. */
  text: string
  /** The first line that was of this kind, without its secrets. */
  readonly example: string
  /** In the present window. */
  count: number
  /** When the last one came, in milliseconds. */
  seenAt: number
  /** A trace in which the last one was written. */
  trace: string
}

/** So many of the words must be the same, and of fewer than four all. */
const ALIKE = 0.6
/** Lines that are known by heart. */
const BY_HEART = 1_000
/** Kinds of one severity and length that a line is compared with. */
const MOST_COMPARED = 50
/** New kinds in one window: each costs a look for secrets. */
const MOST_NEW = 50
const LONGEST_EXAMPLE = 500
const LONGEST_TEXT = 200

/**
 * Learns the kinds of lines in a stream: lines of the same severity and length that have most words in common are of one kind, and the words
 * in which they differ vary. O(length of the line) for lines that are much the same, and as much again for each of at most 50 kinds else.
 *
 * @see He, Zhu, Zheng, Lyu, "Drain: an online log parsing approach with fixed depth tree", ICWS 2017: this is its leaf, found by length and severity.
 */
export class Templates {
  /** Lines that found no room. */
  refused = 0
  readonly #kinds = new Map<number, Template[]>()
  readonly #byHeart = new Map<string, Template>()
  #size = 0
  #fresh = 0

  /** @param masked - takes the secrets out of a text. */
  constructor(
    private readonly most: number,
    private readonly masked: (text: string) => string,
  ) {}

  get size(): number {
    return this.#size
  }

  /** The kind of a line; `undefined` when there is no room for a new one. */
  of(severity: number, line: string, now: number): Template | undefined {
    const words = wordsOf(line)
    const key = `${severity}${words.join(' ')}`
    const known = this.#byHeart.get(key) ?? this.#find(severity, words) ?? this.#make(severity, line, now)
    if (!known) {
      this.refused++
      return undefined
    }
    if (this.#byHeart.size >= BY_HEART) this.#byHeart.clear()
    this.#byHeart.set(key, known)
    return known
  }

  *[Symbol.iterator](): Generator<Template> {
    for (const kinds of this.#kinds.values()) yield* kinds
  }

  /** The next window begins: those that were last seen before a time are forgotten. */
  turn(before: number): void {
    this.#fresh = 0
    for (const [at, kinds] of this.#kinds) {
      const left = kinds.filter(({ seenAt }) => seenAt >= before)
      if (left.length === kinds.length) continue
      this.#size -= kinds.length - left.length
      this.#byHeart.clear()
      if (left.length > 0) this.#kinds.set(at, left)
      else this.#kinds.delete(at)
    }
  }

  /** The one that is most alike, if one is alike enough; what differs varies from now on. */
  #find(severity: number, words: readonly string[]): Template | undefined {
    let best: Template | undefined
    let same = words.length < 4 ? words.length - 1 : Math.ceil(ALIKE * words.length) - 1
    for (const kind of this.#kinds.get(placeOf(severity, words)) ?? []) {
      const alike = likeness(kind.words, words)
      if (alike <= same) continue
      best = kind
      same = alike
    }
    if (best) generalise(best.words, words)
    return best
  }

  /** A line that may hold a secret is looked at without it; so it may be of a kind that is known after all. */
  #make(severity: number, line: string, now: number): Template | undefined {
    if (this.#size >= this.most || this.#fresh >= MOST_NEW) return undefined
    this.#fresh++
    const example = this.masked(line.slice(0, LONGEST_EXAMPLE))
    const words = wordsOf(example)
    const known = this.#find(severity, words)
    if (known) return known
    const kinds = this.#kinds.get(placeOf(severity, words)) ?? []
    if (kinds.length >= MOST_COMPARED) return undefined
    const made: Template = { severity, words, text: '', example, count: 0, seenAt: now, trace: '' }
    this.#kinds.set(placeOf(severity, words), [...kinds, made])
    this.#size++
    return made
  }
}

/** What a kind is called: settled when it is first told. */
export function textOf(template: Template): string {
  if (template.text === '') template.text = template.words.join(' ').slice(0, LONGEST_TEXT) || '(empty)'
  return template.text
}

function placeOf(severity: number, words: readonly string[]): number {
  return severity * 100 + words.length
}

/** How many words are the same. */
function likeness(kind: readonly string[], words: readonly string[]): number {
  let same = 0
  for (let i = 0; i < kind.length; i++) if (kind[i] === words[i]) same++
  return same
}

function generalise(kind: string[], words: readonly string[]): void {
  for (let i = 0; i < kind.length; i++) if (kind[i] !== words[i]) kind[i] = VARIES
}
