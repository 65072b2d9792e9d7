import type { Lane } from './lane.js'

/** Counts what former runs have left, one segment after another. @returns the work, for later */
export function survey(lanes: Iterable<Lane>): () => Promise<void> {
  const old = [...lanes].flatMap((lane) => lane.disk.segments.map(({ number }) => ({ lane, number })))
  return async () => {
    for (const { lane, number } of old) lane.tally.waiting += await lane.recordsIn(number).catch(() => 0)
  }
}
