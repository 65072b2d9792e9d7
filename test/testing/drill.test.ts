import { expect, test } from 'vitest'
import { check } from '../../src/observe/index.js'
import type { RemediateOptions } from '../../src/respond/index.js'
import { restartSelf } from '../../src/respond/steps/index.js'
import { type DrillOptions, drill, errors, latency, virtualClock } from '../../src/testing/index.js'

/** A database that fails while the fault lasts, but for a circuit that can be opened. */
function shop() {
  const fault = errors(1)
  const circuit = { open: false }
  const query = fault.around(() => true)
  const ask = (): Promise<boolean> | boolean => circuit.open || query()
  const playbook: RemediateOptions = {
    name: 'open-circuit',
    when: { check: 'db' },
    steps: [() => void Object.assign(circuit, { open: true })],
    settle: '1m',
    attempts: 1,
  }
  const options: DrillOptions = { fault, observe: [check('db', ask, { every: '1s', failAfter: 1 })], before: '2m' }
  return { circuit, query, playbook, options }
}

test('a drill breaks something, lets the playbook act, mends it in any case, and reports', async () => {
  const { playbook, options, query } = shop()
  const report = await drill(playbook, options)
  expect(report).toMatchObject({ passed: true, outcome: 'helped', aborted: undefined })
  expect(report.actions.map(({ outcome }) => outcome)).toEqual(['started', 'helped'])
  expect(report.repairedAfter).toBeGreaterThan(0)
  expect(await query()).toBe(true)
})

test('it says everywhere that it is a drill', async () => {
  const { playbook, options } = shop()
  const { actions, audit } = await drill(playbook, options)
  expect(
    [...actions.map(({ name }) => name), ...audit.map((line) => line.playbook)].every(
      (name) => name === 'drill of open-circuit',
    ),
  ).toBe(true)
})

test('a playbook that does not help does not pass', async () => {
  const { playbook, options } = shop()
  const report = await drill({ ...playbook, steps: [() => undefined] }, options)
  expect(report).toMatchObject({ passed: false, outcome: 'no effect', repairedAfter: undefined })
})

test('it ends as soon as the objective burns, and the fault is mended', async () => {
  for (const abortWhen of [
    () => 'the objective burns',
    () => {
      throw new Error('nobody knows')
    },
  ]) {
    const { playbook, options, query } = shop()
    const report = await drill(playbook, { ...options, abortWhen })
    expect(report.passed).toBe(false)
    expect(['the objective burns', 'nobody knows']).toContain(report.aborted)
    expect(await query()).toBe(true)
  }
})

test('in the shadow, in real time, the playbook would act, and does nothing', async () => {
  const fault = errors(1)
  const observe = [
    check(
      'db',
      fault.around(() => true),
      { every: '10ms', failAfter: 1 },
    ),
  ]
  const { playbook, circuit } = shop()
  const times = { before: '100ms', within: '10s' } as const
  const report = await drill({ ...playbook, settle: '100ms' }, { fault, observe, mode: 'shadow', ...times })
  expect(report.passed).toBe(true)
  expect(report.actions.map(({ outcome }) => outcome)).toEqual(['would act', 'stayed'])
  expect(circuit.open).toBe(false)
})

test('a step that would end this process is refused, but in the shadow', async () => {
  const { playbook, options } = shop()
  await expect(drill({ ...playbook, steps: [restartSelf()] }, options)).rejects.toThrow(/drill.playbook/)
  await expect(drill(playbook, { ...options, mode: 'wet' as never })).rejects.toThrow(/drill.mode/)
})

test('a fault of latency shares the clock of the drill', async () => {
  const clock = virtualClock()
  const fault = latency('5s', clock)
  const ask = fault.around(() => true)
  const state = { cached: false }
  const observe = [check('db', () => state.cached || ask(), { every: '3s', timeout: '2s', failAfter: 1 })]
  const { passed } = await drill(
    { name: 'cache', when: { check: 'db' }, steps: [() => void Object.assign(state, { cached: true })], settle: '1m' },
    { fault, observe, clock },
  )
  expect(passed).toBe(true)
})
