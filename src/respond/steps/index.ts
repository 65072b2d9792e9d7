/**
 * Steps that services need again and again: for `remediate({ steps })`.
 *
 * @packageDocumentation
 */
export { type Arguments, type CommandOptions, command } from './command.js'
export { heapSnapshot, type RotateOptions, rotateLog } from './files.js'
export { type HttpOptions, http } from './http.js'
export { type PlaybookData, readPlaybook, type StepData } from './read-playbook.js'
export { type RestartSelfOptions, reboot, restartSelf } from './restart.js'
export {
  type Concurrency,
  clearCache,
  collectGarbage,
  lowerConcurrency,
  openCircuit,
  pauseConsumer,
  recyclePool,
  restartWorker,
  shedLoad,
} from './service.js'
export type { StepTools } from './step-kinds.js'
