import { othersOf } from './engine.js'
import type { EngineState, PlaybookState } from './engine-state.js'

/** Looking for what a crash has left is tried again after so long, in milliseconds. */
const AGAIN = 30_000

/**
 * Which playbooks of a memory this process has recovered, and when it last looked for what a crash has left. Kept beside the
 * memory, since what the memory itself says of that is of another life.
 */
const LOOKED = new WeakMap<EngineState, Map<string, number>>()
const RECOVERED = Number.POSITIVE_INFINITY

/** Whether the playbook has been recovered in this process. */
export function isRecovered(state: EngineState, playbook: string): boolean {
  return LOOKED.get(state)?.get(playbook) === RECOVERED
}

export function recovered(state: EngineState, playbook: string): void {
  LOOKED.get(state)?.set(playbook, RECOVERED)
}

/** Whether it is time to look: at first, and again when that has failed. */
export function mustLook(state: EngineState, playbook: string, now: number): boolean {
  const looked = LOOKED.get(state) ?? new Map<string, number>()
  LOOKED.set(state, looked)
  if (now - (looked.get(playbook) ?? Number.NEGATIVE_INFINITY) < AGAIN) return false
  looked.set(playbook, now)
  return true
}

/** Whether nothing is left to be recovered: a playbook that begins before that may meet the run of another from the last life. */
export function allRecovered(state: EngineState, book: PlaybookState): boolean {
  const looked = LOOKED.get(state)
  return othersOf(state, book).every(({ name }) => !looked?.has(name) || looked.get(name) === RECOVERED)
}
