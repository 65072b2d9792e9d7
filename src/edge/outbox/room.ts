import type { Files } from './files.js'
import type { Lane } from './lane.js'
import { sizeOf } from './lane-disk.js'
import type { Parcel } from './parcel.js'

/** Keeps an outbox within its limit: what is least worth keeping goes first. */
export class Room {
  constructor(
    private readonly files: Files,
    private readonly lanes: ReadonlyMap<string, Lane>,
    private readonly maxBytes: number,
  ) {}

  /** Makes room. @returns the first of `parcels` that may be written now, together; none when there is no room for them */
  async make(lane: Lane, parcels: readonly Parcel[]): Promise<readonly Parcel[]> {
    const group = lane.disk.fitting(parcels)
    return (await this.#free(lane, group))
      ? group
      : (await this.#free(lane, group.slice(0, 1)))
        ? group.slice(0, 1)
        : []
  }

  async #free(lane: Lane, group: readonly Parcel[]): Promise<boolean> {
    const bytes = group.reduce((sum, parcel) => sum + sizeOf(parcel), 0)
    while (this.files.used + lane.disk.growth(bytes) > this.maxBytes) {
      if (await this.files.dropQuarantined()) continue
      const victim = this.#victim(lane.priority)
      if (!victim) return false
      await victim.dropOldest()
    }
    return true
  }

  /** The lane of the lowest priority that has segments; of several the one that takes most. */
  #victim(priority: number): Lane | undefined {
    const candidates = [...this.lanes.values()].filter(
      (lane) => lane.priority >= priority && lane.disk.segments.length > 0,
    )
    return candidates.sort((a, b) => b.priority - a.priority || b.disk.bytes - a.disk.bytes)[0]
  }
}
