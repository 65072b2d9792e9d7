export { type CheckOptions, type CheckSource, check } from './check.js'
export { type ExpectedHeartbeat, type Heartbeat, heartbeat, type SentHeartbeat } from './heartbeat.js'
export type { CheckAnswer, CheckDetails, CheckReport } from './verdict.js'
export { type VitalsOptions, vitals } from './vitals.js'
