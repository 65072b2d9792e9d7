import { type Finding, type Incident, idOf, NONE, type Outcome } from '../../model/index.js'
import { Course } from './course.js'
import { bookOf, caseOf, forgetClosed, grow, isWaiting, patientOf, remember } from './engine.js'
import type { Case, EngineState, PlaybookState } from './engine-state.js'
import { type Refusal, type RemediationGuard, refusal } from './guards/guard.js'
import type { Journal } from './intent.js'
import { type Order, orderOf, recoverOrder, refusedOrder } from './order.js'
import { allRecovered, isRecovered } from './recovery.js'
import { resume } from './resume.js'
import { newRun } from './run.js'
import { type RunScene, type Scene, situationOf } from './scene.js'
import type { Traits } from './traits.js'

/** Which open findings call for a playbook now. */
export type Calls = (finding: Finding, incident: Incident, now: number) => boolean

/**
 * When to act, and whether it helped: a state machine over plain data, with time as a value. It begins a run at a tick only, when
 * all playbooks have heard of an incident.
 */
export class Playbook {
  readonly #course: Course

  constructor(
    private readonly traits: Traits,
    private readonly calls: Calls,
    private readonly guards: readonly RemediationGuard[],
  ) {
    this.#course = new Course(traits, guards)
  }

  /** What the last life has left is looked for before anything else. */
  recover(engine: EngineState, now: number): Order {
    this.#book(engine, now)
    return recoverOrder(this.traits.playbook, now)
  }

  /** Takes a new version of an incident in. */
  take(engine: EngineState, incident: Incident, now: number): readonly Order[] {
    const book = this.#book(engine, now)
    const patient = caseOf(book, incident)
    patient.incident = incident
    patient.treats = this.#treats(patient, now)
    if (book.run?.incident === incident.id) book.run.heard = true
    if (!book.run) forgetClosed(book)
    return isRecovered(engine, book.name) ? this.#proceed(engine, book, now) : NONE
  }

  /** What to do now, if anything. */
  advance(engine: EngineState, now: number): readonly Order[] {
    const book = this.#book(engine, now)
    for (const patient of book.cases) patient.treats = this.#treats(patient, now)
    if (book.run) return this.#proceed(engine, book, now)
    forgetClosed(book)
    return allRecovered(engine, book) ? this.#begin(engine, book, now) : NONE
  }

  /** Learns what became of an order. */
  learn(engine: EngineState, order: Order, outcome: Outcome, now: number): readonly Order[] {
    const book = this.#book(engine, now)
    if (order.kind === 'recover') return this.#recovered(engine, book, outcome, now)
    const scene = this.#scene(engine, book, now)
    if (!scene || scene.run.id !== order.action.id) return NONE
    const expected = { prepare: 'preparing', step: 'stepping', verify: 'verifying', ...AFTERWARDS }[
      order.kind as string
    ]
    if (scene.run.phase !== expected) return NONE
    if (scene.run.outcome !== '') return this.#course.after(scene)
    const refused = outcome.ok ? (outcome.value as { refused?: Refusal } | undefined)?.refused : undefined
    if (refused) return this.#refusedOnTheWay(scene, refused)
    if (order.kind === 'verify' && outcome.ok) return this.#course.verified(scene, outcome.value === true)
    if (outcome.ok) {
      scene.patient.refusedBy = ''
      return this.#course.next(scene)
    }
    if (order.kind === 'prepare') return this.#refusedOnTheWay(scene, { guard: 'intent', reason: outcome.error })
    const what = order.kind === 'verify' ? 'unknown' : 'failed'
    return this.#course.conclude(scene, what, outcome.error)
  }

  /** A person has answered; `undefined` when nobody had asked that. */
  answer(engine: EngineState, id: string, yes: boolean, by: string, now: number): readonly Order[] | undefined {
    const book = this.#book(engine, now)
    const scene = this.#scene(engine, book, now)
    if (scene?.run.phase !== 'asking' || scene.run.id !== id) return undefined
    if (!yes) return this.#course.decline(scene, `declined by ${by}`, false)
    const refused = refusal(this.guards, situationOf(this.traits, scene, scene.run.rung))
    if (refused) return this.#course.decline(scene, `approved by ${by}, but ${refused.reason}`, false)
    const approved = orderOf('approved', scene, scene.run, { outcome: 'asked', evidence: `by ${by}` })
    return [approved, ...this.#prepare(scene)]
  }

  #book(engine: EngineState, now: number): PlaybookState {
    grow(engine, now)
    const book = bookOf(engine, this.traits.playbook)
    book.seenAt = engine.age
    book.acts = this.traits.mode !== 'observe'
    return book
  }

  #scene(engine: EngineState, book: PlaybookState, now: number): RunScene | undefined {
    const patient = patientOf(book)
    return book.run && patient ? { engine, book, run: book.run, patient, now } : undefined
  }

  #treats({ incident }: Case, now: number): readonly string[] {
    if (incident.state === 'closed') return NONE
    return incident.findings
      .filter((each) => each.state === 'open' && this.calls(each, incident, now))
      .map(({ id }) => id)
  }

  #proceed(engine: EngineState, book: PlaybookState, now: number): readonly Order[] {
    const scene = this.#scene(engine, book, now)
    if (!scene) book.run = null
    return scene ? this.#course.proceed(scene) : NONE
  }

  #recovered(engine: EngineState, book: PlaybookState, outcome: Outcome, now: number): readonly Order[] {
    if (!outcome.ok) return NONE
    const orders = resume(this.traits, this.#course, engine, book, outcome.value as Journal | null, now)
    book.bornAt = engine.age
    engine.wellFor = 0
    return orders
  }

  /** The first case that nothing speaks against. */
  #begin(engine: EngineState, book: PlaybookState, now: number): readonly Order[] {
    const orders: Order[] = []
    for (const patient of book.cases) {
      if (!isWaiting(patient) || engine.age < patient.notBefore) continue
      const scene = { engine, book, patient, now }
      if (patient.attempts >= this.traits.attempts) return [...orders, this.#giveUp(scene)]
      const refused = refusal(this.guards, situationOf(this.traits, scene, patient.failures))
      if (!refused) return [...orders, ...this.#start(scene)]
      if (patient.refusedBy !== refused.guard) orders.push(refusedOrder(scene, refused))
      patient.refusedBy = refused.guard
    }
    return orders
  }

  #start(scene: Scene): readonly Order[] {
    const { book, patient, now } = scene
    const { mode, approval } = this.traits
    patient.attempts++
    const run = newRun(scene, this.traits)
    book.run = run
    patient.done ||= mode === 'observe'
    if (mode === 'act') return this.#prepare({ ...scene, run })
    const would = {
      outcome: mode === 'observe' ? 'would act' : 'asked',
      evidence: `on: ${patient.incident.title}`,
    } as const
    return [orderOf(mode === 'observe' ? 'tell' : 'ask', scene, run, would, { expires: Math.floor(now + approval) })]
  }

  #prepare(scene: RunScene): readonly Order[] {
    const { playbook, disruptive, resources, reverses } = this.traits
    const { engine, run } = scene
    remember(engine, { id: run.id, playbook, at: engine.age, disruptive, resources, reverses })
    return this.#course.prepare(scene)
  }

  /** Its attempts are spent, the last one helped, and the trouble is back: what must be done again and again is no repair. */
  #giveUp(scene: Scene): Order {
    const { patient, now } = scene
    const { attempts: attempt, incident } = patient
    patient.done = true
    const end = { id: idOf('a', this.traits.playbook, incident.id, 'back'), attempt, startedAt: now, rung: 0 }
    const said = { outcome: 'escalated', evidence: 'it helped, but the trouble came back' } as const
    return orderOf('tell', scene, end, said, { escalate: true })
  }

  /** By the off switch, the lease, or for want of room or of a place for the intent: before the step did anything. */
  #refusedOnTheWay(scene: RunScene, refused: Refusal): readonly Order[] {
    const { run, patient } = scene
    const told = patient.refusedBy === refused.guard ? NONE : [refusedOrder(scene, refused)]
    patient.refusedBy = refused.guard
    if (run.phase === 'preparing') return [...told, ...this.#course.withdraw(scene)]
    run.begun--
    return [...told, ...this.#course.stop(scene, refused.reason)]
  }
}

const AFTERWARDS = { conclude: 'concluding', undo: 'undoing', close: 'closing' }
