import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Incident } from '../../src/model/index.js'
import { type Order, type RemediateOptions, remediate } from '../../src/respond/index.js'

const MINUTE = 6e4
const signal = { name: 'db.pool', unit: '1', attributes: {} }

function incident(state: 'open' | 'closed', findings: readonly ('open' | 'closed')[], id = 'i-1'): Incident {
  return {
    id,
    state,
    severity: 'warning',
    title: 'the pool is full',
    openedAt: 0,
    updatedAt: 0,
    findingCount: findings.length,
    suspects: [],
    findings: findings.map((each, i) => ({
      id: `f-${i}`,
      watcher: 'anomaly',
      signal,
      state: each,
      severity: 'warning',
      score: 6,
      value: 1,
      since: 0,
      openedAt: 0,
      updatedAt: 0,
      summary: '',
    })),
  }
}

const playbook = (options: Partial<RemediateOptions> = {}) =>
  remediate({
    name: 'recycle',
    when: { signal: 'db.*' },
    steps: [() => undefined],
    settle: '2m',
    cooldown: '10m',
    ...options,
  })

const ok = { ok: true, value: undefined } as const
const outcomes = (orders: readonly Order[]) =>
  orders.map((order) => (order.kind === 'conclude' ? order.action.outcome : order.kind))

test('it acts, waits for the signals, and says that it helped', () => {
  const p = playbook()
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open']), 0)
  expect(outcomes([apply as Order])).toEqual(['apply'])
  expect(p.settled?.(state, apply as Order, ok, 1_000)).toEqual([])
  expect(p.tick(state, MINUTE)).toEqual([])
  const [end] = p.push(state, incident('open', ['closed']), MINUTE)
  expect(end).toMatchObject({
    kind: 'conclude',
    undo: false,
    escalate: false,
    action: { outcome: 'helped', attempt: 1 },
  })
})

test('signals that do not recover within settle mean no effect; the second time it undoes and escalates, and then keeps still', () => {
  const p = playbook({ attempts: 2 })
  const state = p.start()
  const [first] = p.push(state, incident('open', ['open']), 0)
  p.settled?.(state, first as Order, ok, 0)
  expect(p.tick(state, 2 * MINUTE)).toMatchObject([{ action: { outcome: 'no effect' }, undo: true, escalate: false }])
  expect(p.tick(state, 11 * MINUTE)).toEqual([])
  const [second] = p.tick(state, 12 * MINUTE)
  expect(second).toMatchObject({ kind: 'apply', action: { attempt: 2 } })
  p.settled?.(state, second as Order, ok, 12 * MINUTE)
  expect(p.tick(state, 14 * MINUTE)).toMatchObject([{ action: { outcome: 'no effect' }, undo: true, escalate: true }])
  expect(p.tick(state, 600 * MINUTE)).toEqual([])
})

test('trouble that comes back once its attempts are spent calls a person at once, and is not worked on again', () => {
  const p = playbook({ attempts: 1 })
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open']), 0)
  p.settled?.(state, apply as Order, ok, 0)
  expect(outcomes(p.push(state, incident('open', ['closed']), MINUTE))).toEqual(['helped'])
  const [escalate] = p.push(state, incident('open', ['open']), 2 * MINUTE)
  expect(escalate).toMatchObject({ kind: 'escalate', undo: false, action: { outcome: 'escalated', attempt: 1 } })
  expect(p.settled?.(state, escalate as Order, ok, 2 * MINUTE)).toEqual([])
  expect(p.push(state, incident('open', ['closed']), 3 * MINUTE)).toEqual([])
  expect(p.push(state, incident('open', ['open']), 60 * MINUTE)).toEqual([])
})

test('its own check has the last word', () => {
  const p = playbook({ verify: () => false })
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open']), 0)
  p.settled?.(state, apply as Order, ok, 0)
  const [verify] = p.push(state, incident('open', ['closed']), 1_000)
  expect(verify).toMatchObject({ kind: 'verify' })
  expect(p.settled?.(state, verify as Order, { ok: true, value: false }, 2_000)).toMatchObject([
    { action: { outcome: 'no effect' } },
  ])
})

test('a step that throws is a failed attempt', () => {
  const p = playbook()
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open']), 0)
  expect(p.settled?.(state, apply as Order, { ok: false, error: 'no pool' }, 5)).toMatchObject([
    { action: { outcome: 'failed', evidence: 'no pool' }, undo: true },
  ])
})

test('an incident that is over before its turn is left alone', () => {
  const p = playbook()
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open'], 'i-1'), 0)
  p.push(state, incident('open', ['open'], 'i-2'), 0)
  p.settled?.(state, apply as Order, ok, 0)
  p.push(state, incident('closed', ['closed'], 'i-2'), MINUTE)
  expect(outcomes(p.push(state, incident('closed', ['closed'], 'i-1'), MINUTE))).toEqual(['helped'])
  expect(p.tick(state, 60 * MINUTE)).toEqual([])
})

test('findings that it is not for, and findings that are closed, do not move it', () => {
  const p = playbook({ when: { signal: 'http.*' } })
  expect(p.push(p.start(), incident('open', ['open']), 0)).toEqual([])
  const q = playbook()
  expect(q.push(q.start(), incident('open', ['closed']), 0)).toEqual([])
})

test('a dry run says what it would do, once an incident, and does nothing', () => {
  const p = playbook({ dryRun: true })
  const state = p.start()
  expect(outcomes(p.push(state, incident('open', ['open']), 0))).toEqual(['dry run'])
  expect(p.tick(state, 60 * MINUTE)).toEqual([])
})

test('a run that a restart cut short counts as failed, and is not repeated before its cooldown', () => {
  const p = playbook()
  const state = p.start()
  p.push(state, incident('open', ['open']), 0)
  const restored = JSON.parse(JSON.stringify(state))
  expect(p.tick(restored, MINUTE)).toEqual([])
  expect(p.tick(restored, MINUTE + 5_000)).toMatchObject([{ action: { outcome: 'failed' } }])
  expect(p.tick(restored, 10 * MINUTE)).toEqual([])
  expect(outcomes(p.tick(restored, 12 * MINUTE))).toEqual(['apply'])
})

test('over any history: never two runs at once, cooldowns hold, attempts end, every run has one outcome', () => {
  const event = fc.record({
    wait: fc.nat(8 * MINUTE),
    what: fc.constantFrom('worse', 'better', 'over', 'done', 'throws', 'tick'),
    which: fc.constantFrom('i-1', 'i-2'),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), (events, attempts) => {
      const p = playbook({ attempts })
      const state = p.start()
      let now = 0
      let running: Order | undefined
      let endedAt = -Infinity
      const tries = new Map<string, number>()
      const given = new Set<string>()
      const see = (orders: readonly Order[]): void => {
        for (const order of orders) {
          if (order.kind === 'apply') {
            expect(running).toBeUndefined()
            expect(now - endedAt).toBeGreaterThanOrEqual(10 * MINUTE)
            running = order
            tries.set(order.incident.id, (tries.get(order.incident.id) ?? 0) + 1)
          } else if (order.kind === 'escalate') {
            expect(tries.get(order.incident.id)).toBe(attempts)
            expect(given.has(order.incident.id)).toBe(false)
            given.add(order.incident.id)
          } else {
            expect(running?.action.id).toBe(order.action.id)
            running = undefined
            endedAt = now
          }
        }
      }
      const over = new Map<string, number>() // a closed incident never opens again: the next is another
      for (const { wait, what, which: place } of events) {
        const which = `${place}.${over.get(place) ?? 0}`
        now += wait
        if (what === 'worse') see(p.push(state, incident('open', ['open'], which), now))
        if (what === 'better') see(p.push(state, incident('open', ['closed'], which), now))
        if (what === 'over') {
          see(p.push(state, incident('closed', ['closed'], which), now))
          over.set(place, (over.get(place) ?? 0) + 1)
        }
        if (what === 'done' && running) see(p.settled?.(state, running, ok, now) ?? [])
        if (what === 'throws' && running) see(p.settled?.(state, running, { ok: false, error: 'x' }, now) ?? [])
        if (what === 'tick') see(p.tick(state, now))
        for (const count of tries.values()) expect(count).toBeLessThanOrEqual(attempts)
      }
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  [{ when: {} }, /remediate.when/],
  [{ steps: [] }, /remediate.steps/],
  [{ attempts: 0 }, /remediate.attempts/],
  [{ settle: '0s' as const }, /remediate.settle/],
  [{ name: '' }, /remediate.name/],
])('nonsense %j is refused with the field', (options, message) => {
  expect(() => playbook(options as never)).toThrow(message)
})

test('signals that settle elsewhere, or fall silent, have not recovered', () => {
  const p = playbook()
  const state = p.start()
  const [apply] = p.push(state, incident('open', ['open']), 0)
  p.settled?.(state, apply as Order, ok, 0)
  const settled = incident('open', ['closed'])
  const [finding] = settled.findings
  const elsewhere = { ...finding, value: 40, expected: { value: 10, low: 8, high: 12 }, summary: 'its new normal' }
  expect(p.push(state, { ...settled, findings: [elsewhere] } as Incident, MINUTE)).toMatchObject([
    { action: { outcome: 'no effect', evidence: 'its new normal' }, undo: true },
  ])
})
