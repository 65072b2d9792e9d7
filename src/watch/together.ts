import { forest } from '../detect/forest.js'
import {
  type AttributeValue,
  atOnce,
  type Finding,
  type GroupDetector,
  identityOf,
  matcher,
  NONE,
  type Rating,
  type Signal,
  show,
  textIn,
  verbsIn,
  type Watcher,
} from '../model/index.js'
import { comesAgain, endEpisode, follow, pending, type Reading } from './episode.js'
import { freshState, rate, review } from './sensitivity.js'
import { closeTogether, openTogether, silentTogether } from './together-claim.js'
import { type TogetherLimits, type TogetherOptions, togetherLimits } from './together-options.js'
import { freshGroup, MOST_MEMBERS, slotOf, type TogetherState, vectorOf } from './together-state.js'

/**
 * Watches several signals as one: finds what is unusual about them together, such as a relation that breaks while each signal
 * alone looks normal. One finding an event, not one a signal; it names those that contribute most.
 *
 * Every `every` the last values of all signals make a vector, which the detector scores and learns. Findings open and close as
 * those of `anomaly()`: after `minDuration` at `threshold` or above, after `closeAfter` under `closeBelow`. A finding is about
 * the signal that contributed most as it opened.
 *
 * At most 64 signals a group, in slots that are kept over restarts; observations of further ones are not looked at, unless a
 * signal has been silent for a day: it makes room. At most 100 groups: signals of further ones are not watched. A value costs a look-up; a vector what the detector costs.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * together({ name: 'database', signals: 'db.*' })
 * together({ name: 'hosts', signals: ['system.*', 'process.*'], by: 'host.name', every: '1m' })
 */
export function together(options: TogetherOptions): Watcher<TogetherState> {
  const limits = togetherLimits(options)
  const detector = verbsIn('together.detector', options.detector ?? forest(), ['start', 'score', 'learn', 'blame'])
  const matches = matcher('together.signals', options.signals)
  const by = options.by === undefined ? undefined : textIn('together.by', options.by)
  return new TogetherWatcher(`${limits.watcher}@1:${detector.name}`, matches, detector, limits, by)
}

/** Groups of one watcher: each takes some 50 KB. */
const MOST_GROUPS = 100

/** Where a signal sits, so that a value needs no look-up by text. */
interface Seat {
  readonly ids: readonly string[]
  readonly slot: number
  readonly id: string | undefined
}

class TogetherWatcher implements Watcher<TogetherState> {
  readonly #seats = new WeakMap<Signal, Seat>()
  readonly #vector = new Float64Array(MOST_MEMBERS)
  readonly #shares = new Float64Array(MOST_MEMBERS)
  readonly #groups = new Set<string>()

  constructor(
    readonly name: string,
    private readonly selects: (signal: Signal) => boolean,
    private readonly detector: GroupDetector,
    private readonly limits: TogetherLimits,
    private readonly by: string | undefined,
  ) {}

  start(): TogetherState {
    return freshGroup(freshState(this.detector.start(), this.limits))
  }

  matches(signal: Signal): boolean {
    if (!this.selects(signal)) return false
    const group = this.group(signal)
    if (!this.#groups.has(group) && this.#groups.size >= MOST_GROUPS) return false
    this.#groups.add(group)
    return true
  }

  group(signal: Signal): string {
    const value: AttributeValue | undefined = this.by === undefined ? undefined : signal.attributes[this.by]
    return value === undefined ? '' : String(value)
  }

  push(state: TogetherState, value: number, time: number, signal: Signal): readonly Finding[] {
    const findings = time >= state.due ? this.#complete(state, time) : NONE
    const slot = this.#slot(state, signal, time)
    if (slot < 0) {
      state.refused++
      return findings
    }
    state.values[slot] = value
    state.heard[slot] = time
    state.fresh++
    return findings
  }

  /** Called for each signal of the group: all but the first find nothing to do. */
  tick(state: TogetherState, time: number): readonly Finding[] {
    const { alarm } = state
    review(alarm, time, this.limits)
    const findings = time >= state.due ? this.#complete(state, time) : NONE
    const { episode } = alarm
    if (findings !== NONE || episode === null || time - episode.seen < this.limits.staleAfter) return findings
    return endEpisode(state.alarm, time) ? [silentTogether(state, episode, time, this.limits.watcher)] : NONE
  }

  feedback(state: TogetherState, rating: Rating, finding: Finding): void {
    if (finding.watcher === this.limits.watcher) rate(state.alarm, rating, this.limits)
  }

  /** A vector is complete: scores it as of the end of its time, and learns it. */
  #complete(state: TogetherState, time: number): readonly Finding[] {
    const { every, hold } = this.limits
    const end = state.due
    const some = state.fresh > 0 && vectorOf(state, end - hold, this.#vector)
    state.fresh = 0
    state.due = (Math.floor(time / every) + 1) * every
    return some ? this.#look(state, this.#vector.subarray(0, state.ids.length), end) : NONE
  }

  #look(state: TogetherState, vector: Float64Array, time: number): readonly Finding[] {
    const { alarm } = state
    const score = this.detector.score(alarm.memory, vector, time)
    if (typeof score !== 'number')
      throw new Error(`${this.detector.name} must score by a number, got ${show(atOnce(this.name, score))}`)
    const quiet = alarm.episode === null && !(score >= alarm.threshold)
    const findings = quiet ? NONE : this.#judge(state, score, vector, time)
    const learned: unknown = this.detector.learn(alarm.memory, vector, time)
    if (learned !== undefined) atOnce(this.detector.name, learned)
    return findings
  }

  #judge(state: TogetherState, score: number, vector: Float64Array, time: number): readonly Finding[] {
    const { alarm } = state
    const { watcher } = this.limits
    if (alarm.episode === null) state.blamed.fill(0)
    alarm.episode ??= pending(time, this.limits.every)
    const { episode } = alarm
    if (score >= alarm.threshold) this.#blame(state, vector, time)
    const step = follow(episode, this.#read(state, score, time), alarm, this.limits)
    if (step === 'opened' || step === 'worsened') return [openTogether(state, episode, time, watcher)]
    return step === 'over' && endEpisode(state.alarm, time) ? [closeTogether(state, episode, time, watcher)] : NONE
  }

  /** Adds up who contributes, and decides whom the finding is about: whoever it was about if it opens again. */
  #blame(state: TogetherState, vector: Float64Array, time: number): void {
    const { alarm, blamed } = state
    const { episode } = alarm
    const shares = this.#shares.subarray(0, vector.length)
    this.detector.blame(alarm.memory, vector, time, shares)
    let most = 0
    for (let slot = 0; slot < shares.length; slot++) {
      blamed[slot] = (blamed[slot] as number) + (shares[slot] as number)
      if ((blamed[slot] as number) > (blamed[most] as number)) most = slot
    }
    if (episode === null || episode.openedAt >= 0) return
    if (state.leader === null || !comesAgain(episode, alarm, this.limits)) state.leader = state.members[most] as Signal
  }

  /** As of the signal that the finding is, or will be, about. */
  #read(state: TogetherState, score: number, time: number): Reading {
    const { detector } = this
    const slot = state.leader === null ? -1 : state.ids.indexOf(identityOf(state.leader))
    if (slot < 0) return { score, value: state.alarm.episode?.value ?? 0, time, band: null, statistic: null }
    const asks = score >= state.alarm.threshold
    const band = asks ? atOnce(detector.name, detector.expect?.(state.alarm.memory, slot, time)) : undefined
    return { score, value: state.values[slot] as number, time, band: band ?? null, statistic: null }
  }

  #slot(state: TogetherState, signal: Signal, time: number): number {
    const seat = this.#seats.get(signal)
    if (seat && seat.ids === state.ids && seat.id === state.ids[seat.slot]) return seat.slot
    const slot = slotOf(state, signal, time, (left) => this.detector.forget?.(state.alarm.memory, left))
    if (slot >= 0) this.#seats.set(signal, { ids: state.ids, slot, id: state.ids[slot] })
    return slot
  }
}
