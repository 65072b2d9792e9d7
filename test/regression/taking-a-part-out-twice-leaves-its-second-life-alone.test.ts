import { expect, test } from 'vitest'
import { check } from '../../src/observe/index.js'
import { rig } from '../../src/testing/index.js'

test('a part that was taken out and put in again is not taken out by the first function', async () => {
  const { monitor, advance } = rig()
  const db = check('db', () => true)
  const takeOut = monitor.use(db)
  takeOut()
  monitor.use(db)
  takeOut()
  await advance('5s')
  expect(monitor.health().checks).toHaveLength(1)
})
