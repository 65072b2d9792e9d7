import { sizeOf } from './active-segment.js'
import type { Files } from './files.js'
import type { Lane } from './lane.js'
import type { Lanes } from './lanes.js'
import type { Parcel } from './parcel.js'

/** Keeps an outbox within its limit: what is least worth keeping goes first. */
export class Room {
  constructor(
    private readonly files: Files,
    private readonly lanes: Lanes,
    private readonly maxBytes: number,
  ) {}

  /** Makes room. @returns the first of `parcels` that may be written now, together; none when there is no room for them */
  async make(lane: Lane, parcels: readonly Parcel[]): Promise<readonly Parcel[]> {
    const group = fitting(lane, parcels)
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
    const candidates = this.lanes.all.filter((lane) => lane.priority >= priority && lane.disk.segments.length > 0)
    return candidates.sort((a, b) => b.priority - a.priority || b.disk.bytes - a.disk.bytes)[0]
  }
}

/** The first of these that have room in one segment: at least one. */
function fitting(lane: Lane, parcels: readonly Parcel[]): readonly Parcel[] {
  const [first] = parcels
  if (!first) return []
  let room = lane.disk.roomFor(sizeOf(first))
  const past = parcels.findIndex((parcel) => {
    room -= sizeOf(parcel)
    return room < 0
  })
  return past < 0 ? parcels : parcels.slice(0, Math.max(past, 1))
}
