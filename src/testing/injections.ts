import { type Clock, type Duration, duration, integerIn, numberIn, type Store } from '../model/index.js'
import { systemClock } from '../monitor/index.js'
import type { VirtualClock } from './virtual-clock.js'

/** Something that can be broken, and mended again: for tests and drills. Both may be done twice. */
export interface Injection {
  readonly name: string
  /** Breaks it. */
  begin(): unknown
  /** Mends it. */
  end(): unknown
}

/** An {@link Injection} into a function of yours. */
export interface BrittleWork extends Injection {
  /** Your function, which suffers while the injection lasts. */
  around<A extends readonly unknown[], R>(work: (...args: A) => Promise<R> | R): (...args: A) => Promise<R>
}

/**
 * Makes a function slow.
 *
 * @param clock - a virtual one in a rig. @defaultValue the machine's
 * @example
 * const slow = latency('2s')
 * const query = slow.around((text: string) => pool.query(text))
 */
export function latency(by: Duration, clock: Clock = systemClock()): BrittleWork {
  const ms = duration('latency.by', by)
  const state = { on: false }
  return {
    ...toggle(`latency of ${by}`, state),
    around:
      (work) =>
      async (...args) => {
        if (state.on) await clock.sleep(ms)
        return work(...args)
      },
  }
}

/** Makes a share of a function's calls fail: evenly, not by chance, so that a test is the same twice. */
export function errors(share = 1, error: () => Error = () => new Error('an injected error')): BrittleWork {
  numberIn('errors.share', share, 0, 1)
  const state = { on: false }
  let due = 0
  return {
    ...toggle(`errors in ${share * 100} % of the calls`, state),
    around:
      (work) =>
      async (...args) => {
        due += state.on ? share : 0
        if (due < 1) return work(...args)
        due--
        throw error()
      },
  }
}

/** A store that can be full: writing rejects with `ENOSPC`, reading goes on. */
export function fullDisk(store: Store): Injection & Store {
  const state = { on: false }
  return {
    ...toggle('disk full', state),
    get: (key) => store.get(key),
    keys: (prefix) => store.keys(prefix),
    delete: (key) => store.delete(key),
    async set(key, bytes) {
      if (state.on) throw Object.assign(new Error('no space left on the device'), { code: 'ENOSPC' })
      return store.set(key, bytes)
    },
  }
}

/** The wall clock jumps; mended, it jumps back. */
export function clockJump(clock: VirtualClock, by: number): Injection {
  numberIn('clockJump.by', by, -1e15, 1e15)
  const state = { on: false }
  return {
    name: 'clock jump',
    begin: () => {
      if (!state.on) clock.jump(by)
      state.on = true
    },
    end: () => {
      if (state.on) clock.jump(-by)
      state.on = false
    },
  }
}

/** Keeps a share of one processor busy, in slices of 20 ms; the event loop turns between them. */
export function cpuBurn(share: number): Injection {
  numberIn('cpuBurn.share', share, 0.01, 1)
  const clock = systemClock()
  return repeated('processor burn', async () => {
    spin(clock, 20 * share)
    await clock.sleep(20 * (1 - share))
  })
}

/** Blocks the event loop for so long, once a second. */
export function eventLoopBlock(by: Duration): Injection {
  const ms = duration('eventLoopBlock.by', by, { max: 6e4 })
  const clock = systemClock()
  return repeated('event loop block', async () => {
    spin(clock, ms)
    await clock.sleep(1_000)
  })
}

/** Leaks memory, so many bytes every 100 ms; mended, it is given back. */
export function memoryLeak(bytes: number): Injection {
  integerIn('memoryLeak.bytes', bytes, 1, 1e9)
  const clock = systemClock()
  const kept: Buffer[] = []
  const leaking = repeated('memory leak', async () => {
    kept.push(Buffer.alloc(bytes, 1))
    await clock.sleep(100)
  })
  return {
    ...leaking,
    end() {
      leaking.end()
      kept.length = 0
    },
  }
}

function toggle(name: string, state: { on: boolean }): Injection {
  return {
    name,
    begin: () => void Object.assign(state, { on: true }),
    end: () => void Object.assign(state, { on: false }),
  }
}

/** Does `work` again and again until it is mended. */
function repeated(name: string, work: () => Promise<void>): Injection {
  let life: AbortController | undefined
  const go = async (own: AbortController): Promise<void> => {
    while (!own.signal.aborted) await work()
  }
  return {
    name,
    begin() {
      if (life) return
      life = new AbortController()
      void go(life)
    },
    end() {
      life?.abort()
      life = undefined
    },
  }
}

function spin(clock: Clock, ms: number): void {
  for (const end = clock.elapsed() + ms; clock.elapsed() < end; );
}
