import { type ActionOutcome, describe, NONE } from '../../model/index.js'
import { forget, forgetClosed } from './engine.js'
import type { Phase } from './engine-state.js'
import { type RemediationGuard, refusal } from './guards/guard.js'
import { journalOf } from './intent.js'
import { effectOf } from './judge.js'
import { courseOrder, type Order, orderOf } from './order.js'
import { type RunScene, rungOf, situationOf } from './scene.js'
import { learnOutcome } from './score.js'
import type { Traits } from './traits.js'

/** An order's outcome is waited for so much longer than its deadline; later it was lost. */
const MARGIN = 15_000
/** What was refused on the way is not asked again before so long. */
const REFUSED = 60_000

/**
 * The course of one run: a state machine over plain data, with time as a value.
 *
 *     preparing → stepping … → settling → [verifying] → concluding → [undoing] → closing
 *     shadowing → told                    asking → preparing, or told
 */
export class Course {
  readonly #between: readonly RemediationGuard[]

  constructor(
    private readonly traits: Traits,
    guards: readonly RemediationGuard[],
  ) {
    this.#between = guards.filter(({ between }) => between)
  }

  /** The intent is written before anything is done. */
  prepare(scene: RunScene): readonly Order[] {
    this.#enter(scene, 'preparing')
    const evidence = `attempt ${scene.run.attempt} of ${this.traits.attempts} on: ${scene.patient.incident.title}`
    return [courseOrder('prepare', scene, { outcome: 'started', evidence })]
  }

  /** Time has passed, or the incident has changed. */
  proceed(scene: RunScene): readonly Order[] {
    const { engine, run } = scene
    if (run.phase === 'shadowing') return this.#shadow(scene)
    if (run.phase === 'settling') return this.#settle(scene)
    if (engine.age < run.until) return NONE
    if (run.phase === 'asking') return this.decline(scene, 'nobody has approved it in time', true)
    if (run.outcome !== '') return this.after(scene)
    return this.conclude(scene, 'unknown', 'it was cut short, and what it did is not known')
  }

  /** The next step, if nothing has come in between. */
  next(scene: RunScene): readonly Order[] {
    const { run } = scene
    const { steps } = rungOf(this.traits, run.rung)
    const refused = refusal(this.#between, situationOf(this.traits, scene, run.rung))
    const enough = run.begun > 0 && refused?.guard === 'freshness'
    if (run.begun >= steps.length || enough) return this.settle(scene)
    if (refused) return this.stop(scene, refused.reason)
    this.#enter(scene, 'stepping')
    const step = run.begun++
    return [courseOrder('step', scene, { outcome: 'started', evidence: steps[step]?.name ?? '' }, { step })]
  }

  /** Something has come in between, and nothing more is done. Before the first step it has not been an attempt. */
  stop(scene: RunScene, why: string): readonly Order[] {
    const { run, patient } = scene
    if (run.begun > 0) return this.conclude(scene, 'stopped', `after ${run.begun} of its steps: ${why}`)
    patient.attempts--
    return this.conclude(scene, 'stopped', `before its first step: ${why}`)
  }

  /** It was refused before anything was written down: there has been no run. */
  withdraw({ engine, book, run, patient }: RunScene): readonly Order[] {
    patient.attempts--
    patient.notBefore = engine.age + REFUSED
    forget(engine, run.id)
    book.run = null
    return NONE
  }

  /** The answer of the playbook's own check. */
  verified(scene: RunScene, yes: boolean): readonly Order[] {
    const { run, now } = scene
    const first = run.heard ? 'the signals recovered' : 'nothing more was heard of the signals'
    const within = `${first} within ${describe(now - run.startedAt)}`
    if (yes) return this.conclude(scene, 'helped', `${within}, and its own check agrees`)
    return this.conclude(scene, 'no effect', `${within}, but its own check does not agree`)
  }

  /** The one outcome of a run. */
  conclude(scene: RunScene, outcome: ActionOutcome, evidence: string): readonly Order[] {
    const { engine, book, run, patient } = scene
    const [worked, failed] = [run.begun > 0, outcome !== 'helped' && outcome !== 'stopped']
    Object.assign(run, { outcome, evidence })
    if (worked) book.endedAt = engine.age
    if (outcome !== 'stopped') learnOutcome(scene)
    patient.failures += Number(failed)
    run.undo = failed && worked
    run.escalate = outcome === 'harmed' || (outcome === 'stopped' && worked)
    run.escalate ||= failed && patient.attempts >= this.traits.attempts
    patient.done ||= run.escalate
    return this.concluding(scene)
  }

  /** Says how the run ended; also once more, when a crash has kept it from being said. */
  concluding(scene: RunScene): readonly Order[] {
    this.#enter(scene, 'concluding')
    const { outcome, evidence, escalate } = scene.run
    return [courseOrder('conclude', scene, { outcome: outcome || 'unknown', evidence }, { escalate })]
  }

  /** What comes after the outcome was told: what did not help is taken back, and only then may something else be done. */
  after(scene: RunScene): readonly Order[] {
    const { engine, book, run } = scene
    const said = { outcome: run.outcome || 'unknown', evidence: run.evidence } as const
    if (run.phase === 'closing') return this.closed(scene)
    if (run.phase === 'concluding' && run.undo) {
      this.#enter(scene, 'undoing')
      run.undos++
      return [courseOrder('undo', scene, said, { step: run.begun })]
    }
    this.#enter(scene, 'closing')
    if (run.begun > 0) book.endedAt = engine.age
    return [orderOf('close', scene, run, said, { journal: journalOf(engine, book, null) })]
  }

  /** The run is over. An incident that this process knows from the journal only may be over too: nothing more is done about it. */
  closed({ engine, book, run, patient }: RunScene): readonly Order[] {
    book.run = null
    if (run.begun > 0) book.endedAt = engine.age
    else forget(engine, run.id)
    if (!run.heard) book.cases.splice(book.cases.indexOf(patient), 1)
    forgetClosed(book)
    return NONE
  }

  /** It was offered, and is not wanted. */
  decline(scene: RunScene, evidence: string, escalate: boolean): readonly Order[] {
    scene.book.run = null
    scene.patient.done = true
    return [orderOf('tell', scene, scene.run, { outcome: 'declined', evidence }, { escalate })]
  }

  /** The steps are done, and the signals have their time. */
  settle(scene: RunScene): readonly Order[] {
    const { engine, run } = scene
    run.phase = 'settling'
    run.until = engine.age + this.traits.settle
    const done = courseOrder('record', scene, { outcome: 'started', evidence: 'the steps are done' })
    return [done, ...this.#settle(scene)]
  }

  /** Only looking on: whether the incident clears by itself. */
  #shadow(scene: RunScene): readonly Order[] {
    const { engine, book, run, patient, now } = scene
    const { helped, evidence } = effectOf(scene)
    if (!helped && engine.age < run.until && patient.incident.state === 'open') return NONE
    book.score[helped ? 'cleared' : 'stayed']++
    book.run = null
    book.endedAt = engine.age
    const why = helped ? `it cleared by itself, within ${describe(now - run.startedAt)}` : `left alone: ${evidence}`
    return [orderOf('tell', scene, run, { outcome: helped ? 'cleared' : 'stayed', evidence: why })]
  }

  #settle(scene: RunScene): readonly Order[] {
    const { engine, run, patient, now } = scene
    const { outcome, helped, final, evidence } = effectOf(scene)
    if (!final && patient.incident.state === 'open' && engine.age < run.until) return NONE
    const { verifies } = rungOf(this.traits, run.rung)
    if (verifies && (helped || (outcome === 'unknown' && !run.heard))) {
      this.#enter(scene, 'verifying')
      return [courseOrder('verify', scene, { outcome: 'started', evidence: 'asks its own check' })]
    }
    const late = `the signals did not recover within ${describe(this.traits.settle)}: ${evidence}`
    if (helped) return this.conclude(scene, outcome, `${evidence} within ${describe(now - run.startedAt)}`)
    return this.conclude(scene, outcome, outcome === 'no effect' && !final ? late : evidence)
  }

  #enter({ engine, run }: RunScene, phase: Phase): void {
    run.phase = phase
    run.until = engine.age + this.traits.timeout + MARGIN
  }
}
