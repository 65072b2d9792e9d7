/**
 * Every signal that `vitals()`, `host()`, `pi()`, `spans()`, `logs()`, `pool()`, `queue()`, `fetches()`, `probe()` and `check()` observe: name, unit, attributes, meaning. The one table;
 * docs/signals.md is written from it.
 *
 * Names are those of OpenTelemetry's semantic conventions 1.45 where they have one, or of the Collector's connectors, else under `pi_uptime.`. What follows from a
 * counter or a histogram over our own window has a suffix, as with `tee()`: `.rate`, `.mean`, `.max`, `.p99`.
 *
 * Not part of the root: what observes loads it when it starts.
 */
import { ATTRIBUTE, SIGNAL } from './semconv.js'

/** One signal of the table. */
export interface SignalRow {
  readonly name: string
  /** UCUM. */
  readonly unit: string
  /** Keys of its attributes; one that not all of its series have is in brackets. */
  readonly attributes: readonly string[]
  readonly meaning: string
}

/** `name | unit | attributes | meaning` */
function row(texts: TemplateStringsArray, ...values: readonly string[]): SignalRow {
  const [name = '', unit = '', attributes = '', meaning = ''] = String.raw(texts, ...values).split(' | ')
  return { name, unit, attributes: attributes.split(' ').filter((key) => key !== '–'), meaning }
}

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

/** `host()` */
export const HOST = {
  cpu: row`system.cpu.utilization | 1 | [cpu.mode] | share of the time of all CPUs in each mode; without the attribute, of all modes but idle and iowait` as SignalRow,
  load: row`pi_uptime.host.load | {thread} | pi_uptime.host.load.window | threads that run, wait for a CPU or for a disk: mean over 1, 5 and 15 min` as SignalRow,
  memory:
    row`system.memory.usage | By | system.memory.state | memory by state; used is what is not available` as SignalRow,
  memoryUtilization: row`system.memory.utilization | 1 | system.memory.state | used share of memory` as SignalRow,
  memoryAvailable: row`system.memory.linux.available | By | – | what can be had without swapping` as SignalRow,
  memoryLimit: row`system.memory.limit | By | – | memory there is` as SignalRow,
  paging: row`system.paging.usage | By | system.paging.state | swap by state` as SignalRow,
  pagingUtilization: row`system.paging.utilization | 1 | system.paging.state | used share of swap` as SignalRow,
  pagingOperations:
    row`system.paging.operations.rate | {operation}/s | system.paging.direction | pages swapped in and out` as SignalRow,
  pagingFaults:
    row`system.paging.faults.rate | {fault}/s | system.paging.fault.type | page faults: major ones wait for a disk` as SignalRow,
  oomKills:
    row`pi_uptime.host.oom_kills | {kill} | – | processes that the kernel killed in the window, for want of memory` as SignalRow,
  zram: row`pi_uptime.host.zram.usage | By | system.device.name pi_uptime.host.zram.state | compressed swap in memory: the original, the compressed data, and what is resident` as SignalRow,
  diskIo: row`system.disk.io.rate | By/s | system.device.name disk.io.direction | bytes read and written` as SignalRow,
  diskOperations:
    row`system.disk.operations.rate | {operation}/s | system.device.name disk.io.direction | reads and writes` as SignalRow,
  diskLatency:
    row`system.disk.operation_time.mean | s | system.device.name disk.io.direction | how long one took, queueing included; not observed where there was none` as SignalRow,
  diskBusy:
    row`system.disk.io_time.rate | 1 | system.device.name | share of the window in which the disk was busy` as SignalRow,
  filesystem:
    row`system.filesystem.usage | By | system.device.name system.filesystem.mountpoint system.filesystem.type system.filesystem.mode system.filesystem.state | space by state; reserved is for root` as SignalRow,
  filesystemUtilization:
    row`system.filesystem.utilization | 1 | system.device.name system.filesystem.mountpoint system.filesystem.type system.filesystem.mode | used share of what this process may use` as SignalRow,
  inodes:
    row`pi_uptime.host.filesystem.inodes.utilization | 1 | system.device.name system.filesystem.mountpoint system.filesystem.type system.filesystem.mode | used share of inodes, where the file system has a fixed number` as SignalRow,
  readOnly:
    row`${SIGNAL.readOnly} | 1 | system.device.name system.filesystem.mountpoint | 1 where a file system is mounted read-only that /etc/fstab does not want so, else 0` as SignalRow,
  networkIo:
    row`system.network.io.rate | By/s | network.interface.name network.io.direction | bytes received and transmitted` as SignalRow,
  networkPackets:
    row`system.network.packet.count.rate | {packet}/s | network.interface.name network.io.direction | packets` as SignalRow,
  networkErrors:
    row`system.network.errors.rate | {error}/s | network.interface.name network.io.direction | packets in error` as SignalRow,
  networkDropped:
    row`system.network.packet.dropped.rate | {packet}/s | network.interface.name network.io.direction | packets dropped although nothing was wrong with them` as SignalRow,
  connections:
    row`system.network.connection.count | {connection} | network.transport network.connection.state | TCP connections by state; with more than 1,000 of them only established and time_wait` as SignalRow,
  retransmissions:
    row`pi_uptime.host.tcp.retransmissions.rate | {segment}/s | – | TCP segments sent again` as SignalRow,
  retransmissionRatio:
    row`pi_uptime.host.tcp.retransmission.ratio | 1 | – | of the segments sent in the window; not observed where there was none` as SignalRow,
  pressure:
    row`pi_uptime.host.pressure | 1 | pi_uptime.host.resource pi_uptime.host.stall | share of the window in which some threads, or all of them (full), waited for CPU, memory or I/O (PSI)` as SignalRow,
  uptime: row`system.uptime | s | – | since the boot` as SignalRow,
  clockOffset:
    row`pi_uptime.host.clock.offset | s | – | wall clock minus the battery-backed one, where there is one; it counts whole seconds` as SignalRow,
  clockSynchronized:
    row`pi_uptime.host.clock.synchronized | 1 | – | 1 once systemd-timesyncd has set the clock since the boot, 0 before; where it runs` as SignalRow,
  cgroupCpu: row`container.cpu.usage | {cpu} | – | CPUs that this container or control group uses` as SignalRow,
  cgroupCpuLimit: row`pi_uptime.cgroup.cpu.limit | {cpu} | – | CPUs that it may use, where it is limited` as SignalRow,
  cgroupCpuUtilization: row`pi_uptime.cgroup.cpu.utilization | 1 | – | share of the limit that it uses` as SignalRow,
  cgroupThrottled:
    row`pi_uptime.cgroup.cpu.throttled | 1 | – | share of the periods in which it was held back` as SignalRow,
  cgroupThrottledTime:
    row`pi_uptime.cgroup.cpu.throttled_time.rate | 1 | – | how long it was held back, in seconds a second, of all CPUs together` as SignalRow,
  cgroupMemory: row`container.memory.usage | By | – | memory that it uses, page cache included` as SignalRow,
  cgroupWorkingSet:
    row`container.memory.working_set | By | – | the same without what can be dropped at once: what counts against the limit` as SignalRow,
  cgroupMemoryLimit:
    row`pi_uptime.cgroup.memory.limit | By | – | memory that it may use, where it is limited` as SignalRow,
  cgroupMemoryUtilization:
    row`pi_uptime.cgroup.memory.utilization | 1 | – | share of the limit that the working set takes` as SignalRow,
  cgroupOomKills:
    row`pi_uptime.cgroup.oom_kills | {kill} | – | processes of it that the kernel killed in the window, for want of memory` as SignalRow,
  cgroupProcesses: row`pi_uptime.cgroup.processes | {process} | – | processes and threads of it` as SignalRow,
  cgroupProcessLimit:
    row`pi_uptime.cgroup.processes.limit | {process} | – | how many it may have, where it is limited` as SignalRow,
} as const

/** `pi()` */
export const PI = {
  temperature: row`${SIGNAL.temperature} | Cel | hw.id | of the processor (cpu-thermal) and other chips` as SignalRow,
  temperatureLimit: row`hw.temperature.limit | Cel | hw.id hw.limit_type | trip points of the kernel` as SignalRow,
  status:
    row`${SIGNAL.hardwareStatus} | 1 | hw.id hw.type hw.state [hw.model] | 1 for the state that a part is in, 0 for the others: the supply (voltage), the fan, an eMMC (physical_disk)` as SignalRow,
  throttling:
    row`${SIGNAL.throttling} | 1 | ${ATTRIBUTE.condition} | 1 while the firmware holds the processor back: frequency_capped, throttled, soft_temperature_limit` as SignalRow,
  throttled:
    row`pi_uptime.pi.throttling.since_boot | 1 | ${ATTRIBUTE.condition} | the same and under_voltage: 1 when it was so at any time since the boot` as SignalRow,
  underVoltageAge:
    row`${SIGNAL.underVoltageAge} | s | hw.model | since the last under-voltage that is on record, also from before a reboot; not observed where none is` as SignalRow,
  underVoltageEpisodes:
    row`pi_uptime.pi.under_voltage.episodes | {episode} | – | under-voltages on record of the last 7 days` as SignalRow,
  frequency: row`system.cpu.frequency | Hz | cpu.logical_number | at which a processor runs` as SignalRow,
  fan: row`hw.fan.speed | rpm | hw.id | of the fan` as SignalRow,
  fanRatio: row`hw.fan.speed_ratio | 1 | hw.id | how fast the fan is told to turn` as SignalRow,
  voltage:
    row`${SIGNAL.voltage} | V | hw.id | rails of the power chip, the supply's own (EXT5V) among them; Pi 5` as SignalRow,
  current: row`pi_uptime.pi.rail.current | A | hw.id | through the rails that are measured; Pi 5` as SignalRow,
  power:
    row`hw.power | W | hw.id hw.type | of these rails together, so a lower bound: the input is not measured; Pi 5` as SignalRow,
  supplyLimit: row`${SIGNAL.supplyLimit} | A | hw.model | what the supply says that it can give; Pi 5` as SignalRow,
  endurance:
    row`hw.physical_disk.endurance_utilization | 1 | hw.id hw.physical_disk.state | what is left of an eMMC's life, in tenths, the worse of its two areas` as SignalRow,
  written:
    row`pi_uptime.pi.storage.written | By | system.device.name | written to the card since the record began` as SignalRow,
  life: row`${SIGNAL.storageLife} | d | system.device.name | how long the card lasts at the pace of writing on record, by its size and the rewrites that it is taken to stand` as SignalRow,
  errors:
    row`${SIGNAL.hardwareErrors} | {error} | hw.id hw.type error.type | errors that an ext4 file system on the card has on record` as SignalRow,
  wifi: row`${SIGNAL.wifi} | {dBm} | network.interface.name | strength of the Wi-Fi signal` as SignalRow,
  wifiQuality:
    row`pi_uptime.pi.wifi.quality | 1 | network.interface.name | quality of the link, as the driver rates it` as SignalRow,
  watchdog:
    row`pi_uptime.pi.watchdog.active | 1 | pi_uptime.pi.watchdog.owner | 1 while a process keeps the hardware watchdog, and which: systemd, another, or none` as SignalRow,
} as const

/** `pool()`, `queue()` and `fetches()` */
export const CLIENTS = {
  connections:
    row`db.client.connection.count | {connection} | db.client.connection.pool.name db.client.connection.state | connections of a pool, used and idle` as SignalRow,
  pending:
    row`db.client.connection.pending_requests | {request} | db.client.connection.pool.name | requests that wait for a connection` as SignalRow,
  max: row`db.client.connection.max | {connection} | db.client.connection.pool.name | the most connections there may be` as SignalRow,
  utilization:
    row`pi_uptime.pool.utilization | 1 | db.client.connection.pool.name | share of them that is in use` as SignalRow,
  queue:
    row`pi_uptime.queue.size | {job} | pi_uptime.queue.name pi_uptime.queue.state | jobs in a queue, by state` as SignalRow,
  requests:
    row`http.client.request.duration.rate | {request}/s | server.address server.port | requests that ended in the window, by server` as SignalRow,
  failures:
    row`pi_uptime.http.client.failures | 1 | server.address server.port | share of them that failed: answered with 500 and more, or not at all; not observed where there was none` as SignalRow,
  mean: row`http.client.request.duration.mean | s | server.address server.port | their mean duration, to the end of the answer` as SignalRow,
  p99: row`http.client.request.duration.p99 | s | server.address server.port | the same, 99th percentile` as SignalRow,
} as const

/** `logs()`, as the Collector's count connector names it. */
export const LOGS = {
  records:
    row`log.record.count.rate | {record}/s | ${ATTRIBUTE.logSeverity} [${ATTRIBUTE.logTemplate}] | log records by severity: TRACE, DEBUG, INFO, WARN, ERROR, FATAL. With the second attribute, of WARN and above, those of one kind of line: the 100 kinds seen first` as SignalRow,
} as const

/** `spans()`, as the Collector's connectors spanmetrics and servicegraph name it. */
export const TRACES = {
  calls:
    row`traces.span.metrics.calls.rate | 1/s | span.name span.kind | spans that ended in the window, by operation` as SignalRow,
  errors:
    row`traces.span.metrics.calls.errors | 1 | span.name span.kind | share of them that ended as an error; not observed where there was none` as SignalRow,
  mean: row`traces.span.metrics.duration.mean | s | span.name span.kind | their mean duration; not observed where there was none` as SignalRow,
  p99: row`traces.span.metrics.duration.p99 | s | span.name span.kind | the 99th percentile, right to a tenth` as SignalRow,
  edgeCalls:
    row`traces.service.graph.request.rate | 1/s | client server | calls in the window, from an operation to another one or to what is outside the process` as SignalRow,
  edgeErrors:
    row`traces.service.graph.request.errors | 1 | client server | share of them that ended as an error; not observed where there was none` as SignalRow,
  edgeMean:
    row`traces.service.graph.request.mean | s | client server | their mean duration; not observed where there was none` as SignalRow,
} as const

/** `check()`, `probe()`, and every monitor. */
export const CHECKS = {
  status:
    row`${SIGNAL.checkStatus} | 1 | ${ATTRIBUTE.checkName} ${ATTRIBUTE.checkKind} ${ATTRIBUTE.checkCritical} | 1 pass, 0.5 warn, 0 fail; after hysteresis` as SignalRow,
  duration:
    row`${SIGNAL.checkDuration} | s | ${ATTRIBUTE.checkName} | how long the check took: of a probe, its latency` as SignalRow,
  httpStatus:
    row`pi_uptime.probe.http.status | 1 | ${ATTRIBUTE.checkName} | status of the answer to an HTTP probe` as SignalRow,
  certificate:
    row`pi_uptime.probe.certificate.expiry | d | ${ATTRIBUTE.checkName} | days until the server's certificate ends, of TLS and HTTPS probes; negative after that` as SignalRow,
  answers:
    row`pi_uptime.probe.dns.answers | {record} | ${ATTRIBUTE.checkName} | records in the answer to a DNS probe` as SignalRow,
  clockJump: row`${SIGNAL.clockJump} | s | – | by how much the wall clock jumped, signed` as SignalRow,
} as const
