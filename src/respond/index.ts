export { type AlertOptions, type AlertOrder, type AlertState, alert } from './alert/alert.js'
export type { Condition, FindingCondition } from './remediate/condition.js'
export type { Case, Order, PlaybookState, Run } from './remediate/playbook-state.js'
export { type RemediateOptions, remediate, type Step } from './remediate/remediate.js'
