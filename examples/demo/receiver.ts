import type { OtlpSink } from '../../test/real/sink/otlp-sink.js'

/** What the OTLP receiver got: metrics by name, log events with their counts. */
export interface Received {
  readonly requests: number
  readonly points: number
  readonly metrics: readonly string[]
  readonly events: Readonly<Record<string, number>>
}

export function received(sink: OtlpSink): Received {
  const points = sink.points()
  return {
    requests: sink.batches.length,
    points: points.length,
    metrics: [...new Set(points.map(({ name }) => name))].sort(),
    events: counted(sink.events().map(({ name }) => name)),
  }
}

/** Whether the whole story of an incident arrived: the finding, the incident's end, and the repair that helped. */
export function hasStory(sink: OtlpSink, signal: string, incident: string): boolean {
  const found = sink
    .events('pi_uptime.finding')
    .some(({ attributes }) => attributes['pi_uptime.signal.name'] === signal)
  const about = sink.events().filter(({ attributes }) => attributes['pi_uptime.incident.id'] === incident)
  const closed = about.some(
    (event) => event.name === 'pi_uptime.incident' && event.attributes['pi_uptime.state'] === 'closed',
  )
  const helped = about.some(
    (event) => event.name === 'pi_uptime.action' && event.attributes['pi_uptime.outcome'] === 'helped',
  )
  return found && closed && helped
}

/** How often each word comes. */
export function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
