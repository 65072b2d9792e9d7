import {
  ConfigError,
  checkOptions,
  functionIn,
  type Health,
  type Monitor,
  type Source,
  textIn,
} from '../model/index.js'
import { exec } from '../observe/machine/exec.js'

/** How systemd is told. */
export interface SystemdOptions {
  /** @defaultValue `'/usr/bin/systemd-notify'` */
  readonly program?: string
}

const LOOK = 1_000
/** A status that keeps changing is told so often at the most, in milliseconds. */
const STATUS_EVERY = 10_000
/** A call that hangs costs nothing but itself. */
const LIMIT = 5_000

/**
 * Tells systemd how the service is, as a source of the monitor: `READY=1` once the startup checks have passed, from then on `STATUS=` with
 * the health in words, `STOPPING=1` when a shutdown has begun, and, where the unit has a `WatchdogSec=`, `WATCHDOG=1` in half of that
 * time while liveness does not fail. So a process that hangs, or that fails its liveness checks, is started again.
 *
 * Does nothing where systemd has not asked for it by `NOTIFY_SOCKET`. Node cannot write to such a socket: `systemd-notify` is run for
 * it, some 13 ms of another process each time; so the unit needs `Type=notify` and `NotifyAccess=all`. A monitor that is
 * stopped while the process lives on is silent, and the watchdog strikes.
 *
 * @throws ConfigError when there is no monitor.
 * @example
 * monitor.use(systemd(monitor))
 * @see sd_notify(3), systemd.service(5)
 */
export function systemd(monitor: Monitor, options: SystemdOptions = {}): Source {
  functionIn('systemd.monitor.health', monitor?.health)
  checkOptions('systemd', options, ['program'])
  const program = textIn('systemd.program', options.program ?? '/usr/bin/systemd-notify', 4_096)
  if (!program.startsWith('/')) throw new ConfigError('systemd.program', 'an absolute path', program)
  return {
    name: 'systemd',
    async start(_emit, { clock, abort, fault }) {
      const { NOTIFY_SOCKET: socket } = process.env
      if (!socket) return
      const tidings = new Tidings(watchdogOf(process.env))
      const look = async (until: AbortSignal): Promise<void> => {
        const news = tidings.of(monitor.health(), clock.elapsed())
        if (news.length > 0) await tell(program, news, socket, { clock, abort: until }).catch(fault)
      }
      while (!abort.aborted) {
        await look(abort)
        await clock.sleep(tidings.look, abort)
      }
      if (monitor.health().draining) await look(new AbortController().signal)
    },
  }
}

async function tell(
  program: string,
  news: readonly string[],
  socket: string,
  context: Parameters<typeof exec>[3],
): Promise<void> {
  const { code } = await exec(program, ['--no-block', ...news], LIMIT, context, { NOTIFY_SOCKET: socket })
  if (code !== 0) throw new Error(`${program} failed, with ${code ?? 'a signal'}: systemd was not told`)
}

/** Half of the watchdog's time, in milliseconds; infinite where there is none, or it is for another process. */
function watchdogOf({ WATCHDOG_USEC: usec, WATCHDOG_PID: pid }: NodeJS.ProcessEnv): number {
  const half = Number(usec) / 2_000
  return half > 0 && (pid === undefined || Number(pid) === process.pid) ? half : Number.POSITIVE_INFINITY
}

/** What is new since systemd was told last, as assignments of sd_notify(3). */
export class Tidings {
  #ready = false
  #stopping = false
  #status = ''
  #statusAt = Number.NEGATIVE_INFINITY
  #beatAt = Number.NEGATIVE_INFINITY

  /** How often to look, in milliseconds. */
  readonly look: number

  /** @param watchdog - how often it wants to hear of us, in milliseconds. */
  constructor(private readonly watchdog: number) {
    this.look = Math.min(LOOK, watchdog / 2)
  }

  of(health: Health, now: number): readonly string[] {
    const news: string[] = []
    if (!this.#ready && health.started !== 'fail') news.push('READY=1')
    this.#ready ||= health.started !== 'fail'
    if (health.draining && !this.#stopping) news.push('STOPPING=1')
    this.#stopping = health.draining
    // Whoever waits for the next look must not be late by it.
    if (
      health.live !== 'fail' &&
      this.watchdog < Number.POSITIVE_INFINITY &&
      now + this.look - this.#beatAt >= this.watchdog
    ) {
      news.push('WATCHDOG=1')
      this.#beatAt = now
    }
    const status = statusOf(health)
    if (this.#ready && status !== this.#status && now - this.#statusAt >= STATUS_EVERY) {
      news.push(`STATUS=${status}`)
      this.#status = status
      this.#statusAt = now
    }
    return news
  }
}

/** One line, without what a line must not hold. */
function statusOf({ status, draining, checks }: Health): string {
  const bad = checks.filter((check) => check.status === 'fail' || check.status === 'warn')
  const why = bad.map(({ name, output }) => (output ? `${name}: ${output}` : name)).join('; ')
  const line = `${draining ? 'stopping' : status}${why ? `, ${why}` : ''}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  return line.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 500)
}
