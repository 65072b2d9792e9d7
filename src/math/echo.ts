/**
 * How a stream of even steps resembles itself so many steps ago: its autocorrelation at every lag, with old steps fading. Plain data;
 * O(lags) a step, allocates nothing.
 */
export interface Echo {
  /** The last deviations from the mean, in a ring. */
  readonly ring: Float32Array
  /** Fading sums of products, by lag. */
  readonly products: Float32Array
  mean: number
  /** Steps so far. */
  seen: number
}

/** Steps are remembered for so many times the longest lag. */
const MEMORY = 4
/** Deviations count up to so many standard ones, so that a spike is no rhythm. */
const REACH = 4
/** ...once there have been so many steps. */
const SURE = 16
/** A period stands out by so much: from what lies between, and from nothing. */
const DIP = 0.25
const LEAST = 0.4
/** The shortest period, in steps: less has no shape. */
const SHORTEST = 4
/** A peak must have been seen so many times. */
const TIMES = 3

/** @param lags - the longest period that can be found, and a little more. */
export function emptyEcho(lags: number): Echo {
  return { ring: new Float32Array(lags), products: new Float32Array(lags), mean: 0, seen: 0 }
}

export function learnEcho(echo: Echo, value: number): void {
  const { ring, products } = echo
  const lags = ring.length
  const at = echo.seen++ % lags
  echo.mean += (value - echo.mean) / Math.min(echo.seen, MEMORY * lags)
  const deviation = value - echo.mean
  const count = Math.min(echo.seen, MEMORY * lags)
  const reach = REACH * Math.sqrt((products[0] as number) / count)
  ring[at] = echo.seen <= SURE ? deviation : Math.min(reach, Math.max(-reach, deviation))
  const keep = 1 - 1 / (MEMORY * lags)
  for (let lag = 0; lag < Math.min(lags, echo.seen); lag++) {
    products[lag] = keep * (products[lag] as number) + (ring[at] as number) * (ring[(at - lag + lags) % lags] as number)
  }
}

/** The autocorrelation at a lag, from −1 to 1 or so; 0 where nothing moves. */
export function echoAt({ products, seen }: Echo, lag: number): number {
  const energy = products[0] as number
  const pairs = Math.min(seen, MEMORY * products.length)
  return energy > 0 && pairs > lag
    ? (((products[lag] as number) / energy) * pairs) / (pairs - Math.min(lag, pairs / 2))
    : 0
}

/**
 * The period, in steps and parts of one; 0 when there is none.
 *
 * It is the first peak of the autocorrelation that stands out from what is before it and is about as high as any; its
 * multiples, as far as they go, tell it more exactly.
 */
export function periodIn(echo: Echo): number {
  const last = Math.min(echo.ring.length - 2, Math.floor(echo.seen / TIMES))
  let highest = 0
  for (let lag = SHORTEST; lag <= last; lag++) if (isPeak(echo, lag)) highest = Math.max(highest, echoAt(echo, lag))
  let lowest = 1
  for (let lag = 1; lag <= last; lag++) {
    const height = echoAt(echo, lag)
    const standsOut = height >= LEAST && height >= 0.8 * highest && height - lowest >= DIP
    if (lag >= SHORTEST && standsOut && isPeak(echo, lag)) return refined(echo, lag, last)
    lowest = Math.min(lowest, height)
  }
  return 0
}

function isPeak(echo: Echo, lag: number): boolean {
  return echoAt(echo, lag) > echoAt(echo, lag - 1) && echoAt(echo, lag) >= echoAt(echo, lag + 1)
}

/** Follows the peak to its multiples. */
function refined(echo: Echo, first: number, last: number): number {
  let period = summit(echo, first)
  for (let times = 2; Math.round(times * period) + 1 <= last; times++) {
    const near = Math.round(times * period)
    let lag = near
    for (let other = near - 1; other <= near + 1; other++) if (echoAt(echo, other) > echoAt(echo, lag)) lag = other
    if (!isPeak(echo, lag) || echoAt(echo, lag) < 0.6 * echoAt(echo, first)) break
    period = summit(echo, lag) / times
  }
  return period
}

/** The top of the parabola through three points. */
function summit(echo: Echo, lag: number): number {
  const [before, here, after] = [echoAt(echo, lag - 1), echoAt(echo, lag), echoAt(echo, lag + 1)]
  const bend = before - 2 * here + after
  return bend < 0 ? lag + (0.5 * (before - after)) / bend : lag
}
