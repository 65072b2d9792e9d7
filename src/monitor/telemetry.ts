import type { Clock, Monitor } from '../model/index.js'
import type { Guard } from './guard.js'
import type { MonitorOptions } from './options.js'

/**
 * Exports what a monitor sees and does; answers with what ends that. The OpenTelemetry room is loaded here and no sooner: it
 * costs more than all the others.
 */
export async function exportFrom(
  monitor: Monitor,
  { clock, guard }: { readonly clock: Clock; readonly guard: Guard },
  telemetry: MonitorOptions['telemetry'],
): Promise<() => unknown> {
  if (telemetry === false) return () => undefined
  try {
    const { report } = await import('../otel/report.js')
    return await report(monitor, { ...telemetry, clock })
  } catch (error) {
    guard.fault('telemetry', error)
    return () => undefined
  }
}
