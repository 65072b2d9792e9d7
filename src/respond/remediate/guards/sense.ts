import { matcher, type Selector } from '../../../model/index.js'
import type { RemediationGuard } from './guard.js'

/** Nothing once the findings that called for it are over: asked again just before each step. */
export const fresh: RemediationGuard = {
  name: 'freshness',
  between: true,
  check({ incident, findings }) {
    return incident.state === 'open' && findings.length > 0 ? undefined : 'what called for it is over'
  },
}

/** An empty target never means everything. */
export const target: RemediationGuard = {
  name: 'target',
  check({ playbook, incident }) {
    if (!playbook.targets) return undefined
    const targets: unknown = playbook.targets(incident)
    return Array.isArray(targets) && targets.length > 0 ? undefined : 'there is nothing to do it to'
  },
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
