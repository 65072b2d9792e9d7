import { ATTRIBUTE, type Context, type Handle, METRIC } from '../model/index.js'

/** What a part costs and loses, as signals of its own. */
export class OwnCosts {
  #duration: Handle | undefined
  readonly #losses = new Map<string, { told: number; readonly handle: Handle }>()

  constructor(
    private readonly part: string,
    private readonly context: Context,
  ) {}

  /** A pass has ended, after so many milliseconds at work. */
  pass(busy: number): void {
    this.#duration ??= this.context.signal(METRIC.passDuration, {
      unit: 's',
      attributes: { [ATTRIBUTE.part]: this.part },
    })
    this.#duration.record(busy / 1000)
  }

  /** So many were not kept in total, for this cause: what has come since the last call is recorded. */
  loss(cause: string, total: number): void {
    let loss = this.#losses.get(cause)
    if (!loss) {
      if (total === 0) return
      const attributes = { [ATTRIBUTE.part]: this.part, [ATTRIBUTE.cause]: cause }
      loss = { told: 0, handle: this.context.signal(METRIC.dropped, { unit: '{observation}', attributes }) }
      this.#losses.set(cause, loss)
    }
    loss.handle.record(total - loss.told)
    loss.told = total
  }
}
