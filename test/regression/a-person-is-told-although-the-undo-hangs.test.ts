import { expect, test } from 'vitest'
import { check } from '../../src/observe/index.js'
import { alert, remediate } from '../../src/respond/index.js'
import { recorder, rig } from '../../src/testing/index.js'

test('a repair that gave up escalates although its undo never ends', async () => {
  const pager = recorder()
  const stuck = { name: 'stuck', apply: () => undefined, undo: () => new Promise<void>(() => {}) }
  const world = rig({
    observe: [check('db', () => false, { every: '1s' })],
    respond: [
      remediate({ mode: 'act', name: 'r', when: { check: 'db' }, steps: [stuck], settle: '10s', attempts: 1 }),
      alert({ to: pager, wait: 0 }),
    ],
  })
  await world.advance('5m')
  expect(world.monitor.actions().map(({ outcome }) => outcome)).toEqual(['escalated', 'no effect', 'started'])
  expect(pager.reasons).toEqual(['opened', 'worsened'])
})
