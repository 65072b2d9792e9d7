/**
 * Watchers: what turns observations into findings. `anomaly()` is in the root too.
 *
 * @packageDocumentation
 */
export { anomaly } from './anomaly.js'
export type { AnomalyState } from './anomaly-state.js'
export { type Capacity, type CapacityState, capacity } from './capacity.js'
export type { CapacityOptions } from './capacity-options.js'
export type { CapacityReport } from './capacity-report.js'
export type { Episode } from './episode.js'
export type { AnomalyOptions } from './limits.js'
export { type MissingOptions, type MissingState, missing } from './missing.js'
export { type Newcomer, type NoveltyOptions, type NoveltyState, novelty } from './novelty.js'
export { type Objective, objective } from './objective/objective.js'
export type { ObjectiveOptions, ObjectiveSource, WeightedSource } from './objective/objective-options.js'
export type { ObjectiveState } from './objective/objective-state.js'
export type { OpenSloDocument, OpenSloSource, SignalOf } from './open-slo/document.js'
export { type OpenSloOptions, objectivesOf, readOpenSlo } from './open-slo/read.js'
export { openSloOf } from './open-slo/write.js'
export { pattern } from './pattern/pattern.js'
export type { PatternOptions } from './pattern/pattern-options.js'
export type { PatternState } from './pattern/pattern-state.js'
export { together } from './together.js'
export type { TogetherOptions } from './together-options.js'
export type { TogetherState } from './together-state.js'
export { type TrendState, trend } from './trend.js'
export type { Limit, TrendOptions } from './trend-options.js'
