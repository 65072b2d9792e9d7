import { ATTRIBUTE, SIGNAL } from '../semconv.js'
import { row, type SignalRow } from './row.js'

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
