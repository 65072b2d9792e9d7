/**
 * How several numbers vary together: the lower triangle of a symmetric matrix, row by row, so that a matrix of one more row
 * begins with the same numbers. `at(i, j)` is `i * (i + 1) / 2 + j` for `j` at most `i`.
 */
export type Triangle = Float64Array

/** The length of a triangle of so many rows. */
export function triangleLength(rows: number): number {
  return (rows * (rows + 1)) / 2
}

/**
 * Moves the second moments of `deviations` by `share`. A vector with a number beyond `reach` is shortened to it first, so
 * that one outlier does not decide what belongs together. What is `NaN` moves nothing. O(n²).
 *
 *     moment[i, j] += share · (d[i] · d[j] − moment[i, j])
 */
export function gather(moments: Triangle, deviations: Float64Array, rows: number, share: number, reach: number): void {
  let far = 0
  for (let i = 0; i < rows; i++) far = Math.max(far, Math.abs(deviations[i] as number) || 0)
  const scale = far > reach ? (reach / far) ** 2 : 1
  for (let i = 0, at = 0; i < rows; i++) {
    const a = deviations[i] as number
    for (let j = 0; j <= i; j++, at++) {
      const product = a * (deviations[j] as number) * scale
      if (!Number.isNaN(product)) moments[at] = (moments[at] as number) + share * (product - (moments[at] as number))
    }
  }
}

/**
 * Cholesky's factor of the chosen rows and columns of `(moments + ridge · I) / (1 + ridge)`, into `factor`: `L Lᵀ` of it.
 *
 * The ridge, a part of one squared sigma, is what is believed of any two numbers before they are known: no relation. It also
 * keeps the matrix positive where numbers are copies of each other. O(k³ / 6) for k chosen rows.
 *
 * @param chosen - the rows, ascending; the first `count` of the array.
 * @see Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004, on shrinking.
 */
export function factorise(moments: Triangle, chosen: Uint8Array, count: number, ridge: number, factor: Triangle): void {
  for (let i = 0, row = 0; i < count; row += ++i) {
    const from = chosen[i] as number
    const source = (from * (from + 1)) / 2
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = ((moments[source + (chosen[j] as number)] as number) + (i === j ? ridge : 0)) / (1 + ridge)
      for (let k = 0; k < j; k++) sum -= (factor[row + k] as number) * (factor[other + k] as number)
      factor[row + j] = i === j ? Math.sqrt(Math.max(sum, LEAST)) : sum / (factor[other + j] as number)
    }
  }
}

/** Rounding may leave a pivot at or below 0 where the matrix is all but singular. */
const LEAST = 1e-9

/**
 * Solves `L y = x`: `y` are uncorrelated where `x` vary as the factored matrix says, and their squares add up to Mahalanobis'
 * squared distance, which is returned. O(k²).
 *
 * @see Mahalanobis, "On the generalised distance in statistics", 1936.
 */
export function whiten(factor: Triangle, x: Float64Array, count: number, y: Float64Array): number {
  let square = 0
  for (let i = 0, row = 0; i < count; row += ++i) {
    let sum = x[i] as number
    for (let k = 0; k < i; k++) sum -= (factor[row + k] as number) * (y[k] as number)
    const value = sum / (factor[row + i] as number)
    y[i] = value
    square += value * value
  }
  return square
}

/** Solves `Lᵀ x = y` in place: what {@link whiten} gave becomes the inverse matrix times what it was given. O(k²). */
export function unwhiten(factor: Triangle, y: Float64Array, count: number): void {
  for (let i = count - 1; i >= 0; i--) {
    let sum = y[i] as number
    for (let k = i + 1; k < count; k++) sum -= (factor[(k * (k + 1)) / 2 + i] as number) * (y[k] as number)
    y[i] = sum / (factor[(i * (i + 1)) / 2 + i] as number)
  }
}
