import { expect, test } from 'vitest'
import { ConfigError, type Finding, type Health, type Incident } from '../../src/model/index.js'
import { check } from '../../src/observe/check.js'
import { rig } from '../../src/testing/rig.js'

test('a dependency that goes down opens one critical incident and closes it when it is back', async () => {
  let down = false
  const world = rig({ observe: [check('db', () => !down, { every: '10s' })] })
  const findings: Finding[] = []
  const incidents: Incident[] = []
  world.monitor.on('finding', (finding) => findings.push(finding))
  world.monitor.on('incident', (incident) => incidents.push(incident))
  await world.advance('1m')
  expect(world.monitor.health()).toMatchObject({ status: 'pass', ready: 'pass' })
  down = true
  await world.advance('1m')
  expect(world.monitor.health()).toMatchObject({ status: 'fail', ready: 'fail', live: 'pass' })
  down = false
  await world.advance('30m')
  await world.stop()
  expect(findings.map(({ state, severity, summary }) => [state, severity, summary.split(' after')[0]])).toEqual([
    ['open', 'critical', 'check db fails'],
    ['closed', 'critical', 'check db passes again'],
  ])
  expect(new Set(incidents.map((incident) => incident.id)).size).toBe(1)
  expect(incidents.at(-1)?.state).toBe('closed')
  expect(world.faults).toEqual([])
})

test('health events come when a status changes, and at no other time', async () => {
  let down = false
  const world = rig({ observe: [check('db', () => !down)] })
  const heard: Health[] = []
  await world.advance('1m')
  world.monitor.on('health', (health) => heard.push(health))
  await world.advance('1h')
  expect(heard).toEqual([])
  down = true
  await world.advance('1m')
  expect(heard.map((health) => health.ready)).toEqual(['fail'])
  await world.stop()
})

test('a service is not ready before its critical checks have answered', async () => {
  const world = rig({
    observe: [check('db', () => world.clock.sleep(3_000)), check('extra', () => true, { critical: false })],
  })
  expect(world.monitor.health().ready).toBe('fail')
  await world.advance('2s')
  expect(world.monitor.health().ready).toBe('fail')
  await world.advance('3s')
  expect(world.monitor.health().ready).toBe('pass')
  await world.stop()
})

test('a check that is taken out leaves the health, and its call is aborted', async () => {
  const world = rig()
  let aborted = false
  const hung = check('db', ({ abort }) => {
    abort.addEventListener('abort', () => {
      aborted = true
    })
    return new Promise(() => {})
  })
  const remove = world.monitor.use(hung)
  await world.advance('2s')
  expect(world.monitor.health().ready).toBe('fail')
  remove()
  await world.advance('1s')
  expect(aborted).toBe(true)
  expect(world.monitor.health()).toMatchObject({ ready: 'pass', checks: [] })
  await world.stop()
})

test('two checks of one name are refused', () => {
  expect(() => rig({ observe: [check('db', () => true), check('db', () => false)] })).toThrow(ConfigError)
})

test('a thousand hung checks: a thousand calls, a thousand failures, no fault, and the health is asked at once', async () => {
  let calls = 0
  const hang = (): Promise<never> => {
    calls++
    return new Promise(() => {})
  }
  const world = rig({ observe: Array.from({ length: 1_000 }, (_, i) => check(`c${i}`, hang)) })
  await world.advance('5m')
  expect(calls).toBe(1_000)
  const health = world.monitor.health()
  expect(health.checks.filter((one) => one.status === 'fail').length).toBe(1_000)
  expect(world.faults).toEqual([])
  await world.stop()
  expect(world.clock.sleepers).toBe(0)
}, 60_000)
