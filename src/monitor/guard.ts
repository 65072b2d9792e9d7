import {
  atOnce,
  type Clock,
  describe,
  type Fault,
  inTime,
  isThenable,
  mask,
  messageOf,
  NONE,
  type Outcome,
  show,
} from '../model/index.js'

/** So many failures of one part within {@link WINDOW} set it aside. */
const TOLERATED = 10
const WINDOW = 60_000
/** How long a part is set aside the first time; each further time twice as long, at most {@link LONGEST_BENCH}. */
const BENCH = 60_000
const LONGEST_BENCH = 3_600_000
/** A part that behaves for so long after its bench has its record wiped. */
const PROBATION = 600_000
/** Distinct part names that are told apart; all further ones share a record. */
const MOST_PARTS = 1_000

interface Conduct {
  count: number
  recent: number
  windowStart: number
  benchedUntil: number
  bench: number
}

/**
 * Runs other people's code. Whatever it throws, rejects with, or never answers becomes a counted {@link Fault}; a part that
 * keeps failing is set aside for a while.
 */
export class Guard {
  faults = 0
  readonly #conduct = new Map<string, Conduct>()
  #telling = false

  constructor(
    private readonly clock: Clock,
    private readonly onFault: (fault: Fault) => void,
  ) {}

  /** Runs `work`, or answers `otherwise` when it throws or the part is set aside. A promise that it returns may reject freely. */
  run<T>(part: string, work: () => T, otherwise: T): T {
    if (this.benched(part)) return otherwise
    try {
      const result = work()
      if (isThenable(result)) void this.#watch(part, result)
      return result
    } catch (error) {
      this.fault(part, error)
      return otherwise
    }
  }

  /** Runs `work` that must answer with a list, at once; anything else is a fault, and an empty list. */
  list<T>(part: string, work: () => readonly T[]): readonly T[] {
    const list = this.run<readonly T[]>(part, () => atOnce(part, work()), NONE)
    if (Array.isArray(list)) return list
    this.fault(part, `answered with ${show(list)}, not with a list`)
    return NONE
  }

  /** Runs `work`, set aside or not: for calls that come from the part to us. */
  try(part: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.fault(part, error)
    }
  }

  /** Runs `work` until it settles or `deadline` milliseconds have passed: then `abort` fires and nobody waits for it any more. */
  async settle(part: string, deadline: number, abort: AbortController, work: () => unknown): Promise<Outcome> {
    const late = (): Error => new Error(`no answer within ${describe(deadline)}`)
    try {
      return { ok: true, value: await inTime({ clock: this.clock, ms: deadline, late }, work) }
    } catch (error) {
      abort.abort()
      this.fault(part, error)
      return { ok: false, error: mask(messageOf(error)) }
    }
  }

  /** Whether the part is set aside at the moment. */
  benched(part: string): boolean {
    const conduct = this.#conduct.get(part)
    return conduct !== undefined && conduct.benchedUntil > this.clock.elapsed()
  }

  /** Counts a failure, and tells. */
  fault(part: string, error: unknown): void {
    this.faults++
    const conduct = this.#judge(part)
    if (this.#telling) return
    this.#telling = true
    try {
      const left = conduct.benchedUntil - this.clock.elapsed()
      const benched = left > 0 ? { benchedUntil: this.clock.now() + left } : {}
      this.onFault({
        part,
        message: mask(messageOf(error)),
        error,
        time: this.clock.now(),
        count: conduct.count,
        ...benched,
      })
    } catch {
      this.faults++
    } finally {
      this.#telling = false
    }
  }

  #judge(part: string): Conduct {
    const now = this.clock.elapsed()
    const conduct = this.#of(part, now)
    conduct.count++
    if (now - conduct.windowStart > WINDOW) {
      if (now - conduct.benchedUntil > PROBATION) conduct.bench = BENCH
      conduct.windowStart = now
      conduct.recent = 0
    }
    if (++conduct.recent >= TOLERATED) {
      conduct.benchedUntil = now + conduct.bench
      conduct.bench = Math.min(2 * conduct.bench, LONGEST_BENCH)
      conduct.recent = 0
    }
    return conduct
  }

  #of(part: string, now: number): Conduct {
    const name = this.#conduct.has(part) || this.#conduct.size < MOST_PARTS ? part : 'other parts'
    let conduct = this.#conduct.get(name)
    if (!conduct) {
      conduct = { count: 0, recent: 0, windowStart: now, benchedUntil: -1, bench: BENCH }
      this.#conduct.set(name, conduct)
    }
    return conduct
  }

  async #watch(part: string, result: PromiseLike<unknown>): Promise<void> {
    try {
      await result
    } catch (error) {
      this.fault(part, error)
    }
  }
}
