import { expect, test } from 'vitest'
import { check } from '../../src/observe/index.js'
import { type RemediateOptions, remediate } from '../../src/respond/index.js'
import { rig, virtualClock } from '../../src/testing/index.js'

/** What the steps of a repair that never helps did within ten minutes. */
async function story(undoing: number, options: Partial<RemediateOptions>): Promise<string> {
  const clock = virtualClock()
  const told: string[] = []
  const step = {
    name: 'restart',
    async apply() {
      told.push('apply', 'applied')
    },
    async undo() {
      told.push('undo')
      await clock.sleep(undoing)
      told.push('undone')
    },
  }
  const world = rig({
    clock,
    observe: [check('db', () => false, { every: '1s' })],
    respond: [remediate({ mode: 'act', name: 'r', when: { check: 'db' }, steps: [step], settle: '10s', ...options })],
  })
  await world.advance('10m')
  return told.join(' ')
}

test('with no cooldown the next attempt waits until the last one has been taken back', async () => {
  const once = 'apply applied undo undone'
  expect(await story(20_000, { cooldown: 0, attempts: 3 })).toBe(`${once} ${once} ${once}`)
})

test('an undo that never ends is given up at the timeout, and the next attempt comes after the cooldown', async () => {
  expect(await story(1e9, { cooldown: '30s', timeout: '1m', attempts: 2 })).toBe(
    'apply applied undo apply applied undo',
  )
})
