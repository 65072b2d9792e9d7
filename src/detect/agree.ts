import { type Band, ConfigError, type Detector, integerIn, partIn } from '../model/index.js'

/** The most parts that may be asked. */
const MOST = 16

/**
 * The opinion that `k` of several detectors share: the k-th largest of their scores.
 *
 * Use `agree(2, [a, b])` so that an alarm needs both, `agree(1, [a, b])` so that either is enough, `agree(2, [a, b, c])` for
 * a vote. Each part remembers for itself, as if it were alone.
 *
 *     sigmas = k-th largest of the parts' sigmas        NaN while fewer than k parts have an opinion
 *
 * The band is where fewer than `k` parts see more than 3 sigmas: its edges are those of the parts that decide. With `k` above 1
 * on noise it is exceeded less often than a Gaussian exceeds 3, the less the more the parts differ; with 1 more often. Costs
 * what the parts cost, no allocation of its own.
 *
 * @param k - from 1 to the number of parts.
 * @param detectors - 1 to 16.
 * @throws ConfigError when `k` is out of its range, or a part is no detector.
 * @example
 * anomaly({ detector: agree(2, [seasonal(), quantile()]) })
 * @see Kuncheva, "Combining pattern classifiers", 2004, on order statistics as combiners.
 */
// biome-ignore lint/suspicious/noExplicitAny: parts of any memory
export function agree(k: number, detectors: readonly Detector<any>[]): Detector<unknown[]> {
  if (!Array.isArray(detectors) || detectors.length < 1 || detectors.length > MOST) {
    throw new ConfigError('agree.detectors', `a list of 1 to ${MOST} detectors`, detectors)
  }
  integerIn('agree.k', k, 1, detectors.length)
  const parts: readonly Detector[] = detectors.map((part, i) =>
    partIn(`agree.detectors[${i}]`, part, ['start', 'score', 'learn']),
  )
  const ranked = new Float64Array(parts.length)
  return {
    name: `agree@1:${k}(${parts.map(({ name }) => name).join(',')})`,
    start: () => parts.map((part) => part.start()),
    score(state, value, time) {
      let opinions = 0
      for (let i = 0; i < parts.length; i++) {
        const score = (parts[i] as Detector).score(state[i], value, time)
        if (!Number.isNaN(score)) insert(ranked, score, opinions++)
      }
      return opinions < k ? Number.NaN : (ranked[k - 1] as number)
    },
    learn(state, value, time) {
      for (let i = 0; i < parts.length; i++) (parts[i] as Detector).learn(state[i], value, time)
    },
    expect(state, time) {
      const bands = parts.map((part, i) => part.expect?.(state[i], time)).filter((band) => band !== undefined)
      return bands.length < k ? undefined : shared(k, bands)
    },
  }
}

/** Puts a score among those before it, the largest first. */
function insert(ranked: Float64Array, score: number, count: number): void {
  let at = count
  for (; at > 0 && (ranked[at - 1] as number) < score; at--) ranked[at] = ranked[at - 1] as number
  ranked[at] = score
}

/** Above the k-th lowest upper edge, k parts are surprised; below the k-th highest lower edge too. They may cross. */
function shared(k: number, bands: readonly Band[]): Band {
  const sorted = (edge: keyof Band): number[] => bands.map((band) => band[edge]).sort((a, b) => a - b)
  const low = sorted('low')[bands.length - k] as number
  const high = sorted('high')[k - 1] as number
  const middle = sorted('value')[bands.length >> 1] as number
  if (low > high) return { value: middle, low: Math.min(high, middle), high: Math.max(low, middle) }
  return { value: Math.min(high, Math.max(low, middle)), low, high }
}
