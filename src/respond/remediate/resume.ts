import { NONE } from '../../model/index.js'
import type { Course } from './course.js'
import { caseOf, remember } from './engine.js'
import type { EngineState, PlaybookState } from './engine-state.js'
import type { Journal } from './intent.js'
import type { Order } from './order.js'
import { rungOf } from './scene.js'
import type { Traits } from './traits.js'

/** Taking work back is tried so often over restarts; then it is left to a person. */
const MOST_UNDOS = 2

/**
 * Takes up what the journal of the last life says. What was begun is never done again: steps that a crash has cut short are taken
 * back, those that were done are verified, and a restart that was one of the steps counts as done.
 */
export function resume(
  traits: Traits,
  course: Course,
  engine: EngineState,
  book: PlaybookState,
  journal: Journal | null,
  now: number,
): readonly Order[] {
  withdraw(book)
  if (!journal) return NONE
  merge(engine, book, journal)
  const { run, incident } = journal
  if (!run || !incident) return NONE
  // a snapshot that knows the incident knows its findings too: their silence then says that nothing has changed
  const remembered = book.cases.some((each) => each.incident.id === incident.id)
  const patient = caseOf(book, incident)
  patient.attempts = Math.max(patient.attempts, run.attempt)
  book.run = run
  run.heard = remembered
  const scene = { engine, book, run, patient, now }
  if (run.phase === 'preparing') return course.stop(scene, 'the process ended')
  if (run.phase === 'stepping') {
    const last = rungOf(traits, run.rung).steps[run.begun - 1]
    if (!last?.restarts) return course.conclude(scene, 'unknown', 'the process ended in the midst of it')
  }
  if (run.outcome === '') return course.settle(scene)
  if (run.phase === 'concluding') return course.concluding(scene)
  if (run.undos < MOST_UNDOS && run.phase === 'undoing') run.phase = 'concluding'
  return course.after(scene)
}

/** What the snapshot says of a run is older than the journal; what only waited, waits anew. */
function withdraw(book: PlaybookState): void {
  const { run } = book
  const patient = book.cases.find(({ incident }) => incident.id === run?.incident)
  book.run = null
  if (!patient || (run?.phase !== 'shadowing' && run?.phase !== 'asking')) return
  patient.attempts--
  patient.done = false
}

function merge(engine: EngineState, book: PlaybookState, journal: Journal): void {
  engine.age = Math.max(engine.age, journal.age)
  for (const deed of journal.deeds) remember(engine, deed)
  book.endedAt = Math.max(book.endedAt, journal.endedAt)
  book.score = journal.score
  for (const { incident, attempts, failures, done } of journal.tries) {
    const known = book.cases.find((other) => other.incident.id === incident)
    if (!known) continue
    known.attempts = Math.max(known.attempts, attempts)
    known.failures = Math.max(known.failures, failures)
    known.done ||= done
  }
}
