import type { Handle } from '../model/index.js'
import { type Column, fillGap, type Stream } from './column.js'

/** One handle a series, made when it is first needed. */
abstract class NumberColumn implements Column {
  protected perSecond: number = Number.NaN
  private readonly title: string
  readonly #handles: (Handle | undefined)[] = []

  constructor(
    private readonly stream: Stream,
    suffix: string,
    private readonly unit: string,
  ) {
    this.title = stream.name + suffix
  }

  begin(perSecond: number): void {
    this.perSecond = perSecond
  }

  add(s: number, _value: number): void {
    this.#handles[s] = undefined
  }

  abstract take(s: number, value: number): void

  absent(_s: number): void {}

  drop(s: number, last: number): void {
    fillGap(this.#handles, s, last)
  }

  protected record(s: number, value: number): void {
    let handle = this.#handles[s]
    if (handle === undefined) {
      handle = this.stream.bind(s, this.title, this.unit)
      this.#handles[s] = handle
    }
    handle.record(value)
  }
}

/** A gauge, or a cumulative sum that may fall: the value itself. */
export class LevelColumn extends NumberColumn {
  constructor(stream: Stream) {
    super(stream, '', stream.unit)
  }

  override add(s: number, value: number): void {
    super.add(s, value)
    this.record(s, value)
  }

  take(s: number, value: number): void {
    this.record(s, value)
  }
}

/** A delta sum that may fall: adds up to a level, counted from the first sight. Unchanged while absent; not poisoned by a NaN. */
export class DeltaLevelColumn extends NumberColumn {
  readonly #levels: number[] = []

  constructor(stream: Stream) {
    super(stream, '', stream.unit)
  }

  override add(s: number, value: number): void {
    super.add(s, value)
    this.#levels[s] = 0
    this.take(s, value)
  }

  take(s: number, value: number): void {
    const level = (this.#levels[s] as number) + value
    if (level - level === 0) this.#levels[s] = level
    this.record(s, level)
  }

  override absent(s: number): void {
    this.take(s, 0)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#levels, s, last)
  }
}

/** A cumulative counter: its growth per second. One that has fallen was reset, and has grown from 0. */
export class RateColumn extends NumberColumn {
  readonly #totals: number[] = []

  constructor(stream: Stream) {
    super(stream, '.rate', `${stream.unit}/s`)
  }

  override add(s: number, value: number): void {
    super.add(s, value)
    this.#totals[s] = value
  }

  take(s: number, value: number): void {
    if (this.perSecond === 0) return
    const before = this.#totals[s] as number
    this.#totals[s] = value
    this.record(s, (value < before ? value : value - before) * this.perSecond)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#totals, s, last)
  }
}

/** A delta counter: what it brings per second; 0 while absent. */
export class DeltaRateColumn extends NumberColumn {
  /** What came in collections too close to the one before. */
  readonly #early: number[] = []

  constructor(stream: Stream) {
    super(stream, '.rate', `${stream.unit}/s`)
  }

  override add(s: number, value: number): void {
    super.add(s, value)
    this.#early[s] = 0
  }

  take(s: number, value: number): void {
    const growth = (this.#early[s] as number) + value
    this.#early[s] = this.perSecond === 0 ? growth : 0
    if (this.perSecond !== 0) this.record(s, growth * this.perSecond)
  }

  override absent(s: number): void {
    this.take(s, 0)
  }

  override drop(s: number, last: number): void {
    super.drop(s, last)
    fillGap(this.#early, s, last)
  }
}
