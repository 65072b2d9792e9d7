import { existsSync } from 'node:fs'
import { checkOptions, functionIn, integerIn, type Remediation } from '../../model/index.js'
import { command } from './command.js'

/** How {@link restartSelf} ends this process. */
export interface RestartSelfOptions {
  /** The exit code: not 0, since some supervisors start again only what has failed. From 1 to 255. @defaultValue 75, "try again" */
  readonly code?: number
  /** What to finish first, within the playbook's `timeout`: close servers, flush. @defaultValue nothing */
  readonly before?: () => unknown
  /** Whether something starts the process again. @defaultValue found out: systemd, Kubernetes, PM2, a container */
  readonly supervised?: boolean
}

/**
 * Ends this process, for systemd, Docker, Kubernetes or PM2 to start it again. The intent is on disk before; the next process finds
 * it, and verifies by the signals whether the restart helped. Without a supervisor it is refused, and so it is on overload and heat.
 * Must be the last step. Nothing to undo.
 *
 * @throws ConfigError when an option is out of range.
 */
export function restartSelf(options: RestartSelfOptions = {}): Remediation {
  checkOptions('restartSelf', options, ['code', 'before', 'supervised'])
  const code = integerIn('restartSelf.code', options.code ?? 75, 1, 255)
  const { before = () => undefined, supervised } = options
  functionIn('restartSelf.before', before)
  return {
    name: 'restart this process',
    restarts: true,
    precondition: () => ((supervised ?? isSupervised()) ? undefined : 'nothing would start this process again'),
    async apply(_, { save }) {
      await before()
      await save()
      process.exit(code)
    },
  }
}

function isSupervised(): boolean {
  const { INVOCATION_ID, KUBERNETES_SERVICE_HOST, pm_id, container } = process.env
  return [INVOCATION_ID, KUBERNETES_SERVICE_HOST, pm_id, container].some(Boolean) || existsSync('/.dockerenv')
}

/**
 * Restarts this machine through systemd: for a board that nothing else helps. The intent is on disk before, and is verified after the
 * boot. Needs the right to do so. Must be the last step. Nothing to undo.
 */
export function reboot(): Remediation {
  const step = command('/usr/bin/systemctl', ['reboot'], { name: 'reboot' })
  return {
    ...step,
    restarts: true,
    async precondition(incident, context) {
      if (!existsSync('/run/systemd/system')) return 'this machine is not run by systemd'
      return step.precondition?.(incident, context)
    },
    async apply(incident, context) {
      await context.save()
      return step.apply(incident, context)
    },
  }
}
