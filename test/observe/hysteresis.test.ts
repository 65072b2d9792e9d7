import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HealthStatus } from '../../src/model/index.js'
import { Hysteresis } from '../../src/observe/hysteresis.js'

const RANK = { pass: 0, warn: 1, fail: 2 } as const
const status = fc.constantFrom<HealthStatus>('pass', 'warn', 'fail')
const answers = fc.array(status, { minLength: 1, maxLength: 60 })
const few = fc.integer({ min: 1, max: 5 })

function statuses(history: readonly HealthStatus[], failAfter: number, passAfter: number, patient = false): unknown[] {
  const steady = new Hysteresis(failAfter, passAfter, patient)
  return history.map((answer) => steady.push(answer))
}

/** The definition, by looking back over the whole history. */
function definition(history: readonly HealthStatus[], failAfter: number, passAfter: number): HealthStatus {
  let now = history[0] as HealthStatus
  for (let i = 1; i < history.length; i++) {
    const last = (n: number): number[] =>
      history
        .slice(0, i + 1)
        .slice(-n)
        .map((answer) => RANK[answer])
    const worseAt = (['fail', 'warn'] as const).find(
      (level) => RANK[level] > RANK[now] && i + 1 >= failAfter && last(failAfter).every((rank) => rank >= RANK[level]),
    )
    const betterAt = (['pass', 'warn'] as const).find(
      (level) => RANK[level] < RANK[now] && i + 1 >= passAfter && last(passAfter).every((rank) => rank <= RANK[level]),
    )
    now = worseAt ?? betterAt ?? now
  }
  return now
}

test('the status is what the last answers in a row say, for any history and any thresholds', () => {
  fc.assert(
    fc.property(answers, few, few, (history, failAfter, passAfter) => {
      expect(statuses(history, failAfter, passAfter).at(-1)).toBe(definition(history, failAfter, passAfter))
    }),
    { numRuns: 500 },
  )
})

test('the first answer of all decides at once', () => {
  fc.assert(
    fc.property(status, few, few, (first, failAfter, passAfter) => {
      expect(statuses([first], failAfter, passAfter)).toEqual([first])
    }),
  )
})

test('with thresholds of one the status is the last answer', () => {
  fc.assert(
    fc.property(answers, (history) => {
      expect(statuses(history, 1, 1)).toEqual(history)
    }),
  )
})

test('failing and warning in turn is degraded, not failed', () => {
  expect(statuses(['pass', 'fail', 'warn', 'fail', 'warn', 'fail'], 2, 1).at(-1)).toBe('warn')
})

test('flapping faster than both thresholds never changes the status', () => {
  const flapping = Array.from({ length: 100 }, (_, i): HealthStatus => (i % 2 === 0 ? 'pass' : 'fail'))
  expect(new Set(statuses(flapping, 2, 2))).toEqual(new Set(['pass']))
})

test('what takes its time to come up has no status until it answers or has failed often enough', () => {
  expect(statuses(['fail', 'fail', 'pass', 'fail'], 3, 1, true)).toEqual([undefined, undefined, 'pass', 'pass'])
  expect(statuses(['fail', 'fail', 'fail', 'pass'], 3, 1, true)).toEqual([undefined, undefined, 'fail', 'pass'])
})
