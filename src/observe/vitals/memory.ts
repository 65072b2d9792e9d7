import { readdir, stat } from 'node:fs'
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { VITALS } from '../../model/signals/vitals.js'
import type { Gauges } from '../machine/gauges.js'

/** Types of resources that are told apart. */
const MOST_TYPES = 16
const FILES = '/proc/self/fd'

export function takeMemory(gauges: Gauges): void {
  const { heapUsed, rss, external, arrayBuffers } = process.memoryUsage()
  gauges.gauge(VITALS.heapUsed, heapUsed)
  for (const { space_name, space_used_size } of getHeapSpaceStatistics())
    gauges.gauge(VITALS.heapUsed, space_used_size, space_name)
  gauges.gauge(VITALS.heapLimit, getHeapStatistics().heap_size_limit)
  if (rss > 0) gauges.gauge(VITALS.rss, rss) // 0 under some emulators
  gauges.gauge(VITALS.external, external)
  gauges.gauge(VITALS.arrayBuffers, arrayBuffers)
}

/** What keeps the loop alive, by type: those seen first, and 0 when there are none of them any more. */
export class Resources {
  readonly #types = new Map<string, number>()

  take(gauges: Gauges): void {
    for (const type of this.#types.keys()) this.#types.set(type, 0)
    for (const type of process.getActiveResourcesInfo()) {
      const count = this.#types.get(type)
      if (count !== undefined || this.#types.size < MOST_TYPES) this.#types.set(type, (count ?? 0) + 1)
    }
    for (const [type, count] of this.#types) gauges.gauge(VITALS.resources, count, type)
  }
}

/**
 * Open file descriptors, unless the source has ended meanwhile. Newer kernels give the count as the size of the directory, which costs
 * nothing; else it is listed.
 */
export function takeFiles(gauges: Gauges, abort: AbortSignal): void {
  if (process.platform !== 'linux') return
  const take = (count?: number): void => {
    if (!abort.aborted) gauges.gauge(VITALS.files, count)
  }
  stat(FILES, (error, found) => {
    if (error) return
    if (found.size > 0) take(found.size)
    else readdir(FILES, (failed, names) => take(failed ? undefined : names.length))
  })
}
