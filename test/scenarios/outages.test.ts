// Each of these has happened to somebody. The guardrails stop it.
import { describe, expect, test } from 'vitest'
import { guardrails, type Lease, type RemediateOptions, remediate } from '../../src/index.js'
import { DAY, HOUR, incident, MINUTE, playbook, SECOND, Stand } from '../respond/remediate/stand.js'

const trouble = (id: string, signal = 'db.pool') => incident(id, { f: { signal } })
const over = (id: string) => incident(id, { f: { state: 'closed' } }, true)
const steps = (world: Stand) => world.orders.filter(({ kind }) => kind === 'step').length

test('an empty target set meant "all", and every disk was erased: an empty target refuses', () => {
  for (const targets of [
    () => [],
    () => undefined as never,
    () => 'all' as never,
    () => {
      throw new Error('no inventory')
    },
  ]) {
    const world = new Stand([playbook({ name: 'erase', targets })])
    world.hear(trouble('i'))
    world.pass(DAY, MINUTE)
    expect(world.story).toEqual(['refused by target'])
  }
  const world = new Stand([playbook({ name: 'erase', targets: () => ['disk 7'] })])
  world.hear(trouble('i'))
  world.pass(MINUTE)
  expect(steps(world)).toBe(1)
})

test('one bad plan reached the whole fleet: no more than a share of it is worked on at once, and always one may', () => {
  const some = (count: number, of: unknown) => () =>
    ({ targets: Array.from({ length: count }, (_, i) => i), of }) as never
  const outcome = (targets: () => never, share?: number): readonly string[] => {
    const world = new Stand([
      playbook({ name: 'drain', targets, guards: guardrails({ minUptime: 0, ...(share !== undefined && { share }) }) }),
    ])
    world.hear(trouble('i'))
    world.pass(MINUTE)
    return steps(world) === 1 ? ['done'] : world.story
  }
  expect(outcome(some(10, 40))).toEqual(['done'])
  expect(outcome(some(11, 40))).toEqual(['refused by target'])
  expect(outcome(some(11, 40), 0.5)).toEqual(['done'])
  expect(outcome(some(1, 2))).toEqual(['done'])
  expect(outcome(some(2, 2))).toEqual(['refused by target'])
  expect(outcome(some(0, 40))).toEqual(['refused by target'])
  for (const nonsense of [0, 3, -1, 1.5, Number.NaN, '40', null])
    expect(outcome(some(4, nonsense))).toEqual(['refused by target'])
})

describe('a delayed enactor applied a stale plan', () => {
  test('the findings are looked at again just before each step', () => {
    const world = new Stand([playbook({ steps: [() => 1, () => 2] })])
    const usual = world.fate
    world.fate = (order) => (order.kind === 'prepare' ? undefined : usual(order))
    world.hear(trouble('i'))
    world.pass(20 * SECOND)
    const plan = world.last
    world.hear(over('i'))
    const [book] = world.playbooks
    if (book) world.take(book, book.settled?.(world.state, plan, { ok: true, value: undefined }, world.now) ?? [])
    world.pass(HOUR)
    expect(world.story).toEqual(['stopped'])
  })

  test('what was ordered too long ago is not taken up any more', () => {
    const world = new Stand([playbook()])
    const usual = world.fate
    world.fate = (order) => (order.kind === 'prepare' ? undefined : usual(order))
    world.hear(trouble('i'))
    world.pass(20 * SECOND)
    const plan = world.last
    world.pass(5 * MINUTE)
    const [book] = world.playbooks
    expect(book?.settled?.(world.state, plan, { ok: true, value: undefined }, world.now)).toEqual([])
    expect(steps(world)).toBe(0)
  })
})

test('an autoscaler re-enabled itself on half-migrated data: what is switched off stays off, and is not asked again and again', () => {
  const world = new Stand([playbook()])
  const usual = world.fate
  const refused = { guard: 'off switch', reason: 'migrating' }
  world.fate = (order) => (order.kind === 'prepare' ? { ok: true, value: { refused } } : usual(order))
  world.hear(trouble('i'))
  world.pass(HOUR)
  expect(steps(world)).toBe(0)
  expect(new Set(world.story)).toEqual(new Set(['refused by off switch']))
  expect(world.story.filter((each) => each === 'refused by off switch')).toHaveLength(1)
})

test('two failovers played ping-pong: the reverse is not done within the cooldown', () => {
  const there: Partial<RemediateOptions> = { name: 'to b', when: { signal: 'a.*' }, reverses: 'to a' }
  const back: Partial<RemediateOptions> = { name: 'to a', when: { signal: 'b.*' } }
  const world = new Stand([playbook(there), playbook(back)])
  world.hear(trouble('i', 'a.errors'))
  world.pass(20 * SECOND)
  world.hear(over('i'))
  world.hear(trouble('j', 'b.errors'))
  world.pass(9 * MINUTE)
  expect(world.story).toEqual(['step 0', 'helped', 'refused by reverse'])
  world.pass(5 * MINUTE)
  expect(steps(world)).toBe(2)
})

test.each(['hw.temperature', 'process.cpu.utilization', 'nodejs.eventloop.utilization'])(
  'a throttled board’s probes timed out, and it was restarted again and again: %s never leads to a restart',
  (signal) => {
    const restart = { name: 'restart', apply: () => undefined, restarts: true }
    const world = new Stand([
      playbook({ name: 'restart', when: { signal: 'probe' }, steps: [restart] }),
      playbook({ name: 'shed', when: { signal }, steps: [() => undefined], cooldown: '1h' }),
    ])
    world.hear(incident('i', { probe: { signal: 'probe' }, hot: { signal } }))
    world.pass(5 * MINUTE)
    expect(world.story.slice(0, 2)).toEqual(['refused by overload', 'step 0'])
    expect(world.orders.filter(({ kind, action }) => kind === 'step' && action.name === 'restart')).toEqual([])
  },
)

test('a service was restarted 40,000 times in a night: a crash loop spends the budget, and only health gives it back', () => {
  const restart = { name: 'restart', apply: () => undefined, restarts: true }
  const world = new Stand([playbook({ steps: [restart], cooldown: 0 })])
  for (let second = 0, life = 0; second < 12 * 3600; second += 60, life++) {
    world.hear(trouble(`i${life}`))
    world.pass(MINUTE)
    world.hear(over(`i${life}`))
  }
  const night = steps(world)
  expect(night).toBe(6)
  world.pass(29 * MINUTE)
  world.hear(trouble('too soon'))
  world.pass(MINUTE)
  world.hear(over('too soon'))
  expect(steps(world)).toBe(night)
  world.pass(HOUR)
  world.hear(trouble('in the morning'))
  world.pass(MINUTE)
  expect(steps(world)).toBe(night + 1)
})

test('however healthy it is in between, no more than the budget of a day is spent in a day', () => {
  const world = new Stand([playbook({ cooldown: 0 })])
  for (let round = 0; round < 40; round++) {
    world.hear(trouble(`i${round}`))
    world.pass(MINUTE)
    world.hear(over(`i${round}`))
    world.pass(35 * MINUTE)
  }
  expect(world.now).toBeLessThan(26 * HOUR)
  expect(steps(world)).toBe(24)
})

test('an error budget that burns loosens what may be done in an hour, and one that cannot tell allows nothing', () => {
  let most: unknown = 2
  const guards = guardrails({ perHour: () => most as number })
  const world = new Stand([playbook({ cooldown: 0, guards })])
  const rounds = (from: number): number => {
    const before = steps(world)
    for (let round = from; round < from + 5; round++) {
      world.hear(trouble(`i${round}`))
      world.pass(MINUTE)
      world.hear(over(`i${round}`))
      world.pass(MINUTE)
    }
    return steps(world) - before
  }
  expect(rounds(0)).toBe(2)
  most = 5
  expect(rounds(10)).toBe(3)
  for (const nonsense of [undefined, Number.NaN, '', {}]) {
    world.pass(DAY, MINUTE)
    most = nonsense
    expect(rounds(world.now)).toBe(0)
  }
  expect(() => guardrails({ perHour: 0 })).toThrow(/guardrails.perHour/)
})

test('a fixer wrote a heap snapshot of 416 MB every five minutes: cooldown, attempts and budget end that', () => {
  const snapshot = { name: 'heap snapshot', apply: () => undefined, needs: { disk: 416e6 } }
  const world = new Stand([playbook({ steps: [snapshot] })])
  world.hear(trouble('i'))
  world.pass(DAY, MINUTE)
  expect(steps(world)).toBe(2)
  expect(world.story.at(-2)).toBe('escalated')
})

describe('several playbooks', () => {
  test('never two disruptive ones at once; one that disturbs nothing may join', () => {
    const world = new Stand([
      playbook({ name: 'a' }),
      playbook({ name: 'b' }),
      playbook({ name: 'gentle', disruptive: false }),
    ])
    world.hear(trouble('i'))
    world.pass(MINUTE)
    const names = world.orders.filter(({ kind }) => kind === 'step').map(({ action }) => action.name)
    expect(names).toEqual(['a', 'gentle'])
    expect(world.story).toContain('refused by one at a time')
  })

  test('two that work on the same thing exclude each other, also when they disturb nothing', () => {
    const gentle = { disruptive: false, resource: ['pool', 'cache'] }
    const world = new Stand([
      playbook({ name: 'a', ...gentle }),
      playbook({ name: 'b', ...gentle, resource: 'cache' }),
      playbook({ name: 'c', ...gentle, resource: 'disk' }),
    ])
    world.hear(trouble('i'))
    world.pass(MINUTE)
    const names = world.orders.filter(({ kind }) => kind === 'step').map(({ action }) => action.name)
    expect(names).toEqual(['a', 'c'])
  })

  test('where several fit, the one that has helped more often goes first', () => {
    const world = new Stand([playbook({ name: 'a' }), playbook({ name: 'b' })])
    const [a, b] = world.state.books
    Object.assign(a?.score ?? {}, { helped: 1, idle: 2 })
    Object.assign(b?.score ?? {}, { helped: 3 })
    world.hear(trouble('i'))
    world.pass(MINUTE)
    expect(world.story.slice(0, 2)).toEqual(['refused by better first', 'step 0'])
    expect(world.orders.find(({ kind }) => kind === 'step')?.action.name).toBe('b')
  })

  test('one that is taken out in the midst of a run is in nobody’s way for long', () => {
    const [a, b] = [playbook({ name: 'a' }), playbook({ name: 'b' })]
    const world = new Stand([a, b])
    world.fate = (order) => (order.action.name === 'a' ? undefined : { ok: true, value: undefined })
    world.hear(trouble('i'))
    world.pass(10 * SECOND)
    const alone = new Stand([b])
    alone.state = world.state
    alone.now = world.now
    alone.pass(5 * MINUTE)
    expect(steps(alone)).toBeGreaterThan(0)
  })
})

test('a playbook that has stopped helping is benched for a day, then for two', () => {
  const world = new Stand([playbook({ attempts: 1 })])
  const benchedFor = () => {
    const { age, books } = world.state
    return Math.round(((books[0]?.score.benchedUntil ?? 0) - age) / HOUR)
  }
  for (let round = 0; round < 3; round++) {
    world.hear(trouble(`i${round}`))
    world.pass(5 * MINUTE)
    world.hear(over(`i${round}`))
    world.pass(HOUR)
  }
  expect(steps(world)).toBe(3)
  expect(benchedFor()).toBe(23)
  world.hear(trouble('while benched'))
  world.pass(HOUR)
  expect(world.story.at(-1)).toBe('refused by bench')
  world.hear(over('while benched'))
  world.pass(DAY, MINUTE)
  world.hear(trouble('on probation'))
  world.pass(5 * MINUTE)
  expect(steps(world)).toBe(4)
  expect(benchedFor()).toBe(48)
})

test('a frozen error budget freezes all repairs, and a guard that cannot tell refuses', () => {
  for (const freeze of [
    () => true,
    () => 'the error budget is spent',
    () => {
      throw new Error('no data')
    },
  ]) {
    const world = new Stand([playbook({ guards: [freeze] })])
    world.hear(trouble('i'))
    world.pass(HOUR)
    expect(world.story).toEqual(['refused by guard 1'])
  }
  let frozen = false
  const world = new Stand([playbook({ guards: [() => frozen], steps: [() => 1, () => 2] })])
  const usual = world.fate
  world.fate = (order) => {
    frozen ||= order.kind === 'step'
    return usual(order)
  }
  world.hear(trouble('i'))
  world.pass(HOUR)
  expect(world.story.slice(0, 2)).toEqual(['step 0', 'stopped'])
})

test('a clock that jumps by ten years shortens no cooldown, no settling time and no budget', () => {
  const world = new Stand([playbook()])
  world.hear(trouble('i'))
  world.pass(30 * SECOND)
  world.now += 3_650 * DAY
  world.tick()
  expect(world.story).toEqual(['step 0'])
  world.pass(3 * MINUTE)
  expect(world.story.slice(0, 3)).toEqual(['step 0', 'no effect', 'undo'])
  world.now += 3_650 * DAY
  world.pass(MINUTE)
  expect(steps(world)).toBe(1)
})

test('a process that has just started is left alone', () => {
  const world = new Stand([playbook()])
  world.restart()
  world.hear(trouble('i'))
  world.pass(50 * SECOND)
  expect(world.story).toEqual(['refused by uptime'])
  world.pass(MINUTE)
  expect(steps(world)).toBe(1)
})

test('a lease that is an interface only can be any object', () => {
  const lease: Lease = { name: 'fleet', acquire: async () => undefined }
  expect(remediate({ name: 'x', when: { signal: 'x' }, steps: [() => 1], lease }).name).toBe('remediate x@2')
})
