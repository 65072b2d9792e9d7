import { describe, expect, test } from 'vitest'
import { emptySteps, learnStep } from '../../src/math/steps.js'

describe('the usual step', () => {
  test('is the time between observations, and gaps are told in it', () => {
    const steps = emptySteps()
    expect(learnStep(steps, 1_000)).toBe(0)
    for (let i = 1; i < 100; i++) expect(learnStep(steps, 1_000 + 10 * i)).toBeCloseTo(1, 9)
    expect(steps.step).toBeCloseTo(10, 9)
  })

  test('observations at one moment are one', () => {
    const steps = emptySteps()
    learnStep(steps, 0)
    learnStep(steps, 10)
    expect(learnStep(steps, 10)).toBe(0)
    expect(learnStep(steps, 10 + 1e-7)).toBe(0)
    expect(steps.gaps).toBe(1)
  })

  test('one long gap moves it little, a new pace does within some dozens', () => {
    const steps = emptySteps()
    for (let i = 0; i < 100; i++) learnStep(steps, 10 * i)
    learnStep(steps, 1e9)
    expect(steps.step).toBeLessThan(10.5)
    for (let i = 1; i < 200; i++) learnStep(steps, 1e9 + 60 * i)
    expect(steps.step).toBeGreaterThan(55)
  })
})
