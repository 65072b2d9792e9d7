import { functionIn, integerIn, numberIn, type Remediation } from '../../model/index.js'

type Work = () => unknown

/** A step that does `work`, and takes it back by `back`. Safe to do twice when both are. */
function reversible(name: string, work: Work, back?: Work): Remediation {
  const apply = async (): Promise<void> => void (await work())
  return back ? { name, apply, undo: async () => void (await back()) } : { name, apply }
}

/**
 * Turns away a share of the requests, from 0 to 1. Undone: none.
 *
 * @example
 * shedLoad((share) => { admission.refuse = share }, 0.3)
 */
export function shedLoad(set: (share: number) => unknown, share: number): Remediation {
  functionIn('shedLoad.set', set)
  numberIn('shedLoad.share', share, 0, 1)
  return reversible(
    `shed ${share * 100} % of the load`,
    () => set(share),
    () => set(0),
  )
}

/** Opens a circuit, so that nobody waits for what does not answer. Undone: closed again. */
export function openCircuit(circuit: { open(): unknown; close(): unknown }): Remediation {
  functionIn('openCircuit.open', circuit?.open)
  functionIn('openCircuit.close', circuit.close)
  return reversible(
    'open the circuit',
    () => circuit.open(),
    () => circuit.close(),
  )
}

/** Pauses a consumer of a queue. Undone: resumed. */
export function pauseConsumer(consumer: { pause(): unknown; resume(): unknown }): Remediation {
  functionIn('pauseConsumer.pause', consumer?.pause)
  functionIn('pauseConsumer.resume', consumer.resume)
  return reversible(
    'pause the consumer',
    () => consumer.pause(),
    () => consumer.resume(),
  )
}

/** Lets a pool finish what it has, and fills it anew. Nothing to undo. */
export function recyclePool(pool: { drain(): unknown; fill?(): unknown; ping?(): unknown }): Remediation {
  functionIn('recyclePool.drain', pool?.drain)
  const recycle = async (): Promise<void> => {
    await pool.drain()
    await pool.fill?.()
  }
  const step = reversible('recycle the pool', recycle)
  return pool.ping ? { ...step, verify: async () => (await pool.ping?.()) !== false } : step
}

/** Empties a cache. Nothing to undo. */
export function clearCache(cache: { clear(): unknown }): Remediation {
  functionIn('clearCache.clear', cache?.clear)
  return reversible('clear the cache', () => cache.clear())
}

/** How many things are done at once, as something that can be read and set. */
export interface Concurrency {
  get(): number
  set(most: number): unknown
}

/** Lets fewer things be done at once. Doing it twice lowers it once; undone, it is what it was. */
export function lowerConcurrency(concurrency: Concurrency, to: number): Remediation {
  functionIn('lowerConcurrency.get', concurrency?.get)
  functionIn('lowerConcurrency.set', concurrency.set)
  integerIn('lowerConcurrency.to', to, 1, 1_000_000)
  let before: number | undefined
  return {
    name: `lower the concurrency to ${to}`,
    precondition: () => (before === undefined && concurrency.get() <= to ? 'it is as low as that already' : undefined),
    async apply() {
      before ??= concurrency.get()
      await concurrency.set(to)
    },
    async undo() {
      if (before !== undefined) await concurrency.set(before)
      before = undefined
    },
  }
}

/** Ends a worker and starts another. Nothing to undo; doing it twice costs another start. */
export function restartWorker(worker: { stop(): unknown; start(): unknown }): Remediation {
  functionIn('restartWorker.stop', worker?.stop)
  functionIn('restartWorker.start', worker.start)
  const restart = async (): Promise<void> => {
    await worker.stop()
    await worker.start()
  }
  return reversible('restart the worker', restart)
}

/** Collects garbage, where `--expose-gc` lets it. Nothing to undo. */
export function collectGarbage(): Remediation {
  return {
    name: 'collect garbage',
    precondition: () => (globalThis.gc ? undefined : 'node was started without --expose-gc'),
    apply: () => globalThis.gc?.(),
  }
}
