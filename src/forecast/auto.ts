import { emptyWaiting, placeOf, RUNGS, settle, type Waiting, wait } from '../math/waiting.js'
import { checkOptions, type Forecaster } from '../model/index.js'
import { type ConformalState, calibratedBy, type ForecastOptions, type Plain } from './conformal.js'
import { DAMPING, plainHolt } from './holt.js'
import { plainHoltWinters } from './holt-winters.js'
import { plainLinear } from './linear.js'
import { plainNaive } from './naive.js'

/** Memory of {@link auto}. */
export interface AutoForecastState {
  /** Of each that it picks from. */
  readonly memories: readonly unknown[]
  readonly waiting: Waiting
  /** The mean size of each one's last errors, by horizon; and how many of a horizon there have been. */
  readonly errors: Float64Array
  readonly counts: Float64Array
}

const DAY = 864e5
/** From simple to complex: of two that are equally good the simpler one speaks. */
// biome-ignore lint/suspicious/noExplicitAny: each has a memory of its own
const CHOICE: readonly Plain<any>[] = [
  plainNaive(0),
  plainHolt(DAMPING),
  plainLinear,
  plainNaive(DAY),
  plainHoltWinters('additive', DAY, false, DAMPING),
  plainHoltWinters('multiplicative', DAY, false, DAMPING),
]
/** The mean is over about so many errors. */
const MEMORY = 40
/** Errors at a horizon before it is known who is good at it. */
const ENOUGH = 8

/**
 * Whichever of the forecasters of this room has been the best of late, for each horizon by itself: {@link naive} with and without a day's period,
 * {@link holt}, {@link linear}, {@link holtWinters} of both kinds. All run side by side; the one whose last 40 errors or so at such a horizon were the smallest speaks.
 *
 * Use it when you do not know what a signal is like. About 20 µs a value; 2,400 numbers of state, those of {@link conformal} included.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'orders.rate', detector: residual(auto()) })
 */
export function auto(options: ForecastOptions = {}): Forecaster<ConformalState<AutoForecastState>> {
  checkOptions('auto', options, ['sigmas'])
  return calibratedBy('auto', 'auto@1', { start, learn, foretell }, options)
}

function start(): AutoForecastState {
  return {
    memories: CHOICE.map((one) => one.start()),
    waiting: emptyWaiting(CHOICE.length),
    errors: new Float64Array(RUNGS * CHOICE.length),
    counts: new Float64Array(RUNGS),
  }
}

function learn({ memories, waiting, errors, counts }: AutoForecastState, value: number, time: number): void {
  settle(waiting, value, time, (rung, error, track) => {
    const at = rung * CHOICE.length + track
    if (track === 0) counts[rung] = (counts[rung] as number) + 1
    const mean = errors[at] as number
    errors[at] = mean + (Math.abs(error) - mean) / Math.min(MEMORY, counts[rung] as number)
  })
  for (let i = 0; i < CHOICE.length; i++) CHOICE[i]?.learn(memories[i], value, time)
  wait(waiting, (ahead, track) => of(memories, track, time, ahead))
}

function foretell(state: AutoForecastState, time: number, ahead: number): number {
  const { waiting, memories } = state
  return of(memories, picked(state, time + ahead - waiting.time), time, ahead)
}

/** What one of them says; where it has no opinion yet, that all stays as it is. */
function of(memories: readonly unknown[], i: number, time: number, ahead: number): number {
  const value = CHOICE[i]?.foretell(memories[i], time, ahead) ?? Number.NaN
  return Number.isNaN(value) && i > 0 ? of(memories, 0, time, ahead) : value
}

function picked({ waiting, errors, counts }: AutoForecastState, ahead: number): number {
  let rung = Math.min(RUNGS - 1, Math.round(placeOf(waiting, ahead)))
  while (rung > 0 && (counts[rung] as number) < ENOUGH) rung--
  const first = rung * CHOICE.length
  let best = 0
  if ((counts[rung] as number) < ENOUGH) return best
  for (let i = 1; i < CHOICE.length; i++) {
    if ((errors[first + i] as number) < (errors[first + best] as number)) best = i
  }
  return best
}
