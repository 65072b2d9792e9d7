import type { Lane } from './lane.js'

/** Counts what former runs have left, one segment after another. */
export async function survey(lanes: Iterable<Lane>): Promise<void> {
  for (const lane of lanes) {
    const old = lane.disk.segments.map(({ number }) => number)
    for (const number of old) lane.tally.waiting += await lane.recordsIn(number)
  }
}
