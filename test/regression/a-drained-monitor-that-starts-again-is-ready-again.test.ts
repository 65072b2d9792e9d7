import { expect, test } from 'vitest'
import { rig } from '../../src/testing/index.js'

test('a monitor that was drained and stopped is ready once it has been started again', async () => {
  const { monitor, advance } = rig()
  await advance('1s')
  await monitor.drain(0)
  expect(monitor.health()).toMatchObject({ ready: 'fail', draining: true })
  await monitor.stop()
  expect(monitor.health().ready).toBe('fail')
  await monitor.start()
  expect(monitor.health()).toMatchObject({ ready: 'pass', draining: false })
})
