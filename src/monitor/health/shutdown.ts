import { keepAlive } from '../../edge/system-clock.js'
import { checkOptions, functionIn, inTime, type Monitor, messageOf } from '../../model/index.js'
import { type Plan, planOf, type ShutdownOptions, type ShutdownReport } from './shutdown-plan.js'

export type { ShutdownOptions, ShutdownReport } from './shutdown-plan.js'

/** A shutdown that is prepared. */
export interface Shutdown {
  /** Goes through the steps now, once, however often it is called; does not end the process. Never rejects. */
  begin(): Promise<ShutdownReport>
  /** Takes the signal handlers away. */
  remove(): void
}

/** After the signal has been raised again the process has so long to die of it; then it is ended. Process 1 of a container never does. */
const DYING = 1_000
/** So long is `onEnd` waited for: a log line that must get out. */
const LAST_WORD = 1_000

/**
 * Ends a service without losing work: readiness off; wait `delay`, still serving; wait for the beacons; `close()`; stop the
 * monitor; end the process.
 *
 * No step can starve the next: each may take half of what is left of `deadline`, the last one all of it. The process then
 * ends by the signal that began it, so that its parent sees the usual status; if the application listens to that signal
 * too, the end is left to it. A second signal ends the process at once.
 *
 * This is the only place where the library adds handlers to the process. `delay + deadline` should stay below the time after
 * which the supervisor kills: Kubernetes gives 30 s, systemd 90 s.
 *
 * While it goes through the steps, it keeps the process alive, for `delay`, `deadline` and a second at the most.
 *
 * @throws ConfigError when there is no monitor, or an option is out of range.
 * @example
 * gracefulShutdown(monitor, { close: () => server.close() })
 */
export function gracefulShutdown(monitor: Monitor, options: ShutdownOptions = {}): Shutdown {
  checkOptions('gracefulShutdown', options, ['signals', 'delay', 'deadline', 'close', 'exit', 'onEnd', 'clock'])
  functionIn('gracefulShutdown.monitor.drain', monitor?.drain)
  functionIn('gracefulShutdown.monitor.stop', monitor?.stop)
  const plan = planOf(options)
  let ending: Promise<ShutdownReport> | undefined
  let signalled = false
  const begin = (): Promise<ShutdownReport> => {
    ending ??= alive(monitor, plan)
    return ending
  }
  const remove = (): void => {
    for (const signal of plan.signals) process.off(signal, onSignal)
  }
  const end = (signal: NodeJS.Signals): void => {
    remove()
    endProcess(signal, plan)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!signalled) void begin().then(() => end(signal))
    else end(signal)
    signalled = true
  }
  for (const signal of plan.signals) process.on(signal, onSignal)
  return { begin, remove }
}

/** A process whose last connection ends would end with it, in the middle of its shutdown. */
async function alive(monitor: Monitor, plan: Plan): Promise<ShutdownReport> {
  const letGo = keepAlive(plan.delay + plan.deadline + LAST_WORD)
  try {
    return await proceed(monitor, plan)
  } finally {
    letGo()
  }
}

async function proceed(monitor: Monitor, plan: Plan): Promise<ShutdownReport> {
  const { clock } = plan
  const problems: string[] = []
  const began = clock.elapsed()
  const left = (): number => Math.max(0, began + plan.delay + plan.deadline - clock.elapsed())
  const step = async <T>(name: string, ms: number, work: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await inTime({ clock, ms: Math.ceil(ms) }, () => work())
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`)
      return undefined
    }
  }

  void monitor.drain(0) // readiness off, at once; requests may still come, and light beacons
  await clock.sleep(plan.delay)
  const lit = (await step('drain', left(), () => monitor.drain(left() / 2))) ?? []
  await step('close', left() / 2, () => closed(plan.close()))
  await step('stop', left(), () => monitor.stop())
  const report: ShutdownReport = { lit, problems, took: clock.elapsed() - began }
  await step('onEnd', LAST_WORD, () => plan.onEnd(report))
  return report
}

/** A node server says when it has closed by an event, and gives itself back. */
function closed(result: unknown): unknown {
  const server = result as { once?: (event: 'close', listener: () => void) => void } | null
  if (typeof server !== 'object' || server === null || !('listening' in server) || !server.once) return result
  return new Promise<void>((resolve) => server.once?.('close', resolve))
}

function endProcess(signal: NodeJS.Signals, plan: Plan): void {
  if (plan.exit !== undefined) process.exit(plan.exit)
  if (process.listenerCount(signal) > 0) return
  process.kill(process.pid, signal)
  const { constants } = process.getBuiltinModule('node:os')
  void plan.clock.sleep(DYING).then(() => process.exit(128 + constants.signals[signal]))
}
