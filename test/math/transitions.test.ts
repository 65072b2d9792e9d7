import { describe, expect, test } from 'vitest'
import { emptyTransitions, learnTransition, placeOfName, surpriseOf } from '../../src/math/transitions.js'

describe('what follows what', () => {
  test('what always follows says nothing, what never did says much', () => {
    const chain = emptyTransitions()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => placeOfName(chain, name)) as [number, number, number]
    for (let i = 0; i < 1_000; i++) learnTransition(chain, a, b)
    expect(surpriseOf(chain, a, b)).toBeLessThan(0.01)
    expect(surpriseOf(chain, a, c)).toBeGreaterThan(9)
  })

  test('of two that follow equally often either says one bit', () => {
    const chain = emptyTransitions()
    const [a, b] = ['a', 'b'].map((name) => placeOfName(chain, name)) as [number, number]
    for (let i = 0; i < 1_000; i++) learnTransition(chain, a, i % 2 === 0 ? a : b)
    expect(surpriseOf(chain, a, b)).toBeCloseTo(1, 2)
  })

  test('however many names come, there are 32 at the most: further ones are one', () => {
    const chain = emptyTransitions()
    for (let i = 0; i < 1_000; i++) expect(placeOfName(chain, `n${i}`)).toBeLessThan(32)
    expect(placeOfName(chain, 'n900')).toBe(placeOfName(chain, 'n901'))
    expect(placeOfName(chain, 'n3')).toBe(3)
  })

  test('a habit that has changed is learned anew', () => {
    const chain = emptyTransitions()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => placeOfName(chain, name)) as [number, number, number]
    for (let i = 0; i < 300_000; i++) learnTransition(chain, a, b)
    for (let i = 0; i < 300_000; i++) learnTransition(chain, a, c)
    expect(surpriseOf(chain, a, c)).toBeLessThan(surpriseOf(chain, a, b))
  })
})
