import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Incident, Severity } from '../../src/model/index.js'
import { type AlertOptions, type AlertOrder, alert } from '../../src/respond/index.js'
import { recorder } from '../../src/testing/recorder.js'

const MINUTE = 6e4
const HOUR = 36e5

function incident(state: 'open' | 'closed', severity: Severity = 'warning', openedAt = 0): Incident {
  return {
    id: `i-${openedAt}`,
    state,
    severity,
    title: 'the pool is full',
    openedAt,
    updatedAt: 0,
    findings: [],
    findingCount: 0,
    suspects: [],
  }
}

const told = { ok: true, value: undefined } as const
const down = { ok: false, error: 'down' } as const

/** Walks a responder by hand: what it orders is taken to be delivered, or not. */
function desk(options: Partial<AlertOptions> = {}) {
  const responder = alert({ to: recorder(), ...options })
  let state = responder.start()
  const reasons: string[] = []
  const settle = (orders: readonly AlertOrder[], now: number, outcome: typeof told | typeof down): void => {
    for (const order of orders) {
      if (outcome.ok) reasons.push(order.reason)
      settle(responder.settled?.(state, order, outcome, now) ?? [], now, outcome)
    }
  }
  return {
    reasons,
    push: (item: Incident, now: number, outcome: typeof told | typeof down = told) =>
      settle(responder.push(state, item, now), now, outcome),
    tick: (now: number, outcome: typeof told | typeof down = told) => settle(responder.tick(state, now), now, outcome),
    restart: () => (state = JSON.parse(JSON.stringify(state))),
    get notes() {
      return state.notes.length
    },
  }
}

test('opened once, worsened once, reminded every four hours, resolved once', () => {
  const d = desk()
  d.push(incident('open'), 0)
  d.tick(9_999)
  expect(d.reasons).toEqual([])
  d.tick(10_000)
  d.push(incident('open'), MINUTE)
  d.push(incident('open', 'critical'), 2 * MINUTE)
  d.push(incident('open', 'critical'), 3 * MINUTE)
  d.tick(4 * HOUR)
  d.tick(4 * HOUR + 2 * MINUTE)
  d.push(incident('closed', 'critical'), 5 * HOUR)
  expect(d.reasons).toEqual(['opened', 'worsened', 'reminder', 'resolved'])
  expect(d.notes).toBe(0)
})

test('a flap that is over before the wait is never told', () => {
  const d = desk()
  d.push(incident('open'), 0)
  d.push(incident('closed'), 5_000)
  d.tick(HOUR)
  expect(d.reasons).toEqual([])
  expect(d.notes).toBe(0)
})

test('a restart tells nothing twice', () => {
  const d = desk({ wait: 0 })
  d.push(incident('open'), 0)
  d.restart()
  d.push(incident('open'), 1_000)
  d.tick(MINUTE)
  expect(d.reasons).toEqual(['opened'])
})

test('what did not arrive is tried again after 1, 2, 4 … seconds, at most every five minutes', () => {
  const responder = alert({ to: recorder(), wait: 0 })
  const state = responder.start()
  const tries: number[] = []
  let orders = responder.push(state, incident('open'), 0)
  for (let now = 0; now < 30 * MINUTE; now += 1_000) {
    for (const order of orders) {
      tries.push(now)
      responder.settled?.(state, order, down, now)
    }
    orders = responder.tick(state, now + 1_000)
  }
  const gaps = tries.slice(1).map((time, i) => (time - (tries[i] as number)) / 1_000)
  expect(gaps.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
})

test('an incident that closed before its opening arrived is not told at all', () => {
  const d = desk({ wait: 0 })
  d.push(incident('open'), 0, down)
  d.push(incident('closed'), 500, down)
  d.tick(HOUR)
  expect(d.reasons).toEqual([])
  expect(d.notes).toBe(0)
})

test('a resolved that did not arrive is tried until it has', () => {
  const d = desk({ wait: 0 })
  d.push(incident('open'), 0)
  d.push(incident('closed'), MINUTE, down)
  d.tick(MINUTE + 1_000)
  expect(d.reasons).toEqual(['opened', 'resolved'])
})

test('an alert lost in a restart is told after two minutes', () => {
  const responder = alert({ to: recorder(), wait: 0 })
  const state = responder.start()
  expect(responder.push(state, incident('open'), 0)).toHaveLength(1)
  const restored = JSON.parse(JSON.stringify(state))
  expect(responder.tick(restored, 119_000)).toEqual([])
  expect(responder.tick(restored, 120_000)).toMatchObject([{ reason: 'opened' }])
})

test('several channels are told and retried each on its own', () => {
  const responder = alert({ to: [recorder('a'), recorder('b')], wait: 0 })
  const state = responder.start()
  const [a, b] = responder.push(state, incident('open'), 0)
  responder.settled?.(state, a as AlertOrder, told, 0)
  responder.settled?.(state, b as AlertOrder, down, 0)
  expect(responder.tick(state, 1_000)).toMatchObject([{ channel: 1, reason: 'opened' }])
})

test('below its severity, or not chosen, an incident is not told; once it worsens it is', () => {
  const d = desk({ severity: 'critical', wait: 0 })
  d.push(incident('open', 'warning'), 0)
  expect(d.notes).toBe(0)
  d.push(incident('open', 'critical'), 1)
  expect(d.reasons).toEqual(['opened'])
  const none = desk({ when: () => false, wait: 0 })
  none.push(incident('open', 'critical'), 0)
  expect(none.reasons).toEqual([])
})

test('whatever happens, people hear opened first, resolved last and once, and nothing is kept of what is over', () => {
  const step = fc.record({ wait: fc.nat(2 * HOUR), what: fc.constantFrom('open', 'worse', 'tick'), up: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const d = desk()
      let now = 0
      let severity: Severity = 'warning'
      for (const { wait, what, up } of steps) {
        now += wait
        if (what === 'worse') severity = 'critical'
        if (what === 'tick') d.tick(now, up ? told : down)
        else d.push(incident('open', severity), now, up ? told : down)
      }
      d.push(incident('closed', severity), now + 1)
      d.tick(now + HOUR)
      expect(d.notes).toBe(0)
      expect(d.reasons.filter((reason) => reason === 'opened').length).toBeLessThanOrEqual(1)
      expect(d.reasons.filter((reason) => reason === 'resolved').length).toBe(d.reasons.length > 0 ? 1 : 0)
      if (d.reasons.length > 0) expect([d.reasons[0], d.reasons.at(-1)]).toEqual(['opened', 'resolved'])
    }),
  )
})

test.each([
  [{ to: [] }, /alert.to/],
  [{ to: { name: 'x' } }, /alert.to/],
  [{ severity: 'bad' }, /alert.severity/],
  [{ remind: '1ms' }, /alert.remind/],
])('nonsense %j is refused with the field', (options, message) => {
  expect(() => alert({ to: recorder(), ...options } as never)).toThrow(message)
})
