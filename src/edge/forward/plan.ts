import { type Alert, describe, idOf } from '../../model/index.js'

/** An alert that waits. */
export interface WaitingAlert {
  readonly alert: Alert
  /** For how long, in milliseconds. */
  readonly age: number
  /** Whether it may be longer. */
  readonly isOlder?: boolean
}

/** Alerts that have waited for less are told as they are. */
const FRESH = 60_000
/** So many are named in a summary. */
const MOST_NAMED = 10

/**
 * What is still worth telling of alerts that could not be told in time, in order: of each incident the last word alone, with its age; and of those that opened and were over before anybody
 * was told, one summary.
 */
export function planOf(waiting: readonly WaitingAlert[]): readonly Alert[] {
  if (waiting.every(({ age }) => age < FRESH)) return waiting.map(({ alert }) => alert)
  const last = new Map<string, WaitingAlert>()
  const unheard = new Set<string>()
  for (const one of waiting) {
    const { id, reason } = one.alert
    if (reason === 'opened') unheard.add(id)
    last.delete(id) // its place is that of its last word
    last.set(id, one)
  }
  const isOver = ({ alert }: WaitingAlert): boolean => alert.reason === 'resolved' && unheard.has(alert.id)
  const over = [...last.values()].filter(isOver)
  const told = [...last.values()].filter((one) => !isOver(one)).map(labelled)
  return over.length > 0 ? [summaryOf(over, waiting), ...told] : told
}

function labelled(one: WaitingAlert): Alert {
  const { alert, age } = one
  return age < FRESH ? alert : { ...alert, summary: `${ageOf(one)} late: ${alert.summary}` }
}

/** Over a boot at least so much: nobody has measured the time without power. */
function ageOf({ age, isOlder = false }: WaitingAlert): string {
  return `${isOlder ? 'at least ' : ''}${describe(age)}`
}

function summaryOf(over: readonly WaitingAlert[], waiting: readonly WaitingAlert[]): Alert {
  const [first] = over as [WaitingAlert]
  const opening = ({ alert }: WaitingAlert): WaitingAlert =>
    waiting.find((one) => one.alert.id === alert.id) as WaitingAlert
  const named = over
    .slice(0, MOST_NAMED)
    .map((one) => `${one.alert.incident.title} (opened ${ageOf(opening(one))} ago, over ${ageOf(one)} ago)`)
  const rest = over.length > MOST_NAMED ? ` and ${over.length - MOST_NAMED} more` : ''
  const what = over.length === 1 ? 'one incident' : `${over.length} incidents`
  const summary = `${what} opened and resolved while nobody could be told: ${named.join('; ')}${rest}`
  const id = idOf('offline', ...over.map(({ alert }) => alert.id))
  return { ...first.alert, id, incident: { ...first.alert.incident, id, title: summary }, summary }
}
