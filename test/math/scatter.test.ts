import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gaussian } from '../../src/math/random.js'
import { factorise, gather, triangleLength, unwhiten, whiten } from '../../src/math/scatter.js'

const rows = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** Mean products of so many vectors, the plain way. */
function moments(vectors: readonly Float64Array[]): Float64Array {
  const n = vectors[0]?.length ?? 0
  const triangle = new Float64Array(triangleLength(n))
  for (const i of rows(n))
    for (const j of rows(i + 1)) {
      const products = vectors.map((vector) => (vector[i] as number) * (vector[j] as number))
      triangle[triangleLength(i) + j] = products.reduce((sum, product) => sum + product, 0) / vectors.length
    }
  return triangle
}

/** Solves `matrix x = b` by Gauss and Jordan. */
function solved(matrix: readonly (readonly number[])[], b: readonly number[]): number[] {
  const table = matrix.map((row, i) => [...row, b[i] as number])
  for (const i of rows(table.length)) {
    const pivot = table[i] as number[]
    for (const k of rows(table.length)) {
      if (k === i) continue
      const row = table[k] as number[]
      const factor = (row[i] as number) / (pivot[i] as number)
      for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number)
    }
  }
  return table.map((row, i) => (row.at(-1) as number) / (row[i] as number))
}

function sample(seed: number, n: number, count: number): Float64Array[] {
  return rows(count).map((at) => {
    const common = gaussian(seed, at)
    return Float64Array.from(rows(n), (i) => common + gaussian(seed + 1 + i, at))
  })
}

test('gathering with falling shares gives the mean products', () => {
  const vectors = sample(1, 5, 300)
  const gathered = new Float64Array(triangleLength(5))
  vectors.forEach((vector, at) => void gather(gathered, vector, 5, 1 / (at + 1), Infinity))
  moments(vectors).forEach((product, at) => void expect(gathered[at]).toBeCloseTo(product, 10))
})

test('what is missing moves nothing', () => {
  const gathered = new Float64Array(triangleLength(3)).fill(7)
  gather(gathered, Float64Array.of(2, Number.NaN, 4), 3, 1, Infinity)
  expect([...gathered]).toEqual([4, 7, 7, 8, 7, 16])
})

test('an outlier of a million spreads counts as one at the reach, in its direction', () => {
  const gathered = new Float64Array(triangleLength(2))
  gather(gathered, Float64Array.of(1e6, -5e5), 2, 1, 8)
  ;[64, -32, 16].forEach((product, at) => void expect(gathered[at]).toBeCloseTo(product, 10))
})

test('whitening a vector and back solves the ridged equations, for any choice of rows', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: 1, max: 4_095 }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      (n, seed, mask, ridge) => {
        const chosen = rows(n).filter((i) => (mask >> i) & 1)
        const triangle = moments(sample(seed, n, 40))
        const at = (i: number, j: number): number => triangle[triangleLength(Math.max(i, j)) + Math.min(i, j)] as number
        const matrix = chosen.map((i) => chosen.map((j) => (at(i, j) + (i === j ? ridge : 0)) / (1 + ridge)))
        const x = Float64Array.from(chosen, (i) => gaussian(seed + 99, i))
        const factor = new Float64Array(triangleLength(n))
        const y = new Float64Array(n)
        factorise(triangle, Uint8Array.from(chosen), chosen.length, ridge, factor)
        const square = whiten(factor, x, chosen.length, y)
        unwhiten(factor, y, chosen.length)
        const wanted = solved(matrix, [...x])
        wanted.forEach((value, i) => void expect(y[i]).toBeCloseTo(value, 6))
        const distance = wanted.reduce((sum, value, i) => sum + value * (x[i] as number), 0)
        expect(square).toBeCloseTo(distance, 6)
      },
    ),
  )
})

test('copies of one signal do not break the factor', () => {
  const triangle = new Float64Array(triangleLength(30)).fill(1)
  const factor = new Float64Array(triangleLength(30))
  factorise(triangle, Uint8Array.from(rows(30)), 30, 1e-12, factor)
  expect([...factor].every(Number.isFinite)).toBe(true)
})
