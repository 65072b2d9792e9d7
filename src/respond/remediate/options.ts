import {
  ConfigError,
  type Context,
  type Duration,
  duration,
  functionIn,
  type Incident,
  integerIn,
  type Lease,
  oneOf,
  type Remediation,
  textIn,
} from '../../model/index.js'
import type { ApprovalOptions, Approvals } from './approval.js'
import type { Condition } from './condition.js'
import type { GuardLike } from './guards/guard.js'
import type { Mode, RungTraits, Targets, Traits } from './traits.js'

/** One step: a function, or a {@link Remediation}, whose `verify`, `undo` and so on then count as well. */
export type Step = Remediation | ((incident: Incident, context: Context) => unknown)

/** How {@link remediate} repairs. */
export interface RemediateOptions {
  /** Names the playbook: unique in a monitor. */
  readonly name: string
  /** Which incidents. */
  readonly when: Condition
  /** What to do, in order. The first that throws ends the run as failed. Either this or a `ladder`. */
  readonly steps?: readonly Step[]
  /** From gentle to drastic, each rung a list of steps: the next is for when the last was seen not to help. The last rung is a person. */
  readonly ladder?: readonly (readonly Step[])[]
  /** How much it may do: `'observe'`, `'approve'`, `'act'`. @defaultValue `'observe'` */
  readonly mode?: Mode
  /** How a person is asked, with `mode: 'approve'`. */
  readonly approval?: ApprovalOptions
  /** How long the signals may take to recover once the steps are done. Allow for the watcher's `closeAfter`. @defaultValue `'5m'` */
  readonly settle?: Duration
  /** How long after the end of a run nothing is done. @defaultValue `'10m'` */
  readonly cooldown?: Duration
  /** Tries in one incident before a person is told, those that helped for a while included. From 1 to 10. @defaultValue 2, or the ladder's rungs */
  readonly attempts?: number
  /** How long one step may take, and one check. @defaultValue `'1m'` */
  readonly timeout?: Duration
  /** Asked once the signals have recovered: false means that it did not help after all. @defaultValue the signals decide */
  readonly verify?: (incident: Incident, context: Context) => Promise<boolean> | boolean
  /** Whether the service is worse off meanwhile: of all playbooks, one such run at a time. @defaultValue true */
  readonly disruptive?: boolean
  /** What it works on, in your own words: no two runs share one. @defaultValue none */
  readonly resource?: string | readonly string[]
  /** Names of playbooks that do the opposite: neither is done within the `cooldown` of the other. @defaultValue none */
  readonly reverses?: string | readonly string[]
  /**
   * What it would be done to, with how many there are of these in all where that is known: an empty list refuses, since nothing must
   * never mean everything, and so does more than a share of them all, see {@link guardrails}. @defaultValue not asked
   */
  readonly targets?: (incident: Incident) => Targets
  /** At most so many of a fleet at once. @defaultValue none is needed */
  readonly lease?: Lease
  /** What forbids a run. @defaultValue `guardrails()` */
  readonly guards?: readonly GuardLike[]
}

/** The names of the options. */
export const REMEDIATE_OPTIONS: readonly (keyof RemediateOptions)[] = [
  'name',
  'when',
  'steps',
  'ladder',
  'mode',
  'approval',
  'settle',
  'cooldown',
  'attempts',
  'timeout',
  'verify',
  'disruptive',
  'resource',
  'reverses',
  'targets',
  'lease',
  'guards',
]

/** A playbook's steps, rung by rung. @throws ConfigError naming the field. */
export function rungsOf(options: RemediateOptions): readonly (readonly Remediation[])[] {
  const { steps, ladder, name } = options
  if ((steps === undefined) === (ladder === undefined))
    throw new ConfigError('remediate.steps', 'given, or else a `ladder`', steps)
  if (ladder !== undefined && (!Array.isArray(ladder) || ladder.length === 0 || ladder.length > 10))
    throw new ConfigError('remediate.ladder', 'a list of 1 to 10 rungs', ladder)
  if (ladder) return ladder.map((rung, i) => stepsOf(`remediate.ladder[${i}]`, name, rung))
  return [stepsOf('remediate.steps', name, steps)]
}

function stepsOf(field: string, playbook: string, steps: unknown): readonly Remediation[] {
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > 50)
    throw new ConfigError(field, 'a list of 1 to 50 steps', steps)
  return (steps as readonly Step[]).map((step, i) => {
    if (typeof step === 'function')
      return { name: `${playbook} ${i + 1}`, apply: async (incident, context) => void (await step(incident, context)) }
    textIn(`${field}[${i}].name`, step?.name)
    functionIn(`${field}[${i}].apply`, step.apply)
    if (step.restarts && i < steps.length - 1)
      throw new ConfigError(`${field}[${i}]`, 'the last step, since it ends the process', step.name)
    return step
  })
}

/** @throws ConfigError naming the field. */
export function traitsOf(
  options: RemediateOptions,
  rungs: readonly (readonly Remediation[])[],
  approvals: Approvals | undefined,
): Traits {
  const { targets, verify } = options
  if (verify !== undefined) functionIn('remediate.verify', verify)
  const attempts = options.attempts ?? Math.max(2, options.ladder?.length ?? 0)
  return {
    playbook: textIn('remediate.name', options.name, 100),
    mode: oneOf('remediate.mode', options.mode ?? 'observe', ['observe', 'approve', 'act']),
    rungs: rungs.map((steps) => rungTraits(steps, verify !== undefined)),
    settle: duration('remediate.settle', options.settle ?? '5m'),
    cooldown: duration('remediate.cooldown', options.cooldown ?? '10m', { min: 0 }),
    attempts: integerIn('remediate.attempts', attempts, 1, 10),
    timeout: duration('remediate.timeout', options.timeout ?? '1m', { max: 36e5 }),
    approval: approvals?.expire ?? 0,
    disruptive: options.disruptive !== false,
    resources: namesIn('remediate.resource', options.resource),
    reverses: namesIn('remediate.reverses', options.reverses),
    targets: targets === undefined ? undefined : functionIn('remediate.targets', targets),
  }
}

function rungTraits(steps: readonly Remediation[], asks: boolean): RungTraits {
  return {
    steps: steps.map(({ name, restarts = false }) => ({ name, restarts })),
    verifies: asks || steps.some(({ verify }) => verify),
  }
}

function namesIn(field: string, given: string | readonly string[] = []): readonly string[] {
  return [given].flat().map((name) => textIn(field, name))
}
