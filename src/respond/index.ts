export { type AlertOptions, type AlertOrder, type AlertState, alert } from './alert/alert.js'
export type { Note } from './alert/note.js'
export * from './remediate/index.js'
