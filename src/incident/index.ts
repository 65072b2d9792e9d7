export { type CorrelateOptions, type CorrelatorState, correlate } from './correlate.js'
export { suspects } from './suspects.js'
