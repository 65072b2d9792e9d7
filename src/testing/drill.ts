import {
  type Action,
  type ActionOutcome,
  type AuditEntry,
  ConfigError,
  checkOptions,
  type Duration,
  duration,
  type Monitor,
  messageOf,
  oneOf,
  type Source,
  type Watcher,
} from '../model/index.js'
import { createMonitor, systemClock } from '../monitor/index.js'
import { guardrails, type RemediateOptions, remediate } from '../respond/index.js'
import type { Injection } from './injections.js'
import { rig } from './rig.js'
import { type VirtualClock, virtualClock } from './virtual-clock.js'

/** What is drilled, against what, and where. */
export interface DrillOptions {
  /** What is broken meanwhile. */
  readonly fault: Injection
  /** What shows it. */
  readonly observe: readonly Source[]
  // biome-ignore lint/suspicious/noExplicitAny: a watcher's memory is its own business
  readonly watch?: readonly Watcher<any>[]
  /**
   * `simulated`: in virtual time, and the playbook acts. `shadow`: in this process and in real time, and it only looks on. `live`: the
   * same, and it acts. @defaultValue `'simulated'`
   */
  readonly mode?: 'simulated' | 'shadow' | 'live'
  /** For `simulated`: the clock that the fault and the sources may share. @defaultValue a new one */
  readonly clock?: VirtualClock
  /** How long all is well before, for the watchers to learn. @defaultValue `'10m'` */
  readonly before?: Duration
  /** How long the drill may take from the fault on. @defaultValue `'30m'` */
  readonly within?: Duration
  /** Asked once a second: `true`, or a text that says why, ends the drill at once, for the objective burns. @defaultValue never */
  readonly abortWhen?: () => boolean | string
}

/** What came of a drill. Times in milliseconds, from when the signals began to deviate. */
export interface DrillReport {
  /** The playbook helped; in the shadow: it would have acted. */
  readonly passed: boolean
  /** The last word of the playbook; `undefined` when it said none. */
  readonly outcome: ActionOutcome | undefined
  readonly actedAfter: number | undefined
  readonly repairedAfter: number | undefined
  /** Why it was ended early. */
  readonly aborted: string | undefined
  readonly actions: readonly Action[]
  readonly audit: readonly AuditEntry[]
}

const ENDS: readonly ActionOutcome[] = [
  'helped',
  'no effect',
  'harmed',
  'unknown',
  'failed',
  'stopped',
  'cleared',
  'stayed',
]
const SECOND = 1_000

/**
 * Runs a playbook against a fault, and mends the fault in any case. It has a monitor of its own, without alerts, and everything says
 * that it is a drill: the service's name and the playbook's begin with `drill of`. But in the shadow the steps are done for real.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * const { passed } = await drill(playbook, { fault: latency('2s', clock), observe: [check('db', ask)], clock })
 */
export async function drill(playbook: RemediateOptions, options: DrillOptions): Promise<DrillReport> {
  checkOptions('drill', options, ['fault', 'observe', 'watch', 'mode', 'clock', 'before', 'within', 'abortWhen'])
  const mode = oneOf('drill.mode', options.mode ?? 'simulated', ['simulated', 'shadow', 'live'])
  const within = duration('drill.within', options.within ?? '30m')
  const before = duration('drill.before', options.before ?? '10m', { min: 0 })
  const { observe, watch = [], fault, abortWhen = () => false } = options
  const { approval: _, ...rest } = playbook
  const steps = [playbook.steps ?? [], ...(playbook.ladder ?? [])].flat()
  if (mode !== 'shadow' && steps.some((step) => typeof step !== 'function' && step.restarts))
    throw new ConfigError('drill.playbook', 'without a step that ends this process, but in the shadow', playbook.name)
  const name = `drill of ${playbook.name}`
  const guards = playbook.guards ?? guardrails({ minUptime: 0 })
  const repair = remediate({ ...rest, name, guards, mode: mode === 'shadow' ? 'observe' : 'act' })
  const parts = { service: name, observe, watch, respond: [repair] }
  const world = mode === 'simulated' ? simulated(parts, options.clock) : real(parts)
  await world.pass(before)
  const began = world.now()
  let aborted: string | undefined
  try {
    await fault.begin()
    while (!aborted && world.now() - began < within && !isOver(world.monitor.actions())) {
      await world.pass(SECOND)
      aborted = reasonOf(abortWhen)
    }
  } finally {
    await fault.end()
  }
  const [actions, audit] = [[...world.monitor.actions()].reverse(), await world.monitor.audit()]
  await world.stop()
  return { ...judged(actions, mode === 'shadow'), aborted, actions, audit }
}

interface World {
  readonly monitor: Monitor
  now(): number
  pass(ms: number): Promise<void>
  stop(): Promise<void>
}

type Parts = Pick<Parameters<typeof createMonitor>[0], 'observe' | 'watch' | 'respond' | 'service'>

function simulated(parts: Parts, clock: VirtualClock = virtualClock()): World {
  const { monitor, advance, stop } = rig({ ...parts, clock })
  return { monitor, now: () => clock.elapsed(), pass: advance, stop }
}

function real(parts: Parts): World {
  const clock = systemClock()
  const monitor = createMonitor({ ...parts, telemetry: false })
  const pass = async (ms: number): Promise<void> => {
    await monitor.start()
    await clock.sleep(ms)
  }
  return { monitor, now: () => clock.elapsed(), pass, stop: () => monitor.stop() }
}

function isOver(actions: readonly Action[]): boolean {
  return actions.some(({ outcome }) => ENDS.includes(outcome))
}

/** An objective that cannot be asked is taken to burn. */
function reasonOf(abortWhen: () => boolean | string): string | undefined {
  try {
    const answer = abortWhen()
    return answer === true ? 'it was told to end' : answer || undefined
  } catch (error) {
    return messageOf(error)
  }
}

function judged(actions: readonly Action[], shadow: boolean): Omit<DrillReport, 'aborted' | 'actions' | 'audit'> {
  const [first] = actions
  const end = actions.find(({ outcome }) => ENDS.includes(outcome))
  const helped = end?.outcome === 'helped'
  return {
    passed: shadow ? first?.outcome === 'would act' : helped,
    outcome: end?.outcome ?? actions.at(-1)?.outcome,
    actedAfter: first && first.startedAt - first.since,
    repairedAfter: helped ? end.time - end.since : undefined,
  }
}
