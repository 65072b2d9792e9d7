/**
 * Test your reliability logic: a whole monitor in virtual time, signals to feed it, and the laws that parts must keep.
 *
 * @packageDocumentation
 */
export * from './contracts/index.js'
export { type DrillOptions, type DrillReport, drill } from './drill.js'
export {
  type BrittleWork,
  clockJump,
  cpuBurn,
  errors,
  eventLoopBlock,
  fullDisk,
  type Injection,
  latency,
  memoryLeak,
} from './injections.js'
export { type Recorder, recorder } from './recorder.js'
export { type Rig, type RigOptions, rig } from './rig.js'
export { simulate } from './simulate.js'
export { type TcpProxy, type TcpProxyOptions, tcpProxy } from './tcp-proxy.js'
export { type VirtualClock, type VirtualClockOptions, virtualClock } from './virtual-clock.js'
export * from './waves.js'
