export { type AnomalyOptions, type AnomalyState, anomaly } from './anomaly.js'
export type { Episode } from './episode.js'
export { type UnhealthyState, unhealthy } from './unhealthy.js'
