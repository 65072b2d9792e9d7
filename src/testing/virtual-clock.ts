import { type Clock, ConfigError, type Duration, duration } from '../model/index.js'

/** Time that moves only when told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on, to each sleeper's hour in turn: earliest first, ties in the order in which they went to sleep. Between
   * two of them everything that can go on goes on, so a chain of waits is walked step by step and never jumped over.
   */
  advance(span: Duration): Promise<void>
  /** Moves the wall clock alone, as NTP or a person does: `now()` jumps, `elapsed()` does not, nobody wakes. May be negative. */
  jump(ms: number): void
  /** How many are asleep. */
  readonly sleepers: number
}

/** How a virtual clock starts. */
export interface VirtualClockOptions {
  /** Wall time at the start, in milliseconds since the epoch. @defaultValue Monday 2024-01-01T00:00Z */
  readonly start?: number
}

interface Sleeper {
  readonly due: number
  readonly order: number
  wake: (() => void) | undefined
}

/** 2024-01-01T00:00Z: a Monday, at midnight, in a leap year. */
const MONDAY = 1_704_067_200_000

/**
 * A clock for tests: a month passes in a second, and twice the same run is twice the same result.
 *
 * @throws ConfigError when `start` is no finite number.
 * @example
 * const clock = virtualClock()
 * const done = clock.sleep(60_000)
 * await clock.advance('1m')
 * await done
 */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { start = MONDAY } = options
  if (!Number.isFinite(start)) throw new ConfigError('virtualClock.start', 'milliseconds since the epoch', start)
  return new Virtual(start)
}

class Virtual implements VirtualClock {
  #elapsed = 0
  #offset: number
  #orders = 0
  readonly #queue = new SleepQueue()
  /** One listener an abort signal, not one a sleep: adding and removing listeners is what costs. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<Sleeper>>()

  constructor(start: number) {
    this.#offset = start
  }

  now(): number {
    return this.#offset + this.#elapsed
  }

  elapsed(): number {
    return this.#elapsed
  }

  get sleepers(): number {
    return this.#queue.awake()
  }

  jump(ms: number): void {
    this.#offset += ms
  }

  sleep(ms: number, abort?: AbortSignal): Promise<void> {
    if (abort?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = { due: this.#elapsed + Math.max(0, ms || 0), order: this.#orders++, wake: resolve }
      this.#queue.add(sleeper)
      if (abort) this.#tie(sleeper, abort, resolve)
    })
  }

  async advance(span: Duration): Promise<void> {
    const until = this.#elapsed + duration('advance', span, { min: 0 })
    await settled()
    for (let next = this.#queue.take(until); next; next = this.#queue.take(until)) {
      this.#elapsed = Math.max(this.#elapsed, next.due)
      rouse(next)
      await settled()
    }
    this.#elapsed = until
  }

  #tie(sleeper: Sleeper, abort: AbortSignal, resolve: () => void): void {
    let group = this.#bySignal.get(abort)
    if (!group) {
      const members = new Set<Sleeper>()
      abort.addEventListener('abort', () => members.forEach(rouse), { once: true })
      this.#bySignal.set(abort, members)
      group = members
    }
    const own = group.add(sleeper)
    sleeper.wake = () => {
      own.delete(sleeper)
      resolve()
    }
  }
}

function rouse(sleeper: Sleeper): void {
  const wake = sleeper.wake
  sleeper.wake = undefined
  wake?.()
}

/** One turn of the event loop: every promise that can settle has settled, and what asked for a turn has had one. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A binary heap by hour and order. Sleepers woken early stay until they come up: taking them out of the middle would cost more. */
class SleepQueue {
  readonly #heap: Sleeper[] = []

  awake(): number {
    return this.#heap.filter((sleeper) => sleeper.wake).length
  }

  add(sleeper: Sleeper): void {
    const heap = this.#heap
    let at = heap.push(sleeper) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(sleeper, heap[parent] as Sleeper)) break
      heap[at] = heap[parent] as Sleeper
      at = parent
    }
    heap[at] = sleeper
  }

  /** The first who is due and still asleep, taken out. */
  take(until: number): Sleeper | undefined {
    for (let first = this.#heap[0]; first && first.due <= until; first = this.#heap[0]) {
      this.#removeFirst()
      if (first.wake) return first
    }
    return undefined
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop() as Sleeper
    if (heap.length === 0) return
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && before(heap[child + 1] as Sleeper, heap[child] as Sleeper)) child++
      if (!before(heap[child] as Sleeper, last)) break
      heap[at] = heap[child] as Sleeper
      at = child
    }
    heap[at] = last
  }
}

function before(a: Sleeper, b: Sleeper): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order)
}
