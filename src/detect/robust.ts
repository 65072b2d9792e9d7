import { checkOptions, type Detector } from '../model/index.js'
import { type CentreState, centre, emptyCentre } from './centre.js'
import { LEVEL_OPTIONS, type LevelOptions } from './level.js'

/** Options of {@link robust}: `halfLife` is 10 minutes by default, so `adapt` is an hour. */
export type RobustOptions = LevelOptions

/** Memory of {@link robust}: eight plain numbers, and the first 16 values. */
export type RobustState = CentreState

/**
 * Moving median and median distance from it (MAD); scores the distance from the median.
 *
 * Use instead of {@link ewma} for signals with heavy tails or frequent spikes: a quarter of the values may be outliers of any
 * size, and the opinion of the others stays what it was.
 *
 *     sigmas = |value − median| / scale          scale = 1.4826 × MAD, at least 0.71 standard deviations
 *     median += 1.25 × share × scale × sign(value − median)
 *     MAD    ×= 1 + 1.17 × share × sign(|value − median| − MAD)          share = 1 − 2^(−Δt / halfLife)
 *
 * Each value moves both by a small step, up or down, whatever its size. Where most values are equal, so that the MAD is 0, the
 * standard deviation (of values with outliers pulled in) stands in for it. The first 16 values are kept, for an exact start. Irregular sampling, gaps,
 * bursts and lasting shifts are dealt with as in `ewma`. Less precise than `ewma` on clean Gaussian noise, by a third or so:
 * that is the price of not being moved by outliers. O(1) time, no allocation, 24 numbers of state.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * anomaly({ signal: 'http.client.request.duration.p99', detector: robust({ halfLife: '1h' }) })
 * @see Robbins and Monro, "A stochastic approximation method", 1951; Hampel, "The influence curve and its role in robust
 * estimation", 1974.
 */
export function robust(options: RobustOptions = {}): Detector<RobustState> {
  checkOptions('robust', options, LEVEL_OPTIONS)
  const { ready, sigmas, band, learn } = centre('robust', options, '10m')
  return {
    name: 'robust@1',
    start: emptyCentre,
    score: (state, value) => (ready(state) ? sigmas(state, value) : Number.NaN),
    learn,
    expect: (state) => (ready(state) ? band(state) : undefined),
  }
}
