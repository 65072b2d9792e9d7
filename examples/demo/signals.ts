/** What is watched and drawn, and the smallest move of each that may count as one sigma: less is of no interest to anybody. */
export const SIGNALS = [
  { label: 'request p95', signal: 'http.server.request.duration.p95', unit: 's', floor: 0.02 },
  { label: 'event loop p99', signal: 'nodejs.eventloop.delay.p99', unit: 's', floor: 0.01 },
  { label: 'cache entries', signal: 'shop.cache.entries', unit: '{entry}', floor: 3 },
  { label: 'heap used', signal: 'v8js.memory.heap.used', unit: 'By', floor: 8e6 },
] as const

/** A value as a person reads it. */
export function figure(value: number, unit: string): string {
  if (unit === 's') return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`
  if (unit === 'By') return `${Math.round(value / 1e6)} MB`
  return `${Math.round(value)}`
}

/** Seconds of a demo, as a film counts them: `1:05`. */
export function filmTime(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
