import { row, type SignalRow } from './row.js'

/** `network()` */
export const NETWORK = {
  verdict:
    row`pi_uptime.network.verdict | 1 | pi_uptime.network.state | 1 for whose fault it is, 0 for the others: ok, local, uplink, target, unknown` as SignalRow,
  reachable:
    row`pi_uptime.network.reachable | 1 | pi_uptime.network.witness | 1 where it answers, 0 where it does not: target, gateway, resolver, peers (the share of them)` as SignalRow,
} as const
