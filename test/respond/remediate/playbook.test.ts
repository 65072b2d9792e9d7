import { describe, expect, test } from 'vitest'
import type { Order, RemediateOptions } from '../../../src/respond/index.js'
import { DAY, HOUR, incident, MINUTE, playbook, SECOND, Stand } from './stand.js'

const stand = (options: Partial<RemediateOptions> = {}) => new Stand([playbook(options)])
const open = (id = 'i') => incident(id)
const well = (id = 'i') => incident(id, { f: { state: 'closed' } })
const over = (id = 'i') => incident(id, { f: { state: 'closed' } }, true)

/** Everything succeeds but this kind of order. */
function failing(world: Stand, kind: Order['kind'], error: string): void {
  const usual = world.fate
  world.fate = (order) => (order.kind === kind ? { ok: false, error } : usual(order))
}

test('it acts at the next tick, waits for the signals, and says that it helped', () => {
  const world = stand()
  world.hear(open())
  expect(world.orders).toEqual([])
  world.pass(MINUTE)
  expect(world.orders.map(({ kind }) => kind)).toEqual(['prepare', 'step', 'record'])
  world.hear(well())
  expect(world.orders.slice(3).map(({ kind }) => kind)).toEqual(['conclude', 'close'])
  expect(world.orders[3]?.action).toMatchObject({
    outcome: 'helped',
    attempt: 1,
    evidence: 'the signals recovered within 50 s',
  })
  expect(world.orders[3]).toMatchObject({ escalate: false })
})

test('signals that do not recover within settle mean no effect: it is taken back, tried again, and then a person is told', () => {
  const world = stand()
  world.hear(open())
  world.pass(HOUR)
  expect(world.story).toEqual([
    'step 0',
    'no effect',
    'undo',
    'refused by cooldown',
    'step 0',
    'no effect',
    'escalated',
    'undo',
  ])
  const [first, second] = world.orders.filter(({ kind }) => kind === 'prepare').map(({ action }) => action.time)
  expect((second as number) - (first as number)).toBeGreaterThanOrEqual(12 * MINUTE)
  world.pass(DAY, MINUTE)
  expect(world.story).toHaveLength(8)
})

test('trouble that comes back once its attempts are spent calls a person at once, and is not worked on again', () => {
  const world = stand({ attempts: 1 })
  world.hear(open())
  world.pass(MINUTE)
  world.hear(well())
  world.hear(open())
  world.pass(10 * SECOND)
  expect(world.last).toMatchObject({ kind: 'tell', escalate: true, action: { outcome: 'escalated', attempt: 1 } })
  world.pass(HOUR)
  expect(world.story).toEqual(['step 0', 'helped', 'escalated'])
})

test('its own check has the last word, and one that cannot be asked leaves the outcome unknown', () => {
  for (const [answer, outcome] of [
    [{ ok: true, value: false }, 'no effect'],
    [{ ok: true, value: true }, 'helped'],
    [{ ok: false, error: 'refused' }, 'unknown'],
  ] as const) {
    const world = stand({ verify: () => true })
    const usual = world.fate
    world.fate = (order) => (order.kind === 'verify' ? answer : usual(order))
    world.hear(open())
    world.pass(MINUTE)
    world.hear(well())
    expect(world.orders.find(({ kind }) => kind === 'conclude')?.action.outcome).toBe(outcome)
  }
})

test('a step that throws ends the run as failed, and those after it are not done', () => {
  const world = stand({ steps: [() => 1, () => 2, () => 3] })
  const usual = world.fate
  world.fate = (order) => (order.kind === 'step' && order.step === 1 ? { ok: false, error: 'no pool' } : usual(order))
  world.hear(open())
  world.pass(MINUTE)
  expect(world.story).toEqual(['step 0', 'step 1', 'failed', 'undo', 'refused by cooldown'])
  expect(world.orders.find(({ kind }) => kind === 'undo')?.step).toBe(2)
})

test('where the intent cannot be written nothing is done: that was no attempt, and is asked again after a minute', () => {
  const world = stand()
  failing(world, 'prepare', 'the disk is full')
  world.hear(open())
  world.pass(5 * MINUTE)
  expect(world.story).toEqual(['refused by intent'])
  expect(world.orders[1]?.action.evidence).toContain('the disk is full')
  expect(world.orders.filter(({ kind }) => kind === 'prepare')).toHaveLength(5)
  expect(world.state).toMatchObject({ deeds: [], books: [{ run: null, cases: [{ attempts: 0 }] }] })
})

test('the rungs of a ladder are climbed one by one, each only after the last did not help', () => {
  const world = stand({ ladder: [[() => 'gentle'], [() => 'firm', () => 'firm'], [() => 'drastic']], cooldown: 0 })
  world.hear(open())
  world.pass(3 * MINUTE)
  const rungs = () => world.orders.filter(({ kind }) => kind === 'step').map(({ rung, step }) => [rung, step])
  expect(rungs()).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ])
  world.hear(well())
  world.hear(open())
  world.pass(10 * SECOND)
  expect(rungs().slice(3)).toEqual([
    [1, 0],
    [1, 1],
  ])
  world.pass(HOUR)
  expect(rungs()).toHaveLength(5)
  expect(world.last.kind).toBe('close')
  expect(world.story.at(-2)).toBe('escalated')
})

test('what became worse while untreated signals did not is harm: taken back, a person is told, and the playbook is benched', () => {
  const world = stand()
  world.hear(incident('i', { f: {}, other: { signal: 'http.errors' } }))
  world.pass(30 * SECOND)
  world.hear(incident('i', { f: { value: 90 }, other: { signal: 'http.errors' } }))
  world.pass(3 * MINUTE)
  expect(world.story).toEqual(['step 0', 'harmed', 'escalated', 'undo'])
  world.hear(open('another'))
  world.pass(30 * MINUTE)
  expect(world.story.slice(4)).toEqual(['refused by bench'])
})

test('what became worse together with the untreated signals is no harm of its own', () => {
  const world = stand()
  world.hear(incident('i', { f: {}, other: { signal: 'http.errors' } }))
  world.pass(30 * SECOND)
  world.hear(incident('i', { f: { value: 90 }, other: { signal: 'http.errors', value: 90 } }))
  world.pass(3 * MINUTE)
  expect(world.story.slice(0, 2)).toEqual(['step 0', 'no effect'])
  expect(world.orders.find(({ kind }) => kind === 'conclude')?.action.evidence).toContain(
    'http.errors, untreated, is worse too',
  )
})

test('signals that recovered at the price of others are harm, unless the others recover within settle', () => {
  const world = stand()
  world.hear(open())
  world.pass(30 * SECOND)
  world.hear(incident('i', { f: { state: 'closed' }, late: { signal: 'http.errors', since: world.now } }))
  expect(world.story).toEqual(['step 0'])
  world.hear(well())
  expect(world.story).toEqual(['step 0', 'helped'])
  const other = stand()
  other.hear(open())
  other.pass(30 * SECOND)
  other.hear(incident('i', { f: { state: 'closed' }, late: { signal: 'http.errors', since: other.now } }))
  other.pass(3 * MINUTE)
  expect(other.story).toEqual(['step 0', 'harmed', 'escalated', 'undo'])
})

test('signals that settle elsewhere have not recovered', () => {
  const world = stand()
  world.hear(open())
  world.pass(30 * SECOND)
  world.hear(incident('i', { f: { state: 'closed', value: 40, summary: 'its new normal' } }))
  expect(world.story.slice(0, 3)).toEqual(['step 0', 'no effect', 'undo'])
  expect(world.orders.find(({ kind }) => kind === 'conclude')?.action.evidence).toBe('its new normal')
})

test('an incident that is over before its turn, and findings that it is not for, are left alone', () => {
  const world = stand()
  world.hear(open())
  world.hear(over())
  world.hear(incident('j', { f: { signal: 'http.errors' } }))
  world.hear(incident('k', { f: { state: 'closed' } }))
  world.pass(HOUR)
  expect(world.story).toEqual([])
  expect(world.state.books[0]?.cases.map((each) => each.incident.id)).toEqual(['j', 'k'])
})

test('when the first of three steps was enough, the others are not done', () => {
  const world = stand({ steps: [() => 1, () => 2, () => 3] })
  const usual = world.fate
  world.fate = (order) => {
    if (order.kind === 'step') Object.assign(world.state.books[0]?.cases[0] ?? {}, { incident: well() })
    return usual(order)
  }
  world.hear(open())
  world.pass(20 * SECOND)
  expect(world.story).toEqual(['step 0', 'helped'])
})

test('between two steps a refusal stops the run: nothing more is done, nothing is taken back, a person is told', () => {
  const world = stand({ steps: [() => 1, () => 2] })
  const usual = world.fate
  const refused = { guard: 'off switch', reason: 'repairs are switched off' }
  world.fate = (order) => (order.kind === 'step' && order.step === 1 ? { ok: true, value: { refused } } : usual(order))
  world.hear(open())
  world.pass(HOUR)
  expect(world.story).toEqual(['step 0', 'step 1', 'refused by off switch', 'stopped', 'escalated'])
})

test('an order that was lost in a restart without a journal is no run; one that is lost in the same process is unknown', () => {
  const world = stand()
  const usual = world.fate
  world.fate = (order) => (order.kind === 'step' ? undefined : usual(order))
  world.hear(open())
  world.pass(3 * MINUTE)
  expect(world.story.slice(0, 3)).toEqual(['step 0', 'unknown', 'undo'])
})

describe('observing', () => {
  test('is the default: it says what it would do, does nothing, and keeps the score of what became of it', () => {
    const world = new Stand([playbook({ mode: undefined as never })])
    world.hear(open('a'))
    world.pass(30 * SECOND)
    world.hear(over('a'))
    world.pass(11 * MINUTE)
    world.hear(open('b'))
    world.pass(HOUR)
    expect(world.story).toEqual(['would act', 'cleared', 'would act', 'stayed'])
    expect(world.orders.every(({ kind }) => kind === 'tell')).toBe(true)
    expect(world.state.books[0]?.score).toMatchObject({ cleared: 1, stayed: 1, helped: 0, idle: 0 })
  })

  test('heeds the guards, and is in nobody’s way', () => {
    const world = new Stand([playbook({ name: 'looks on', mode: 'observe' }), playbook({ name: 'acts' })])
    world.hear(open())
    world.pass(20 * SECOND)
    expect(world.story).toEqual(['would act', 'step 0'])
  })
})

describe('approval', () => {
  const approval = { ask: () => undefined, secret: 'sixteen characters', expire: '10m' } as const
  const asking = () => stand({ mode: 'approve', approval })
  const token = async ({ action, expires }: Order) => {
    const { Approvals } = await import('../../../src/respond/remediate/approval.js')
    return new Approvals(approval).token(action.id, expires)
  }
  const answer = (world: Stand, token: string, approve = true) => {
    const [p] = world.playbooks
    const orders = p?.answer?.(world.state, { token, approve, by: 'ann' }, world.now)
    if (p && orders) world.take(p, orders)
    return orders !== undefined
  }

  test('nothing is done before a person approves, and a token is good for one answer', async () => {
    const world = asking()
    world.hear(open())
    world.pass(MINUTE)
    expect(world.story).toEqual(['asked'])
    const good = await token(world.last)
    expect(answer(world, good)).toBe(true)
    expect(world.story).toEqual(['asked', 'step 0'])
    expect(answer(world, good)).toBe(false)
    world.pass(HOUR)
    expect(answer(world, good)).toBe(false)
  })

  test('a question that was asked between two milliseconds can be answered', async () => {
    const world = asking()
    world.now += 0.25
    world.hear(open())
    world.pass(MINUTE)
    expect(answer(world, await token(world.last))).toBe(true)
    expect(world.story).toEqual(['asked', 'step 0'])
  })

  test('what is declined, or not answered in time, is not done; the latter is told to a person', async () => {
    const world = asking()
    world.hear(open())
    world.pass(MINUTE)
    expect(answer(world, await token(world.last), false)).toBe(true)
    expect(world.story).toEqual(['asked', 'declined'])
    const late = asking()
    late.hear(open())
    late.pass(MINUTE)
    const expired = await token(late.last)
    late.pass(HOUR)
    expect(answer(late, expired)).toBe(false)
    expect(late.story).toEqual(['asked', 'declined', 'escalated'])
  })

  test('approved too late, when the incident is over, it is not done either', async () => {
    const world = asking()
    world.hear(open())
    world.pass(MINUTE)
    const good = await token(world.last)
    world.hear(over())
    expect(answer(world, good)).toBe(true)
    expect(world.story).toEqual(['asked', 'declined'])
    expect(world.last.action.evidence).toContain('what called for it is over')
  })

  test.each([
    ['', 'nothing'],
    ['a.b', 'no token'],
    [`${'x'.repeat(300)}.1.y`, 'too long'],
  ])('%j is refused: %s', (text) => {
    const world = asking()
    world.hear(open())
    world.pass(MINUTE)
    expect(answer(world, text)).toBe(false)
    expect(world.story).toEqual(['asked'])
  })

  test('a token with another id, another end or another signature is refused', async () => {
    const world = asking()
    world.hear(open())
    world.pass(MINUTE)
    const good = await token(world.last)
    const [id = '', expires = '', signature = ''] = good.split('.')
    for (const forged of [
      `${id}x.${expires}.${signature}`,
      `${id}.${Number(expires) + 1}.${signature}`,
      `${id}.${expires}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`,
    ])
      expect(answer(world, forged)).toBe(false)
    expect(answer(world, good)).toBe(true)
  })
})

const nonsense: readonly (readonly [object, RegExp])[] = [
  [{ when: {} }, /remediate.when/],
  [{ steps: [] }, /remediate.steps/],
  [{ ladder: [[() => 1]], steps: [() => 1] }, /remediate.steps/],
  [{ ladder: [] }, /remediate.ladder/],
  [{ ladder: [[]] }, /remediate.ladder\[0\]/],
  [{ attempts: 0 }, /remediate.attempts/],
  [{ settle: '0s' }, /remediate.settle/],
  [{ name: '' }, /remediate.name/],
  [{ dryRun: true }, /remediate.dryRun/],
  [{ mode: 'dry' }, /remediate.mode/],
  [{ mode: 'approve' }, /remediate.approval.options/],
  [{ mode: 'approve', approval: {} }, /remediate.approval.ask/],
  [{ approval: { ask: () => 1 } }, /remediate.approval/],
  [{ mode: 'approve', approval: { ask: () => 1, secret: 'short' } }, /remediate.approval.secret/],
  [{ guards: [{ name: 'x' }] }, /remediate.guards\[0\].check/],
  [{ targets: 'all' }, /remediate.targets/],
  [{ steps: [{ name: 'restart', apply: () => 1, restarts: true }, () => 1] }, /the last step/],
]

test.each(nonsense)('nonsense %j is refused with the field', (options, message) => {
  expect(() => playbook(options as never)).toThrow(message)
})
