import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Incident, Outcome, Responder } from '../../../src/model/index.js'
import { type EngineState, guardrails, type Journal, type Order } from '../../../src/respond/index.js'
import { HOUR, incident, MINUTE, playbook, SECOND } from './stand.js'

/** `PI_UPTIME_SEEDS=10000` runs them all. */
const numRuns = Number(process.env.PI_UPTIME_SEEDS ?? 400)

const COOLDOWN = 10 * MINUTE
const PER_HOUR = 3
const LADDER = { ladder: [[() => 1], [() => 1, () => 2]], attempts: 3 }

interface Pending {
  readonly from: Book
  readonly order: Order
  /** The process that gave it. */
  readonly life: number
  written: boolean
}

type Book = Responder<Order, EngineState>

/** A service with three playbooks, a disk, and a process that may die at any moment. */
class World {
  now = 0
  life = 0
  off = false
  state: EngineState
  snapshot = ''
  readonly books: Book[]
  readonly disk = new Map<string, Journal>()
  readonly incidents = new Map<string, Incident>()
  readonly pending: Pending[] = []
  // what was seen to happen
  readonly steps = new Set<string>()
  readonly begun = new Set<string>()
  readonly told = new Map<string, string>()
  readonly active = new Map<string, string>()
  readonly endedAt = new Map<string, number>()
  readonly failures = new Map<string, number>()
  readonly starts: number[] = []
  readonly harmed = new Set<string>()
  /** Runs whose work was ordered to be taken back; that may come before a late write says what it was for. */
  readonly undone = new Set<string>()
  /** For the count of what the histories hold. */
  readonly seen: string[] = []

  constructor() {
    this.books = this.#build()
    this.state = (this.books[0] as Book).start()
    this.pass(HOUR, MINUTE)
    this.settleAll()
    this.pass(HOUR, MINUTE)
    this.snapshot = JSON.stringify(this.state)
  }

  #build(): Book[] {
    const guards = guardrails({ perHour: PER_HOUR, perDay: 10 })
    const base = { settle: '2m', cooldown: COOLDOWN, timeout: '10m', guards } as const
    return [
      playbook({ ...base, ...LADDER, name: 'a' }),
      playbook({ ...base, name: 'b', steps: [() => 1, () => 2], reverses: 'c' }),
      playbook({ ...base, name: 'c', when: { signal: 'db.*', age: '1m' } }),
    ]
  }

  pass(ms: number, tick = 10 * SECOND): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + tick)
      for (const book of this.books) this.give(book, book.tick(this.state, this.now))
    }
  }

  hear(told: Incident): void {
    this.incidents.set(told.id, told)
    for (const book of this.books) this.give(book, book.push(this.state, told, this.now))
  }

  give(from: Book, orders: readonly Order[]): void {
    for (const given of orders) {
      const order: Order = JSON.parse(JSON.stringify(given))
      this.#observe(order)
      this.pending.push({ from, order, life: this.life, written: false })
    }
  }

  /** What an order does first: it is on disk before anything else happens. */
  write(index: number): Pending | undefined {
    const at = this.pending.findIndex((each, i) => !each.written && i >= index % (this.pending.length || 1))
    const found = this.pending[at]
    if (!found) return undefined
    const before = this.pending.slice(0, at).filter(({ from, written }) => from === found.from && !written)
    for (const each of [...before, found]) this.#write(each)
    return found
  }

  resolve(index: number, ok: boolean): void {
    const at = index % (this.pending.length || 1)
    const [found] = this.pending.splice(at, 1)
    if (!found) return
    if (!found.written) {
      for (const each of this.pending.slice(0, at)) if (each.from === found.from && !each.written) this.#write(each)
      this.#write(found)
    }
    const { from, order } = found
    const outcome = this.#outcome(order, ok)
    const began = outcome.ok && outcome.value === undefined
    if (order.kind === 'prepare' && !began && this.active.get(order.action.name) === order.action.id)
      this.active.delete(order.action.name)
    this.give(from, from.settled?.(this.state, order, outcome, this.now) ?? [])
  }

  settleAll(): void {
    for (let i = 0; this.pending.length > 0 && i < 1_000; i++) this.resolve(0, true)
  }

  /** The process dies, and another begins with the snapshot that there is; what was not written is lost. */
  crash(): void {
    this.life++
    for (const [name, run] of this.active) if (this.disk.get(name)?.run?.id !== run) this.active.delete(name)
    this.pending.length = 0
    this.books.splice(0, this.books.length, ...this.#build())
    this.state = JSON.parse(this.snapshot)
    for (const told of this.incidents.values()) if (told.state === 'open') this.hear(told)
    this.pass(10 * SECOND)
  }

  #outcome({ kind, action }: Order, ok: boolean): Outcome {
    if (kind === 'recover') {
      const value = this.disk.get(action.name) ?? null
      if (value?.run) this.seen.push('resumed')
      return { ok: true, value }
    }
    if (this.off && (kind === 'prepare' || kind === 'step'))
      return { ok: true, value: { refused: { guard: 'off switch', reason: 'off' } } }
    return ok ? { ok: true, value: undefined } : { ok: false, error: 'it threw' }
  }

  #write(pending: Pending): void {
    pending.written = true
    const { order } = pending
    const { kind, action, journal } = order
    if (this.off && (kind === 'prepare' || kind === 'step')) return
    if (journal) this.disk.set(action.name, journal)
    if (kind === 'step') this.#step(order)
    if (kind === 'conclude' && !this.told.has(action.id)) this.told.set(action.id, action.outcome)
    if (kind === 'conclude' && action.outcome === 'harmed') this.harmed.add(action.id)
  }

  #step({ action, step }: Order): void {
    const name = `${action.id} ${step}`
    expect(this.steps.has(name), 'a step is never done twice').toBe(false)
    this.steps.add(name)
    this.begun.add(action.id)
    if (step > 0) return
    this.starts.push(this.now)
    const hour = this.starts.filter((at) => at > this.now - HOUR)
    expect(hour.length, 'the budget of an hour holds').toBeLessThanOrEqual(PER_HOUR)
  }

  #observe(order: Order): void {
    const { kind, action, rung } = order
    const { name, id } = action
    if (kind === 'prepare') {
      expect([...this.active.keys()], 'never two at once').toEqual([])
      expect(this.now - (this.endedAt.get(name) ?? -HOUR), 'cooldowns hold').toBeGreaterThanOrEqual(COOLDOWN)
      const failed = this.failures.get(`${name} ${action.incident}`) ?? 0
      expect(rung, 'a rung only after its predecessor failed').toBeLessThanOrEqual(failed)
      this.active.set(name, id)
      if (rung > 0) this.seen.push('rung 1')
    }
    if (kind === 'step' && order.step === 0) {
      const [told] = this.incidents.get(action.incident)?.findings ?? []
      expect(told?.state, 'nothing is done about findings that are over').toBe('open')
    }
    if (kind === 'refuse' && order.guard === 'budget') this.seen.push('spent')
    if (kind === 'undo') this.undone.add(id)
    if (kind === 'conclude' && action.outcome !== 'helped' && action.outcome !== 'stopped')
      this.failures.set(`${name} ${action.incident}`, (this.failures.get(`${name} ${action.incident}`) ?? 0) + 1)
    if (kind === 'close') {
      expect(this.harmed.has(id) && !this.undone.has(id), 'harm is taken back').toBe(false)
      this.active.delete(name)
      if (this.begun.has(id)) this.endedAt.set(name, this.now)
    }
  }
}

const place = fc.constantFrom('x', 'y')
const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 9 * MINUTE }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'worse' as const, 'well' as const), place }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('over' as const), place }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('episode' as const),
      place,
      end: fc.constantFrom('well' as const, 'worse' as const, 'stay' as const, 'fail' as const, 'crash' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('done' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resolve' as const), at: fc.nat(3), ok: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('write' as const), at: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'snapshot' as const, 'off' as const, 'on' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: HOUR, max: 9_000 * HOUR }) }),
  },
)

/** A whole episode: trouble comes, something is done about it, and it ends this way. */
function episode(world: World, id: string, end: 'well' | 'worse' | 'stay' | 'fail' | 'crash'): void {
  world.hear(incident(id, { f: {} }))
  world.pass(2 * MINUTE, 30 * SECOND)
  if (end === 'crash') {
    world.resolve(0, true)
    world.write(0)
    world.crash()
    return
  }
  for (let i = 0; world.pending.length > 0 && i < 50; i++)
    world.resolve(0, end !== 'fail' || world.pending[0]?.order.kind !== 'step')
  if (end === 'well') world.hear(incident(id, { f: { state: 'closed' } }))
  if (end === 'worse') world.hear(incident(id, { f: { value: 90 } }))
  world.pass(3 * MINUTE)
  world.settleAll()
}

const seen = new Map<string, number>()

test('over any history of incidents, failures, crashes and clock jumps the promises hold', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (events) => {
      const world = new World()
      const round = new Map<string, number>()
      for (const each of events) {
        if (each.do === 'pass') world.pass(each.ms)
        else if (each.do === 'jump') world.now += each.ms
        else if (each.do === 'done') world.settleAll()
        else if (each.do === 'resolve') world.resolve(each.at, each.ok)
        else if (each.do === 'write') world.write(each.at)
        else if (each.do === 'crash') world.crash()
        else if (each.do === 'snapshot') world.snapshot = JSON.stringify(world.state)
        else if (each.do === 'off' || each.do === 'on') world.off = each.do === 'off'
        else if ('place' in each) {
          const id = `${each.place}${round.get(each.place) ?? 0}`
          const told = { open: {}, worse: { value: 90 }, well: { state: 'closed' }, over: { state: 'closed' } } as const
          if (each.do === 'episode') episode(world, id, each.end)
          else world.hear(incident(id, { f: told[each.do] }, each.do === 'over'))
          if (each.do === 'over') round.set(each.place, (round.get(each.place) ?? 0) + 1)
        }
      }
      for (const { id } of [...world.incidents.values()]) world.hear(incident(id, { f: { state: 'closed' } }, true))
      for (let i = 0; i < 30; i++) {
        world.settleAll()
        world.pass(MINUTE)
      }
      for (const run of world.begun) expect(world.told.has(run), 'every run that began ends in an outcome').toBe(true)
      expect(world.state.books.filter(({ run }) => run !== null)).toEqual([])
      for (const outcome of [...world.told.values(), ...world.seen]) seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
    }),
    { numRuns },
  )
  const all = ['helped', 'no effect', 'harmed', 'unknown', 'failed', 'stopped', 'rung 1', 'resumed', 'spent']
  expect(
    all.filter((each) => (seen.get(each) ?? 0) < numRuns / 400),
    'the histories are rich',
  ).toEqual([])
})
