import type { Action, Band, Finding, Health, Incident } from 'pi-uptime'

/** One value of a watched signal, with what its detector expected. */
export interface Sample {
  readonly label: string
  readonly value: number
  readonly band: Band | undefined
}

/** What the processes of the demo tell the driver. */
export type Message =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'health'; readonly health: Health }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'load'; readonly load: LoadReport }

/** What the customers saw in the last second. */
export interface LoadReport {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  /** Seconds. */
  readonly slowest: number
}

/** Tells the driver. A process of the demo does not outlive its driver. */
export function tell(message: Message): void {
  if (process.connected) process.send?.(message)
}

process.on('disconnect', () => process.exit())
