export { type CorrelateOptions, type CorrelatorState, correlate } from './correlate.js'
