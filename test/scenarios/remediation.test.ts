import { afterEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/edge/index.js'
import type { Lease, RunIdentity, Store } from '../../src/model/index.js'
import { check } from '../../src/observe/index.js'
import { alert, type RemediateOptions, remediate } from '../../src/respond/index.js'
import { recorder, rig, virtualClock } from '../../src/testing/index.js'

/** A service whose check fails until it is mended, and its repair. */
function service(
  options: Partial<RemediateOptions> = {},
  more: { store?: Store; clock?: ReturnType<typeof rig>['clock'] } = {},
) {
  const state = { broken: false, done: [] as string[] }
  const pager = recorder()
  const step = (name: string) => ({
    name,
    apply: () => void state.done.push(name),
    undo: () => void state.done.push(`undo ${name}`),
  })
  const mend = {
    ...step('mend'),
    apply: () => {
      state.done.push('mend')
      state.broken = false
    },
  }
  const base = {
    name: 'repair',
    when: { check: 'db' },
    steps: [step('look'), mend],
    mode: 'act',
    settle: '1m',
    cooldown: '1m',
  } as const
  const world = rig({
    observe: [check('db', () => !state.broken, { every: '1s' })],
    respond: [remediate({ ...base, ...options }), alert({ to: pager })],
    ...more,
  })
  const outcomes = () =>
    world.monitor
      .actions()
      .map(({ outcome }) => outcome)
      .reverse()
  const trail = async () => (await world.monitor.audit()).map(({ event, what }) => (what ? `${event} ${what}` : event))
  return { ...world, state, pager, step, outcomes, trail }
}

afterEach(() => {
  delete process.env.PI_UPTIME_REMEDIATE
})

test('every run leaves its whole story in the audit trail, and a metric and an event of each line', async () => {
  const world = service()
  const lines: string[] = []
  world.monitor.on('audit', ({ event }) => lines.push(event))
  await world.advance('5m')
  world.state.broken = true
  await world.advance('5m')
  expect(world.outcomes()).toEqual(['started', 'helped'])
  expect(await world.trail()).toEqual([
    'started',
    'step look',
    'step done look',
    'step mend',
    'step done mend',
    'outcome helped',
  ])
  expect(lines).toEqual(['started', 'step', 'step done', 'step', 'step done', 'outcome'])
  expect(world.faults).toEqual([])
})

test('by default it only looks on, and says what became of it', async () => {
  const world = service({ mode: undefined as never })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('10m')
  expect(world.state.done).toEqual([])
  expect(world.outcomes()).toEqual(['would act', 'stayed'])
  expect(await world.trail()).toEqual(['shadow would act', 'shadow stayed'])
})

test('what did not help is taken back, the last step first', async () => {
  const { step } = service()
  const world = service({ steps: [step('1'), step('2')], attempts: 1 })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('10m')
  expect(world.outcomes()).toEqual(['started', 'no effect', 'escalated'])
  const undone = (await world.monitor.audit()).filter(({ event }) => event === 'undo').map(({ what }) => what)
  expect(undone).toEqual(['2', '1'])
})

test('a step whose precondition came too late is never done, and its late intent overwrites nothing', async () => {
  const store = memoryStore()
  const clock = virtualClock()
  const late = {
    name: 'late',
    precondition: () => clock.sleep(5 * 60_000).then(() => undefined),
    apply: () => world.state.done.push('late'),
  }
  const world: ReturnType<typeof service> = service({ steps: [late], timeout: '1m', attempts: 1 }, { store, clock })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('30m')
  expect(world.outcomes()).toEqual(['started', 'failed', 'escalated'])
  expect(world.state.done).toEqual([])
  expect(JSON.parse(new TextDecoder().decode(await store.get('remediate.repair'))).run).toBeNull()
})

describe('the off switch', () => {
  test('is a call: nothing is done while it is off, also by the next process', async () => {
    const store = memoryStore()
    const first = service({}, { store })
    await first.advance('5m')
    expect(await first.monitor.halt('migrating the database')).toBe(true)
    await first.stop()
    const world = service({}, { store, clock: first.clock })
    await world.advance('5m')
    world.state.broken = true
    await world.advance('10m')
    expect(world.state.done).toEqual([])
    expect(await world.trail()).toEqual(['switch off', 'refused off switch'])
    expect((await world.monitor.audit())[1]?.text).toBe('repairs are switched off: migrating the database')
    expect(await world.monitor.resume()).toBe(true)
    await world.advance('5m')
    expect(world.outcomes()).toEqual(['started', 'helped'])
  })

  test('is a variable', async () => {
    process.env.PI_UPTIME_REMEDIATE = 'off'
    const world = service()
    await world.advance('5m')
    world.state.broken = true
    await world.advance('10m')
    expect(world.state.done).toEqual([])
    expect(await world.trail()).toEqual(['refused off switch'])
  })

  test('is obeyed between any two steps: the rest is not done, nothing is taken back, a person is told', async () => {
    for (let at = 0; at < 4; at++) {
      const world = service()
      const names = ['1', '2', '3', '4']
      const steps = names.map((name, i) => ({
        ...world.step(name),
        apply: async () => {
          story.state.done.push(name)
          if (i === at) await story.monitor.halt('stop')
        },
      }))
      const story = service({ steps })
      await story.advance('5m')
      story.state.broken = true
      await story.advance('10m')
      expect(story.state.done).toEqual(names.slice(0, at + 1))
      if (at < 3) expect(story.outcomes()).toEqual(['started', 'stopped', 'escalated'])
    }
  })

  test('a store that cannot be asked is as good as off', async () => {
    const memory = memoryStore()
    let broken = false
    const failing = (work: () => Promise<never>) => (broken ? Promise.reject(new Error('EIO')) : work())
    const store: Store = {
      get: (key) => failing(() => memory.get(key) as Promise<never>) as never,
      set: (key, bytes) => failing(() => memory.set(key, bytes) as Promise<never>),
      delete: (key) => memory.delete(key),
      keys: (prefix) => memory.keys(prefix),
    }
    const world = service({}, { store })
    await world.advance('5m')
    broken = true
    world.state.broken = true
    await world.advance('10m')
    expect(world.state.done).toEqual([])
    expect(world.outcomes()).toEqual([])
  })
})

test('a person approves by a call, with the token that they were sent', async () => {
  const tokens: string[] = []
  const approval = { ask: ({ token }: { token: string }) => void tokens.push(token) }
  const world = service({ mode: 'approve', approval })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('2m')
  expect(world.state.done).toEqual([])
  expect(tokens).toHaveLength(1)
  expect(world.monitor.approve('forged', 'mallory')).toBe(false)
  expect(world.monitor.approve(tokens[0] ?? '', 'ann')).toBe(true)
  expect(world.monitor.approve(tokens[0] ?? '', 'ann')).toBe(false)
  await world.advance('2m')
  expect(world.outcomes()).toEqual(['asked', 'started', 'helped'])
  expect(JSON.stringify(await world.monitor.audit())).not.toContain(tokens[0])
  expect((await world.monitor.audit()).find(({ event }) => event === 'approved')).toMatchObject({ text: 'by ann' })
})

test('secrets of steps show neither in the audit trail nor in events, faults, alerts or the memory', async () => {
  process.env.CANARY_TOKEN = 'canary-0123456789'
  try {
    const seen: string[] = []
    const store = memoryStore()
    const leak = {
      name: 'leak',
      apply: () => {
        if (seen.length < 1e9)
          throw new Error('login with canary-0123456789 at https://ann:hunter22@db/ failed, password=hunter33')
      },
    }
    const world = service(
      { steps: [{ name: 'say', apply: () => 'token=hunter44 and canary-0123456789' }, leak], attempts: 1 },
      { store },
    )
    for (const event of ['finding', 'incident', 'alert', 'action', 'audit', 'health', 'fault'] as const)
      world.monitor.on(event, (value) =>
        seen.push(JSON.stringify(value, (_, each) => (each instanceof Error ? `${each.stack} ${each.cause}` : each))),
      )
    await world.advance('5m')
    world.state.broken = true
    await world.advance('10m')
    await world.stop()
    expect(world.outcomes()).toEqual(['started', 'failed', 'escalated'])
    const kept = await Promise.all(
      (await store.keys('')).map(async (key) => Buffer.from((await store.get(key)) ?? []).toString('latin1')),
    )
    const all = [...seen, ...kept, JSON.stringify(world.pager.alerts)].join('\n')
    expect(all).toContain('login with ***')
    for (const secret of ['canary-0123456789', 'hunter22', 'hunter33', 'hunter44']) expect(all).not.toContain(secret)
  } finally {
    delete process.env.CANARY_TOKEN
  }
})

test('playbooks of one monitor share their memory over a restart; what was spent stays spent', async () => {
  const store = memoryStore()
  const first = service({}, { store })
  await first.advance('5m')
  first.state.broken = true
  await first.advance('5m')
  await first.stop()
  expect(await store.keys('remediate.')).toEqual(['remediate.repair'])
  const journal = JSON.parse(new TextDecoder().decode(await store.get('remediate.repair')))
  expect(journal).toMatchObject({
    run: null,
    score: { helped: 1 },
    deeds: [{ playbook: 'repair' }],
    owner: { pid: process.pid },
  })
})

test('a lease is taken before the intent and released at the end; without a slot nothing is done, and one that is lost stops the run', async () => {
  const slot = { free: false, valid: true, held: 0 }
  const lease: Lease = {
    name: 'fleet',
    async acquire() {
      if (!slot.free) return undefined
      slot.held++
      return { valid: () => slot.valid, release: async () => void slot.held-- }
    },
  }
  const world = service({ lease })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('5m')
  expect(await world.trail()).toEqual(['refused lease'])
  slot.free = true
  await world.advance('5m')
  expect(world.outcomes()).toEqual(['started', 'helped'])
  expect(slot.held).toBe(0)
  Object.assign(slot, { valid: false })
  world.state.broken = true
  await world.advance('5m')
  expect(world.outcomes().slice(2)).toContain('stopped')
  expect(world.state.done).toEqual(['look', 'mend'])
  expect(slot.held).toBe(0)
})

test('a step knows its run: an idempotency key, and the fencing token of the lease, which are on disk before it', async () => {
  const store = memoryStore()
  const seen: unknown[] = []
  const lease: Lease = { name: 'fleet', acquire: async () => ({ token: 33, release: async () => undefined }) }
  const look = {
    name: 'look',
    async apply(_: unknown, { run }: { readonly run?: RunIdentity }) {
      const journal = JSON.parse(new TextDecoder().decode(await store.get('remediate.repair')))
      seen.push({ ...run }, { id: journal.run.id, attempt: journal.run.attempt, token: journal.token })
    },
    undo: (_: unknown, { run }: { readonly run?: RunIdentity }) => void seen.push({ ...run }),
  }
  const world = service({ steps: [look], lease, attempts: 1 }, { store })
  await world.advance('5m')
  world.state.broken = true
  await world.advance('10m')
  const id = (await world.monitor.audit()).find(({ event }) => event === 'started')?.run
  expect(seen).toEqual(Array(3).fill({ id, attempt: 1, token: 33 }))
})

describe('a run whose playbook is gone comes to its one outcome, and a person is told', () => {
  const hanging = { name: 'hang', apply: () => new Promise<void>(() => undefined) }

  /** A life that ends, without a word, in the midst of the second step. */
  async function cutShort(store: Store): Promise<void> {
    const first = service({ steps: [service().step('look'), hanging], timeout: '1h' }, { store })
    await first.advance('5m')
    first.state.broken = true
    await first.advance('30s')
    expect(await first.trail()).toEqual(['started', 'step look', 'step done look', 'step hang'])
  }

  test.each([
    ['renamed', { name: 'mend' }],
    ['put elsewhere, with none left', undefined],
  ])('%s over a restart', async (_, left) => {
    const store = memoryStore()
    await cutShort(store)
    const pager = recorder()
    const others = left ? [remediate({ when: { check: 'x' }, steps: [() => undefined], ...left })] : []
    const next = rig({ respond: [...others, alert({ to: pager })], store })
    await next.advance('3m')
    expect(next.monitor.actions().map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'repair escalated',
      'repair unknown',
    ])
    expect(pager.alerts.map(({ incident }) => incident.severity)).toContain('critical')
    const outcomes = (await next.monitor.audit()).filter(({ event }) => event === 'outcome')
    expect(outcomes.map(({ text }) => text)).toEqual([
      'its playbook is not there any more, so what it began is neither verified nor taken back',
    ])
    await next.advance('1h')
    expect(next.monitor.actions()).toHaveLength(2)
    expect(JSON.parse(new TextDecoder().decode(await store.get('remediate.repair'))).run).toBeNull()
    expect(next.faults).toEqual([])
  })

  test('taken out at run time: no step follows any more', async () => {
    const world = service({ mode: 'observe' })
    const slow = { name: 'slow', apply: () => world.clock.sleep(30_000) }
    const second = world.step('second')
    const takeOut = world.monitor.use(
      remediate({ name: 'other', when: { check: 'db' }, steps: [slow, second], mode: 'act', settle: '1m' }),
    )
    await world.advance('5m')
    world.state.broken = true
    await world.advance('20s')
    takeOut()
    await world.advance('5m')
    expect(world.state.done).toEqual([])
    const its = world.monitor.actions().filter(({ name }) => name === 'other')
    expect(its.map(({ outcome }) => outcome)).toEqual(['escalated', 'unknown', 'started'])
  })

  test('a playbook that comes back within a minute of the start takes its run up itself', async () => {
    const store = memoryStore()
    await cutShort(store)
    const next = rig({ store })
    await next.advance('50s')
    next.monitor.use(remediate({ name: 'repair', when: { check: 'db' }, steps: [hanging], mode: 'act', attempts: 1 }))
    await next.advance('5m')
    const texts = (await next.monitor.audit()).filter(({ event }) => event === 'outcome').map(({ text }) => text)
    expect(texts).toEqual(['the process ended in the midst of it'])
  })

  test('what cannot be read is a fault, and keeps nobody else from their outcome', async () => {
    const store = memoryStore()
    await cutShort(store)
    await store.set('remediate.a', new TextEncoder().encode('{'))
    const next = rig({ store })
    await next.advance('5m')
    expect(next.monitor.actions().map(({ outcome }) => outcome)).toEqual(['escalated', 'unknown'])
    expect(next.faults.map(({ part }) => part)).toEqual(['remediate'])
  })
})
