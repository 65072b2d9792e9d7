// Alert rules deserve tests like other code has: a whole day of a real monitor, in milliseconds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alert, anomaly, ewma } from 'pi-uptime'
import { add, at, constant, noise, pulse, recorder, rig, simulate } from 'pi-uptime/testing'

test('a two-hour backlog pages once and resolves; a hiccup of 20 s pages nobody', async () => {
  const pager = recorder()
  const backlog = add(constant(100), noise(5, 42), pulse(300, at(6), at(8)), pulse(300, at('12h'), at('43220s')))
  const world = rig({
    observe: [simulate('queue.depth', backlog, '10s')],
    watch: [anomaly({ signal: 'queue.depth', detector: ewma({ halfLife: '30m' }) })],
    respond: [alert({ to: pager })],
  })
  await world.advance('1d')
  assert.deepEqual(pager.reasons, ['opened', 'resolved'])
})
