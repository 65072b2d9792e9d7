export { type AnomalyOptions, type AnomalyState, anomaly } from './anomaly.js'
export type { Episode } from './episode.js'
export { unhealthy } from './unhealthy.js'
