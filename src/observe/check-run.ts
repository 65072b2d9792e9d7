import { type CheckKind, type Context, describe, type Emit, type HealthStatus, type Signal } from '../model/index.js'
import { Hysteresis } from './hysteresis.js'
import { type CheckReport, failure, reasonOf, type Verdict, verdictOn } from './verdict.js'

/** A check as built: its options resolved, durations in milliseconds. */
export interface CheckPlan {
  readonly name: string
  readonly fn: (call: { readonly abort: AbortSignal }) => unknown
  readonly kind: CheckKind
  readonly critical: boolean
  readonly timeout: number
  readonly every: number
  /** Until the first run, in milliseconds. */
  readonly spread: number
  readonly failAfter: number
  readonly passAfter: number
  readonly groups: readonly string[]
  readonly dependsOn: readonly string[]
  readonly statusSignal: Signal
  readonly durationSignal: Signal
}

const VALUE: Readonly<Record<HealthStatus, number>> = { pass: 1, warn: 0.5, fail: 0 }

/**
 * One life of a check in one monitor: runs it at its cadence, judges, publishes.
 *
 * At most one call of the user's function is under way. A call that outlasts its timeout is told to abort and counts as
 * failed; what it answers later is ignored; and until it has ended, each further run fails without calling again.
 */
export class CheckRun {
  readonly #hysteresis: Hysteresis
  #call: AbortController | undefined
  #calledAt = 0
  #underWay = false
  #since = -1
  #complaint: string | undefined

  constructor(
    private readonly plan: CheckPlan,
    private readonly emit: Emit,
    private readonly context: Context,
  ) {
    this.#hysteresis = new Hysteresis(plan.failAfter, plan.passAfter, plan.kind === 'startup')
  }

  async start(): Promise<void> {
    const { plan, context } = this
    const { clock, abort } = context
    const cancel = (): void => this.#call?.abort()
    abort.addEventListener('abort', cancel, { once: true })
    this.#publish(undefined, -1, 0)
    let due = clock.elapsed() + plan.spread
    while (!abort.aborted && !this.#over()) {
      await clock.sleep(Math.max(0, due - clock.elapsed()), abort)
      due = Math.max(due + plan.every, clock.elapsed())
      if (!abort.aborted) await this.#run()
    }
    abort.removeEventListener('abort', cancel)
  }

  /** A service that has come up has come up. */
  #over(): boolean {
    const { status } = this.#hysteresis
    return this.plan.kind === 'startup' && status !== undefined && status !== 'fail'
  }

  async #run(): Promise<void> {
    const { plan, context, emit } = this
    const { clock } = context
    const fresh = !this.#underWay
    const verdict = fresh ? await this.#ask() : this.#stillUnderWay()
    if (context.abort.aborted) return
    const took = clock.elapsed() - this.#calledAt
    const before = this.#hysteresis.status
    const status = this.#hysteresis.push(verdict.status)
    const time = clock.now()
    if (status !== before) this.#since = time
    if (verdict.status !== 'pass') this.#complaint = verdict.output
    this.#publish(verdict, time, took)
    if (fresh) emit(plan.durationSignal, took / 1000)
    if (status !== undefined) emit(plan.statusSignal, VALUE[status])
  }

  /** Calls the user's function, and waits for it no longer than the timeout. */
  async #ask(): Promise<Verdict> {
    const { clock, abort } = this.context
    const call = new AbortController()
    const timer = new AbortController()
    const cancel = (): void => timer.abort()
    call.signal.addEventListener('abort', cancel, { once: true })
    this.#call = call
    this.#calledAt = clock.elapsed()
    const late = clock.sleep(this.plan.timeout, timer.signal)
    const verdict = await Promise.race([this.#answer(call.signal), late])
    call.signal.removeEventListener('abort', cancel)
    timer.abort()
    if (verdict) return verdict
    if (!abort.aborted) call.abort()
    return failure(`no answer within ${describe(this.plan.timeout)}`)
  }

  async #answer(abort: AbortSignal): Promise<Verdict> {
    this.#underWay = true
    try {
      return verdictOn(await this.plan.fn({ abort }))
    } catch (error) {
      return failure(reasonOf(error))
    } finally {
      this.#underWay = false
    }
  }

  #stillUnderWay(): Verdict {
    const { clock } = this.context
    const age = clock.elapsed() - this.#calledAt
    return failure(`still running since ${new Date(clock.now() - age).toISOString()}, for ${describe(age)}`)
  }

  #publish(verdict: Verdict | undefined, time: number, took: number): void {
    const { name, kind, critical, groups, dependsOn } = this.plan
    const { status } = this.#hysteresis
    const output = status !== 'pass' && this.#complaint !== undefined ? { output: this.#complaint } : {}
    const base = { name, kind, critical, status, groups, dependsOn, time, since: this.#since, took }
    const report: CheckReport = { ...base, ...output, ...verdict?.details }
    this.context.health(report)
  }
}
