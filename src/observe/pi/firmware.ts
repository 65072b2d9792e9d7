import { type Clock, messageOf } from '../../model/index.js'
import { parseRails, parseThrottled, type Rail, type Throttled } from './parse-firmware.js'

/** vcgencmd is asked so often: starting a process holds the event loop of a small board for some milliseconds. */
const EVERY = 60_000
/** After a failure it is left alone for so long, each time twice as long. */
const FIRST_WAIT = 60_000
const LONGEST_WAIT = 3_600_000

/** Asks `vcgencmd` for one thing; rejects when it gives no answer in time. */
export type Ask = (what: string) => Promise<string>

/**
 * What the firmware says, by vcgencmd: asked in the background, now and then, never waited for. One that hangs or fails costs its
 * own answers and nothing else; it is told once, and asked again later and later.
 */
export class Firmware {
  #under = false
  #due = 0
  #wait = FIRST_WAIT
  #well = true
  #answer: { readonly throttled: Throttled; readonly at: number } | undefined

  constructor(
    private readonly ask: Ask | undefined,
    private readonly five: boolean,
    private readonly clock: Clock,
    private readonly fault: (error: unknown) => void,
  ) {}

  /** The last answer, unless it is older than two turns. */
  get throttled(): Throttled | undefined {
    return this.#answer && this.clock.elapsed() - this.#answer.at <= 2 * EVERY ? this.#answer.throttled : undefined
  }

  /** Asks, if it is time to. `told` hears what the power chip of a Pi 5 measures. */
  async look(told: (rails: readonly Rail[]) => void): Promise<void> {
    if (!this.ask || this.#under || this.clock.elapsed() < this.#due) return
    this.#under = true
    this.#due = this.clock.elapsed() + EVERY
    try {
      const throttled = parseThrottled(await this.ask('get_throttled'))
      if (!throttled) throw new Error('its answer is not understood')
      this.#answer = { throttled, at: this.clock.elapsed() }
      if (this.five) told(parseRails(await this.ask('pmic_read_adc')))
      this.#well = true
      this.#wait = FIRST_WAIT
    } catch (error) {
      this.#due = this.clock.elapsed() + this.#wait
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT)
      if (this.#well) this.fault(new Error(`vcgencmd: ${messageOf(error)}; looking at /sys instead`))
      this.#well = false
    } finally {
      this.#under = false
    }
  }
}
