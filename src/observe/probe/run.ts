import type { Clock, Emit } from '../../model/index.js'
import { CHECKS } from '../../model/signals/checks.js'
import { exec } from '../machine/exec.js'
import { Gauges } from '../machine/gauges.js'
import { callHttp } from '../outgoing/call-http.js'
import type { ProbePlan } from '../probe.js'
import { askDns } from './dns.js'
import { connect } from './socket.js'

/** A call of a probe: under which name, and what ends it. */
export interface ProbeCall {
  readonly name: string
  readonly emit: Emit
  readonly clock: Clock
  readonly abort: AbortSignal
}

/** What a probe came to, in the form of a check's answer. */
export interface ProbeAnswer {
  readonly status: 'pass' | 'warn' | 'fail'
  readonly output?: string
  readonly observedValue?: number
  readonly observedUnit?: string
}

const DAY = 864e5

/** Asks once. Rejects with why it failed; ends when `abort` fires. */
export async function runProbe(plan: ProbePlan, call: ProbeCall): Promise<ProbeAnswer> {
  const { to, boundary, ca } = plan
  const gauges = gaugesOf(call.emit)
  if (to.kind === 'command') return run(to.path, to.argv, call)
  if (to.kind === 'dns') {
    const answers = await askDns(to, boundary, call.abort)
    gauges.gauge(CHECKS.answers, answers, call.name)
    return answers > 0 ? { status: 'pass' } : { status: 'fail', output: 'no record' }
  }
  if (to.kind === 'http') {
    const { status, isOk, ends } = await callHttp({ url: to.url, boundary, ca, signal: call.abort })
    gauges.gauge(CHECKS.httpStatus, status, call.name)
    const passes = plan.status === undefined ? isOk : status === plan.status
    const facts = { observedValue: status, observedUnit: '1' }
    if (!passes) return { status: 'fail', output: `HTTP ${status}`, ...facts }
    return { ...ending(ends, plan, call, gauges), ...facts }
  }
  const { ends, refusal } = await connect(to, boundary, ca, call.abort)
  const answer = ending(ends, plan, call, gauges)
  return refusal === undefined ? answer : { status: 'fail', output: refusal }
}

/** How the end of a certificate is judged; there is none without TLS. */
function ending(
  ends: number | undefined,
  { expiry }: ProbePlan,
  { name, clock }: ProbeCall,
  gauges: Gauges,
): ProbeAnswer {
  if (ends === undefined) return { status: 'pass' }
  const left = ends - clock.now()
  gauges.gauge(CHECKS.certificate, left / DAY, name)
  if (left >= expiry) return { status: 'pass' }
  const when = new Date(ends).toISOString().slice(0, 10)
  return { status: 'warn', output: `the certificate ends in ${Math.floor(left / DAY)} days, on ${when}: renew it` }
}

async function run(path: string, argv: readonly string[], call: ProbeCall): Promise<ProbeAnswer> {
  const allowed = process.env.PI_UPTIME_COMMANDS
  if (allowed !== undefined && !allowed.split(':').includes(path))
    throw new Error(`${path} is not among PI_UPTIME_COMMANDS`)
  const { code, output } = await exec(path, argv, DAY, call)
  const line = output.split('\n')[0]?.trim().slice(0, 500) ?? ''
  const status = code === 0 ? 'pass' : code === 1 ? 'warn' : 'fail'
  return { status, output: line || `ended with ${code ?? 'a signal'}` }
}

/** One for each monitor that a probe serves, so that its signals keep their identity. */
const known = new WeakMap<Emit, Gauges>()

function gaugesOf(emit: Emit): Gauges {
  const gauges = known.get(emit) ?? new Gauges(emit)
  known.set(emit, gauges)
  return gauges
}
