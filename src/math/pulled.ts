/**
 * A step, pulled in where it is longer than `limit`: what is over grows with its fourth root only.
 *
 * A soft winsorisation: outliers barely move a mean or a variance, but a limit that is far too small is outgrown after a few.
 *
 * @param limit - above 0.
 * @example
 * pulled(30, 10) // 13.16
 */
export function pulled(step: number, limit: number): number {
  const excess = Math.min(Math.abs(step) / limit, Number.MAX_VALUE)
  if (!(excess > 1)) return step
  const root = Math.sqrt(Math.sqrt(excess))
  const near = (step * root) / excess
  return Math.abs(near) < Number.POSITIVE_INFINITY ? near : step / (excess / root)
}
