import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { countStates, parseInterfaces, parseSockets, parseTcp, TCP_STATES, type Traffic } from './parse-network.js'

/** With more TCP sockets than this they are not listed: the kernel writes 150 bytes for each, and holds a lock. */
const MOST_LISTED = 1_000

/** The kernel goes through its whole table of TCP sockets, however few there are: on a machine with much memory that takes milliseconds of a processor. */
const DEAR = 2
/** When it was dear so many times in a row, it is left alone for so long. */
const TIMES = 3
const REST = 3_600_000

/** Whether the table of TCP sockets is worth reading, by what it has cost. */
export class TcpTable {
  #dear = 0
  #restUntil = Number.NEGATIVE_INFINITY

  /** @param elapsed - monotonic time, in milliseconds. */
  constructor(private readonly elapsed: () => number) {}

  get isCheap(): boolean {
    return this.elapsed() >= this.#restUntil
  }

  /** Sockets by state. */
  async read(files: Files): Promise<ReadonlyMap<string, number>> {
    const counts = new Map(TCP_STATES.slice(1).map((state) => [state, 0]))
    const began = this.elapsed()
    for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) countStates((await files.text(file)) ?? '', counts)
    const now = this.elapsed()
    this.#dear = now - began > DEAR ? this.#dear + 1 : 0
    if (this.#dear >= TIMES) this.#restUntil = now + REST
    return counts
  }
}

export async function takeNetwork(files: Files, gauges: Gauges, table: TcpTable): Promise<void> {
  for (const { name, received, sent } of parseInterfaces((await files.text('/proc/net/dev')) ?? '')) {
    takeTraffic(received, gauges, name, 'receive')
    takeTraffic(sent, gauges, name, 'transmit')
  }
  await takeTcp(files, gauges, table)
}

function takeTraffic(traffic: Traffic, gauges: Gauges, name: string, direction: string): void {
  gauges.rate(HOST.networkIo, traffic.bytes, name, direction)
  gauges.rate(HOST.networkPackets, traffic.packets, name, direction)
  gauges.rate(HOST.networkErrors, traffic.errors, name, direction)
  gauges.rate(HOST.networkDropped, traffic.dropped, name, direction)
}

async function takeTcp(files: Files, gauges: Gauges, table: TcpTable): Promise<void> {
  const tcp = parseTcp((await files.text('/proc/net/snmp')) ?? '')
  const again = gauges.rate(HOST.retransmissions, tcp?.retransmitted)
  const sent = gauges.perSecond('segments', tcp?.sent)
  if (sent > 0) gauges.gauge(HOST.retransmissionRatio, again / sent)
  const sockets = parseSockets((await files.text('/proc/net/sockstat')) ?? '')
  const few = sockets && sockets.inUse + sockets.waiting <= MOST_LISTED && table.isCheap
  const counts = few
    ? await table.read(files)
    : new Map([
        ['established', tcp?.established],
        ['time_wait', sockets?.waiting],
      ])
  for (const [state, count] of counts) gauges.gauge(HOST.connections, count, 'tcp', state)
}
