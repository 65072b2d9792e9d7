export { type EwmaOptions, type EwmaState, ewma } from './ewma.js'
export type { LevelOptions, LevelState } from './level.js'
export { type SeasonalOptions, type SeasonalState, seasonal } from './seasonal.js'
