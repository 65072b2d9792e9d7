import type { Detector, Monitor } from 'pi-uptime'
import { tell } from './messages.js'

/** A detector that also shows what it saw, and what it had expected. A decorator: to the monitor it is the detector it wraps. */
export function shown<S>(label: string, detector: Detector<S>): Detector<S> {
  return {
    ...detector,
    learn(state, value, time) {
      tell({ kind: 'sample', sample: { label, value, band: detector.expect?.(state, time) } })
      detector.learn(state, value, time)
    },
  }
}

/** Tells the driver of everything that the monitor says. */
export function report(monitor: Monitor): void {
  monitor.on('finding', (finding) => tell({ kind: 'finding', finding }))
  monitor.on('incident', (incident) => tell({ kind: 'incident', incident }))
  monitor.on('action', (action) => tell({ kind: 'action', action }))
  monitor.on('health', (health) => tell({ kind: 'health', health }))
  monitor.on('fault', ({ part, message }) => tell({ kind: 'fault', message: `${part}: ${message}` }))
}
