import type { Incident } from '../../model/index.js'
import type { Case, Deed, EngineState, PlaybookState, Score } from './engine-state.js'

/** So long nothing may call for any repair before the runs that were spent are forgotten. */
const SUSTAINED = 1_800_000
const MOST_CASES = 100
const MOST_DEEDS = 500
/** A longer step than this between two calls is a jump of the clock, or a process that was down. */
const LONGEST_STEP = 60_000

/** A fresh memory. */
export function startEngine(): EngineState {
  return { books: [], deeds: [], age: 0, seenAt: -1, wellFor: 0, wellAt: -1 }
}

/** The playbook's own part, made when it is first asked for. */
export function bookOf(state: EngineState, name: string): PlaybookState {
  let book = state.books.find((other) => other.name === name)
  if (!book) {
    const { age } = state
    book = { name, run: null, cases: [], endedAt: -1, bornAt: age, seenAt: age, acts: false, score: startScore() }
    state.books.push(book)
  }
  return book
}

function startScore(): Score {
  return { helped: 0, idle: 0, harmed: 0, streak: 0, benchedUntil: -1, bench: 0, cleared: 0, stayed: 0 }
}

/** Lets the engine's age follow the time. */
export function grow(state: EngineState, now: number): void {
  const step = state.seenAt < 0 ? 0 : Math.min(Math.max(0, now - state.seenAt), LONGEST_STEP)
  state.seenAt = now
  state.age += step
  const troubled = state.books.some(({ cases }) => cases.some(({ treats }) => treats.length > 0))
  state.wellFor = troubled ? 0 : state.wellFor + step
  if (state.wellFor >= SUSTAINED) state.wellAt = state.age
}

/** The case of the run that is under way. */
export function patientOf({ run, cases }: PlaybookState): Case | undefined {
  return run === null ? undefined : cases.find(({ incident }) => incident.id === run.incident)
}

/** The case of an incident, made when there is none. */
export function caseOf(book: PlaybookState, incident: Incident): Case {
  const known = book.cases.find((other) => other.incident.id === incident.id)
  if (known) return known
  const made: Case = { incident, treats: [], attempts: 0, failures: 0, done: false, refusedBy: '', notBefore: -1 }
  book.cases.push(made)
  if (book.cases.length > MOST_CASES) forgetOldest(book)
  return made
}

export function forgetClosed(book: PlaybookState): void {
  const { run, cases } = book
  for (let i = cases.length - 1; i >= 0; i--) {
    const { incident } = cases[i] as Case
    if (incident.state === 'closed' && incident.id !== run?.incident) cases.splice(i, 1)
  }
}

function forgetOldest({ run, cases }: PlaybookState): void {
  cases.splice(cases[0]?.incident.id === run?.incident ? 1 : 0, 1)
}

/** Remembers a deed; the oldest goes when there are too many. */
export function remember(state: EngineState, deed: Deed): void {
  if (state.deeds.some(({ id }) => id === deed.id)) return
  state.deeds.push(deed)
  if (state.deeds.length > MOST_DEEDS) state.deeds.shift()
}

/** What came to nothing before its first step is no deed. */
export function forget({ deeds }: EngineState, run: string): void {
  const at = deeds.findIndex(({ id }) => id === run)
  if (at >= 0) deeds.splice(at, 1)
}

/** Whether a case calls for something to be done. */
export function isWaiting({ treats, done }: Case): boolean {
  return treats.length > 0 && !done
}

/** The other playbooks of the monitor, but for those that were taken out. */
export function othersOf({ books, age }: EngineState, book: PlaybookState): readonly PlaybookState[] {
  return books.filter((other) => other !== book && age - other.seenAt <= 2 * LONGEST_STEP)
}

/** Whether a run does something, or has done something that is not yet judged. */
export function isAtWork({ run }: PlaybookState): boolean {
  return run !== null && run.phase !== 'shadowing' && run.phase !== 'asking'
}
