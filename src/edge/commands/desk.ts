import { type Context, describe, inTime, mask, messageOf } from '../../model/index.js'
import type { Command, CommandAnswer, CommandPlan } from '../commands.js'
import { InTurn } from '../in-turn.js'
import { Refusals } from './refusals.js'
import { Taken } from './taken.js'
import { type Claims, LONGEST_TOKEN, readToken } from './token.js'

/** Commands that wait while one is at work. */
const MOST_WAITING = 16
/** What has come in a window is looked at up to so often: a signature costs a Pi some tenths of a millisecond. */
const MOST_LOOKS = 100
const WINDOW = 10_000
const LONGEST_TEXT = 1_000

/** What was done with commands since the last look. */
export type Count = Record<CommandAnswer['outcome'], number>

/** Takes commands for a monitor that is running: one after another, each once. */
export class Desk {
  count: Count = { done: 0, failed: 0, refused: 0 }
  readonly #turns = new InTurn()
  readonly #refusals: Refusals
  #waiting = 0
  #taken: Promise<Taken> | undefined
  #looks = 0
  #windowEnds = 0

  constructor(
    private readonly plan: CommandPlan,
    private readonly context: Context,
    /** When this process began to take commands, by the clock's `elapsed()`. */
    private readonly began: number,
  ) {
    this.#refusals = new Refusals(context.clock, (text, id) => this.#note('refused', text, id))
  }

  /** Never rejects. */
  async take(message: string | Uint8Array): Promise<CommandAnswer> {
    const claims = this.#read(message)
    if (typeof claims === 'string') return this.#refuse(claims)
    const refusal = this.#untimely(claims) ?? this.#unfit(claims)
    if (refusal !== undefined) return this.#refuse(refusal, claims)
    this.#waiting++
    try {
      return await this.#turns.next(() => this.#carryOut(claims))
    } catch (error) {
      this.context.fault(error)
      return this.#refuse('it cannot be written down', claims)
    } finally {
      this.#waiting--
    }
  }

  /** Time passes. */
  tick(): void {
    this.#refusals.tick()
  }

  #read(message: string | Uint8Array): Claims | string {
    const now = this.context.clock.elapsed()
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + WINDOW
      this.#looks = 0
    }
    if (++this.#looks > MOST_LOOKS) return 'too many at once'
    if (message.length > LONGEST_TOKEN) return 'longer than a command can be'
    const text = typeof message === 'string' ? message : Buffer.from(message).toString('latin1')
    return readToken(text.trim(), this.plan.keys)
  }

  #untimely({ issued, expires }: Claims): string | undefined {
    const { lifetime, skew } = this.plan
    const now = this.context.clock.now()
    if (expires <= issued || expires - issued > lifetime) return `good for longer than ${describe(lifetime)}`
    if (issued > now + skew) return `issued ${describe(issued - now)} in the future by the clock here`
    if (expires + skew <= now) return `over since ${describe(now - expires)} by the clock here`
    return undefined
  }

  #unfit({ devices, action }: Claims): string | undefined {
    const { device, actions } = this.plan
    if (!devices.includes(device)) return 'for another device'
    if (!actions.has(action)) return 'there is no such action here'
    return this.#waiting > MOST_WAITING ? 'too many wait' : undefined
  }

  async #carryOut(claims: Claims): Promise<CommandAnswer> {
    const late = this.context.abort.aborted ? 'this device stops' : this.#untimely(claims)
    const refusal = late ?? (await this.#remember(claims))
    if (refusal !== undefined) return this.#refuse(refusal, claims)
    const { id, by, action, argument, issued, expires } = claims
    const said = argument === '' ? '' : ` with ${JSON.stringify(argument)}`
    await this.#note('accepted', `${action}${said}, by ${by}`, id)
    const answer = await this.#run({ id, by, action, argument, issued, expires })
    this.count[answer.outcome]++
    await this.#note(answer.outcome, `${action}: ${answer.text}`, id).catch(this.context.fault)
    return answer
  }

  /** Why it must not be done, unless it is on disk that it was taken. */
  async #remember({ id, by, issued, expires }: Claims): Promise<string | undefined> {
    const { clock, store, fault } = this.context
    const order = { id: `${by} ${id}`, issued, expires }
    const began = Math.floor(clock.now() - (clock.elapsed() - this.began))
    try {
      this.#taken ??= Taken.load(store, () => fault(new Error('what commands were taken could not be read')))
      const taken = await this.#taken
      const refusal = taken.refusal(order, began)
      if (refusal === undefined) await taken.take(order, began, clock.now() - this.plan.skew)
      return refusal
    } catch (error) {
      fault(error)
      this.#taken = undefined
      return 'that it was taken cannot be kept'
    }
  }

  async #run(command: Command): Promise<CommandAnswer> {
    const { context, plan } = this
    const { id } = command
    const work = plan.actions.get(command.action) as NonNullable<ReturnType<typeof plan.actions.get>>
    const late = (): Error => new Error(context.abort.aborted ? 'cut short' : `no end within ${describe(plan.timeout)}`)
    try {
      const deadline = { clock: context.clock, ms: plan.timeout, abort: context.abort, late }
      const result = await inTime(deadline, (abort) => work(command, { ...context, abort }))
      return { id, outcome: 'done', text: typeof result === 'string' ? plain(result) : '' }
    } catch (error) {
      return { id, outcome: 'failed', text: plain(messageOf(error)) }
    }
  }

  /** Who has not proven who he is does not hear why. */
  #refuse(why: string, claims?: Claims): CommandAnswer {
    this.count.refused++
    this.#refusals.add(claims ? `${claims.action}, by ${claims.by}: ${why}` : why, claims?.id ?? '')
    return claims ? { id: claims.id, outcome: 'refused', text: why } : { outcome: 'refused', text: 'refused' }
  }

  #note(what: 'accepted' | CommandAnswer['outcome'], text: string, run: string): Promise<void> {
    const line = { event: 'command', playbook: '', run, incident: '', attempt: 0, what, text: plain(text) } as const
    return this.context.audit.append(line)
  }
}

function plain(text: string): string {
  return mask(text).slice(0, LONGEST_TEXT)
}
