import {
  ConfigError,
  type Context,
  type Duration,
  duration,
  functionIn,
  type Incident,
  integerIn,
  type Remediation,
  type Responder,
  textIn,
} from '../../model/index.js'
import { type Condition, condition } from './condition.js'
import { perform } from './perform.js'
import { Playbook } from './playbook.js'
import type { Order, PlaybookState } from './playbook-state.js'

/** One step: a function, or a {@link Remediation}, whose `verify` and `undo` then count as well. */
export type Step = Remediation | ((incident: Incident, context: Context) => unknown)

/** How {@link remediate} repairs. */
export interface RemediateOptions {
  /** Names the playbook: unique in a monitor. */
  readonly name: string
  /** Which incidents. */
  readonly when: Condition
  /** What to do, in order. The first that throws ends the run as failed. */
  readonly steps: readonly Step[]
  /** How long the signals may take to recover once the steps are done. Allow for the watcher's `closeAfter`. @defaultValue `'5m'` */
  readonly settle?: Duration
  /** How long after the end of a run nothing is done. @defaultValue `'10m'` */
  readonly cooldown?: Duration
  /** Tries in one incident before a person is told, those that helped for a while included. From 1 to 10. @defaultValue 2 */
  readonly attempts?: number
  /** How long all the steps together may take. @defaultValue `'1m'` */
  readonly timeout?: Duration
  /** Asked once the signals have recovered: false means that it did not help after all. @defaultValue the signals decide */
  readonly verify?: (incident: Incident, context: Context) => Promise<boolean> | boolean
  /** Says what it would do, and does nothing. @defaultValue false */
  readonly dryRun?: boolean
}

/**
 * Repairs, and proves that it helped: acts, waits for the signals that made it act to recover, tries again within its limits,
 * and else takes its work back and tells a person, by raising the incident to critical.
 *
 * Never two runs of one playbook at a time, none within `cooldown` of the last, none for an incident that is over. A run that
 * a crash cut short counts as failed; it is not repeated blindly.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * remediate({ name: 'recycle-pool', when: { signal: 'db.*' }, steps: [() => pool.drain()], settle: '2m', cooldown: '10m' })
 */
export function remediate(options: RemediateOptions): Responder<Order, PlaybookState> {
  const name = textIn('remediate.name', options?.name, 100)
  const matches = condition(options.when)
  const steps = stepsOf(options)
  const timeout = duration('remediate.timeout', options.timeout ?? '1m', { max: 36e5 })
  const playbook = new Playbook({
    playbook: name,
    settle: duration('remediate.settle', options.settle ?? '5m'),
    cooldown: duration('remediate.cooldown', options.cooldown ?? '10m', { min: 0 }),
    attempts: integerIn('remediate.attempts', options.attempts ?? 2, 1, 10),
    timeout,
    verifies: steps.some(({ verify }) => verify),
    dryRun: options.dryRun === true,
  })
  return {
    name: `remediate ${name}@1`,
    deadline: timeout,
    start: () => ({ run: null, cases: [], endedAt: -1 }),
    push(state, incident, now) {
      playbook.take(state, incident, matches)
      return playbook.advance(state, now)
    },
    tick: (state, now) => playbook.advance(state, now),
    perform: (order, context) => perform(order, steps, context),
    settled: (state, order, outcome, now) => playbook.learn(state, order, outcome, now),
    busy: (state) => state.run !== null,
  }
}

/** The steps as remediations; the playbook's own `verify` stands as one more, which does nothing but ask. */
function stepsOf({ name, steps, verify }: RemediateOptions): readonly Remediation[] {
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > 50)
    throw new ConfigError('remediate.steps', 'a list of 1 to 50 steps', steps)
  const all = (steps as readonly Step[]).map((step, i): Remediation => {
    if (typeof step === 'function')
      return { name: `${name} ${i + 1}`, apply: async (incident, context) => void (await step(incident, context)) }
    functionIn(`remediate.steps[${i}].apply`, step?.apply)
    return step
  })
  if (verify === undefined) return all
  return [...all, { name: `${name} verify`, apply: () => undefined, verify: functionIn('remediate.verify', verify) }]
}
