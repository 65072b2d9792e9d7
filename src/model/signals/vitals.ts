import { row, type SignalRow } from './row.js'

/** `vitals()` */
export const VITALS = {
  delayP99:
    row`nodejs.eventloop.delay.p99 | s | – | how late the event loop runs, beyond the sampling interval itself: 99th percentile of the window` as SignalRow,
  delayMax: row`nodejs.eventloop.delay.max | s | – | the same, the worst of the window` as SignalRow,
  loopUtilization:
    row`nodejs.eventloop.utilization | 1 | – | share of the window in which the loop was not idle` as SignalRow,
  heapUsed:
    row`v8js.memory.heap.used | By | [v8js.heap.space.name] | heap in use, by space; without the attribute, of all spaces together` as SignalRow,
  heapLimit: row`v8js.memory.heap.limit | By | – | how large the heap may grow` as SignalRow,
  gcRate: row`v8js.gc.duration.rate | 1/s | v8js.gc.type | garbage collections, by kind` as SignalRow,
  gcMean:
    row`v8js.gc.duration.mean | s | v8js.gc.type | their mean pause in the window; not observed where there was none` as SignalRow,
  gcMax:
    row`v8js.gc.duration.max | s | v8js.gc.type | their longest pause in the window; not observed where there was none` as SignalRow,
  resources:
    row`v8js.resource.active | {resource} | v8js.resource.type | what keeps the event loop alive, by type: the 16 types seen first` as SignalRow,
  rss: row`process.memory.usage | By | – | resident set` as SignalRow,
  external:
    row`pi_uptime.process.memory.external | By | – | memory outside the heap that belongs to objects in it` as SignalRow,
  arrayBuffers: row`pi_uptime.process.memory.array_buffers | By | – | of that, ArrayBuffers and Buffers` as SignalRow,
  cpu: row`process.cpu.utilization | 1 | – | CPU time over window and CPUs: 0.25 is one of four` as SignalRow,
  files:
    row`process.unix.file_descriptor.count | {file_descriptor} | – | open file descriptors; Linux only` as SignalRow,
  exceptions:
    row`pi_uptime.process.exceptions | {exception} | pi_uptime.process.exception.origin | uncaught exceptions and unhandled rejections in the window` as SignalRow,
} as const
