import { matcher, type Selector, show } from '../../../model/index.js'
import type { RemediationGuard } from './guard.js'

/** Nothing once the findings that called for it are over: asked again just before each step. */
export const fresh: RemediationGuard = {
  name: 'freshness',
  between: true,
  check({ incident, findings }) {
    return incident.state === 'open' && findings.length > 0 ? undefined : 'what called for it is over'
  },
}

/** An empty target never means everything; and of a fleet no more than a share is worked on at once, though always one. */
export function target(share: number): RemediationGuard {
  return {
    name: 'target',
    check({ playbook, incident }) {
      if (!playbook.targets) return undefined
      const answer: unknown = playbook.targets(incident)
      const { targets, of } = Array.isArray(answer)
        ? { targets: answer }
        : (answer as { targets?: unknown; of?: unknown })
      if (!Array.isArray(targets) || targets.length === 0) return 'there is nothing to do it to'
      if (of === undefined) return undefined
      if (!Number.isInteger(of) || (of as number) < targets.length) return `it cannot be told of how many: ${show(of)}`
      const most = Math.max(1, Math.floor(share * (of as number)))
      return targets.length > most ? `${targets.length} of ${of} is too many at once: ${most} at the most` : undefined
    },
  }
}

/** Signals of load and of heat, by OpenTelemetry's names. */
export const OVERLOAD: readonly string[] = [
  'nodejs.eventloop.*',
  'process.cpu.*',
  'system.cpu.*',
  'system.linux.pressure*',
  'hw.temperature*',
  'hw.status*',
  'hw.fan.*',
]

/**
 * Overload and heat shed and cool, they never restart: a restart costs more than it frees, its probes time out, and the next
 * restart follows.
 */
export function noRestart(signals: Selector): RemediationGuard {
  const overloaded = matcher('guardrails.overload', signals)
  return {
    name: 'overload',
    check({ rung, incident }) {
      if (!rung.steps.some(({ restarts }) => restarts)) return undefined
      const sign = incident.findings.find(({ state, signal }) => state === 'open' && overloaded(signal))
      return sign && `overload and heat are not cured by a restart: ${sign.summary}`
    },
  }
}
