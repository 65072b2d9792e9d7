import { describe, expect, test } from 'vitest'
import { gaussian } from '../../src/math/random.js'
import { type Line, layLine } from '../../src/math/theil-sen.js'

function lineThrough(times: readonly number[], values: readonly number[]): Line {
  const line: Line = { centre: 0, value: 0, slope: 0, doubt: 0, noise: 0 }
  layLine(Float64Array.from(times), Float64Array.from(values), line)
  return line
}

const places = Array.from({ length: 16 }, (_, i) => i)

describe('a line by Theil and Sen', () => {
  test('goes through points that lie on one, without doubt', () => {
    const line = lineThrough(
      places,
      places.map((x) => 3 * x + 7),
    )
    expect(line).toMatchObject({ centre: 7.5, slope: 3, doubt: 0, noise: 0 })
    expect(line.value).toBeCloseTo(29.5, 9)
  })

  test('four points of sixteen may be anything', () => {
    const { slope } = lineThrough(
      places,
      places.map((x) => (x % 4 === 1 ? 1e9 : 3 * x)),
    )
    expect(slope).toBeCloseTo(3, 6)
  })

  test('its doubt is how much slopes vary: two of three are within one, as for a Gaussian', () => {
    let within = 0
    for (let run = 0; run < 300; run++) {
      const { slope, doubt } = lineThrough(
        places,
        places.map((x) => 3 * x + gaussian(run, x)),
      )
      if (Math.abs(slope - 3) <= doubt) within++
    }
    expect(within / 300).toBeGreaterThan(0.55)
    expect(within / 300).toBeLessThan(0.78)
  })

  test('its noise is what points are off', () => {
    const noises = Array.from(
      { length: 100 },
      (_, run) =>
        lineThrough(
          places,
          places.map((x) => 5 * gaussian(run, x)),
        ).noise,
    )
    const mean = noises.reduce((sum, one) => sum + one, 0) / 100
    expect(mean).toBeGreaterThan(3.5)
    expect(mean).toBeLessThan(5.5)
  })

  test('of points at one time the slope is 0', () => {
    expect(lineThrough([1, 1, 1], [1, 2, 3])).toMatchObject({ slope: 0, doubt: 0, value: 2 })
  })
})
