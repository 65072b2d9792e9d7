import { checksum } from './checksum.js'
import { comparePlaces, type Place, type Range, START } from './place.js'

/** `PUC1` */
const CURSOR_MAGIC = 0x31435550
/** Bytes of a slot; a cursor has two. */
export const SLOT = 128
const MOST_RANGES = 6

/** Which frames of a lane are done: all before a place, and those of further ranges after it. */
export class Done {
  constructor(
    public upTo: Place = START,
    private ranges: Range[] = [],
  ) {}

  /** As it is now. */
  copy(): Done {
    return new Done(this.upTo, [...this.ranges])
  }

  get further(): readonly Range[] {
    return this.ranges
  }

  /** Whether one more range can be kept. */
  get hasRoom(): boolean {
    return this.ranges.length < MOST_RANGES
  }

  /** The first place from `at` on that is not done. */
  from(at: Place): Place {
    let place = comparePlaces(at, this.upTo) < 0 ? this.upTo : at
    for (const { from, to } of this.ranges)
      if (comparePlaces(from, place) <= 0 && comparePlaces(place, to) < 0) place = to
    return place
  }

  /** Every frame before `place` is done. */
  advance(place: Place): void {
    if (comparePlaces(place, this.upTo) > 0) this.upTo = place
    const [first] = this.ranges
    if (first && comparePlaces(first.from, this.upTo) <= 0) {
      this.ranges.shift()
      this.advance(first.to)
    }
  }

  /**
   * The frames of `range` are done. It joins what ends or begins where it begins or ends.
   *
   * @param after - where the frame before it ends: what ends there goes on with it.
   * @returns whether it could be kept.
   */
  add(range: Range, after: Place): boolean {
    if (comparePlaces(after, this.upTo) <= 0) {
      this.advance(range.to)
      return true
    }
    const i = this.ranges.findIndex(({ to }) => comparePlaces(to, after) === 0)
    if (i >= 0) this.ranges[i] = { from: (this.ranges[i] as Range).from, to: range.to }
    else if (this.hasRoom) this.ranges = [...this.ranges, range].sort((a, b) => comparePlaces(a.from, b.from))
    else return false
    return true
  }
}

/** The slot that says so. */
export function slotBytes(done: Done, generation: number, lane: string): Uint8Array {
  const bytes = new Uint8Array(SLOT)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, CURSOR_MAGIC, true)
  view.setFloat64(8, generation, true)
  setPlace(view, 16, done.upTo)
  view.setUint32(24, done.further.length, true)
  done.further.forEach(({ from, to }, i) => {
    setPlace(view, 28 + 16 * i, from)
    setPlace(view, 36 + 16 * i, to)
  })
  view.setUint32(4, sumOf(bytes, lane), true)
  return bytes
}

/** What a cursor says. */
export interface CursorContents {
  readonly done: Done
  readonly generation: number
  /** Whether both slots are valid. */
  readonly isWhole: boolean
}

/** What the better slot of a cursor says; nothing is done when neither is valid. */
export function cursorOf(bytes: Uint8Array, lane: string): CursorContents {
  const slots = [slotOf(bytes.subarray(0, SLOT), lane), slotOf(bytes.subarray(SLOT, 2 * SLOT), lane)]
  const valid = slots.flatMap((slot) => slot ?? []).sort((a, b) => b.generation - a.generation)
  return { ...(valid[0] ?? { done: new Done(), generation: 0 }), isWhole: valid.length === 2 }
}

function slotOf(bytes: Uint8Array, lane: string): { readonly done: Done; readonly generation: number } | undefined {
  if (bytes.byteLength < SLOT) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, SLOT)
  if (view.getUint32(0, true) !== CURSOR_MAGIC || view.getUint32(4, true) !== sumOf(bytes, lane)) return undefined
  const ranges = Array.from({ length: Math.min(view.getUint32(24, true), MOST_RANGES) }, (_, i) => ({
    from: placeAt(view, 28 + 16 * i),
    to: placeAt(view, 36 + 16 * i),
  }))
  return { done: new Done(placeAt(view, 16), ranges), generation: view.getFloat64(8, true) }
}

function sumOf(bytes: Uint8Array, lane: string): number {
  return checksum(bytes.subarray(8, SLOT), checksum(Uint8Array.from(lane, (letter) => letter.charCodeAt(0))))
}

function setPlace(view: DataView, at: number, { segment, offset }: Place): void {
  view.setUint32(at, segment, true)
  view.setUint32(at + 4, offset, true)
}

function placeAt(view: DataView, at: number): Place {
  return { segment: view.getUint32(at, true), offset: view.getUint32(at + 4, true) }
}
