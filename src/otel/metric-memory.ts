import type { DataPoint } from '@opentelemetry/sdk-metrics'
import type { Attributes, Handle } from '../model/index.js'
import { AttributeTree, atom } from './attribute-tree.js'
import { type Column, fillGap, type Stream } from './column.js'

/** How a metric's signals are made. */
export type Binding = (title: string, unit: string, attributes: Attributes) => Handle

/** How many series there may be; one for all metrics of an intake. */
export interface Room {
  readonly most: number
  taken: number
  /** Data points that found no room, in total. */
  refused: number
  /** Data points of a series that the same collection had brought already, in total. */
  repeated: number
}

/** What is known of a metric when it is first seen. */
export interface Traits {
  readonly name: string
  readonly unit: string
  /** Whether absent means that it stood still, rather than that it is gone. */
  readonly delta: boolean
  readonly binding: Binding
  column(stream: Stream): Column
}

/** Places and series that there is room for at first. */
const FIRST = 16

type Given = Readonly<Record<string, unknown>>

/**
 * A rate needs at least so much time, in milliseconds: a flush right after a collection would make a burst of one request.
 */
const SHORTEST = 50

/**
 * The series of one metric. A data point finds its own by its place and its attributes object, which cumulative collections
 * keep; else by the values of its attributes. No string is built for it.
 */
export class MetricMemory {
  readonly #tree = new AttributeTree<number>()
  readonly #column: Column
  readonly #delta: boolean
  /** The series at each place of the collection, so many of them; -1 for a point that found no room. */
  #places: Int32Array = new Int32Array(FIRST)
  #placed = 0
  /** By series: the collection it was last in, the SDK's attributes object as last handed out, our copy of it (the app may change its own). */
  #seen: Int32Array = new Int32Array(FIRST)
  #size = 0
  readonly #identities: object[] = []
  readonly #attributes: Given[] = []
  #collection = -1
  #previous = -1
  /** When the last collection that was long enough for a rate began. */
  #counted = Number.NaN
  #place = 0
  #present = 0

  constructor(
    traits: Traits,
    private readonly room: Room,
  ) {
    const { name, unit, delta, binding } = traits
    const bind: Stream['bind'] = (s, title, its) => binding(title, its, this.#attributes[s] as Attributes)
    this.#delta = delta
    this.#column = traits.column({ name, unit, bind })
  }

  get size(): number {
    return this.#size
  }

  /** The collection with this number begins, at monotonic time `now`; does nothing when it has begun. */
  begin(collection: number, now: number): void {
    if (this.#collection === collection) return
    this.#previous = this.#collection
    this.#collection = collection
    this.#placed = Math.min(this.#placed, this.#place)
    this.#place = 0
    this.#present = 0
    const early = now - this.#counted < SHORTEST
    this.#column.begin(early ? 0 : 1000 / (now - this.#counted))
    if (!early) this.#counted = now
  }

  /** Takes the points from `from` up to `to`. What a point throws is thrown on, with the others taken. */
  take(points: readonly DataPoint<unknown>[], from: number, to: number): void {
    let failure: { readonly error: unknown } | undefined
    for (let i = from; i < to; ) {
      try {
        while (i < to) this.#takeOne(points[i++] as DataPoint<unknown>)
      } catch (error) {
        failure = { error }
      }
    }
    if (failure) throw failure.error
  }

  /** Whether the collection that began last has left a series out so far. */
  get lacking(): boolean {
    return this.#present < this.#size
  }

  /**
   * Tells series that the collection has left them out, and drops those last seen before the collection `horizon`. Walks so
   * many `steps` from the series at `from`; answers where to go on, which is {@link size} or more at the end.
   */
  miss(from: number, steps: number, horizon: number): number {
    let s = from
    for (let step = 0; step < steps && s < this.#size; step++) {
      if ((this.#seen[s] as number) < horizon) {
        this.#drop(s)
        continue
      }
      if (this.#seen[s] !== this.#collection) this.#column.absent(s)
      s++
    }
    return s
  }

  #takeOne(point: DataPoint<unknown>): void {
    const attributes = point.attributes as Given
    const place = this.#place++
    const likely = place < this.#placed ? (this.#places[place] as number) : -1
    if (likely >= 0 && this.#identities[likely] === attributes) this.#takeAt(likely, point.value)
    else this.#seek(point, place)
  }

  #takeAt(s: number, value: unknown): void {
    const before = this.#seen[s]
    if (before === this.#collection) {
      this.room.repeated++
      return
    }
    this.#seen[s] = this.#collection
    this.#present++
    if (this.#delta || before === this.#previous) this.#column.take(s, value)
    else this.#column.add(s, value)
  }

  #seek({ attributes, value }: DataPoint<unknown>, place: number): void {
    const known = this.#tree.find(attributes as Given)
    const s = known ?? this.#newcomer(attributes as Given)
    this.#places = withRoom(this.#places, place)
    this.#places[place] = s
    this.#placed = Math.max(this.#placed, place + 1)
    if (s < 0) return
    this.#identities[s] = attributes
    if (known === undefined) this.#column.add(s, value)
    else this.#takeAt(s, value)
  }

  /** The number of a new series; -1 when there is no room. */
  #newcomer(attributes: Given): number {
    if (this.room.taken >= this.room.most) {
      this.room.refused++
      return -1
    }
    const s = this.#size
    const copy = copyOf(attributes)
    this.#tree.put(copy, s)
    this.#attributes[s] = copy
    this.#seen = withRoom(this.#seen, s)
    this.#seen[s] = this.#collection
    this.#size++
    this.#present++
    this.room.taken++
    return s
  }

  #drop(s: number): void {
    const last = this.#size - 1
    this.#tree.delete(this.#attributes[s] as Given)
    if (last !== s) this.#tree.put(this.#attributes[last] as Given, s)
    this.#seen[s] = this.#seen[last] as number
    this.#size = last
    for (const list of [this.#identities, this.#attributes]) fillGap(list as unknown[], s, last)
    this.#column.drop(s, last)
    this.room.taken--
  }
}

/** The same numbers with room for one at this place: twice the room, where there is none. A half of what a plain array takes to grow. */
function withRoom(numbers: Int32Array, place: number): Int32Array {
  if (place < numbers.length) return numbers
  const larger = new Int32Array(2 * place)
  larger.set(numbers)
  return larger
}

/** Of plain values: the app may change the arrays in its own, too. */
function copyOf(attributes: Given): Given {
  const copy: Record<string, unknown> = { ...attributes }
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = atom(copy[key])
  return copy
}
