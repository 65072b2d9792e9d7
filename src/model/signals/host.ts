import { SIGNAL } from '../semconv.js'
import { row, type SignalRow } from './row.js'

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
    row`system.network.connection.count | {connection} | network.transport network.connection.state | TCP connections by state; with more than 1,000 of them, or where the kernel takes more than 2 ms to list them, only established and time_wait` as SignalRow,
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
