import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { countStates, parseInterfaces, parseSockets, parseTcp, TCP_STATES, type Traffic } from './parse-network.js'

/** With more TCP sockets than this they are not listed: the kernel writes 150 bytes for each, and holds a lock. */
const MOST_LISTED = 1_000

export async function takeNetwork(files: Files, gauges: Gauges): Promise<void> {
  for (const { name, received, sent } of parseInterfaces((await files.text('/proc/net/dev')) ?? '')) {
    takeTraffic(received, gauges, name, 'receive')
    takeTraffic(sent, gauges, name, 'transmit')
  }
  await takeTcp(files, gauges)
}

function takeTraffic(traffic: Traffic, gauges: Gauges, name: string, direction: string): void {
  gauges.rate(HOST.networkIo, traffic.bytes, name, direction)
  gauges.rate(HOST.networkPackets, traffic.packets, name, direction)
  gauges.rate(HOST.networkErrors, traffic.errors, name, direction)
  gauges.rate(HOST.networkDropped, traffic.dropped, name, direction)
}

async function takeTcp(files: Files, gauges: Gauges): Promise<void> {
  const tcp = parseTcp((await files.text('/proc/net/snmp')) ?? '')
  const again = gauges.rate(HOST.retransmissions, tcp?.retransmitted)
  const sent = gauges.perSecond('segments', tcp?.sent)
  if (sent > 0) gauges.gauge(HOST.retransmissionRatio, again / sent)
  const sockets = parseSockets((await files.text('/proc/net/sockstat')) ?? '')
  const few = sockets && sockets.inUse + sockets.waiting <= MOST_LISTED
  const counts = few
    ? await listed(files)
    : new Map([
        ['established', tcp?.established],
        ['time_wait', sockets?.waiting],
      ])
  for (const [state, count] of counts) gauges.gauge(HOST.connections, count, 'tcp', state)
}

async function listed(files: Files): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(TCP_STATES.slice(1).map((state) => [state, 0]))
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) countStates((await files.text(file)) ?? '', counts)
  return counts
}
