import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  type Signal,
  type Source,
  textIn,
} from '../model/index.js'
import { NETWORK } from '../model/signals/network.js'
import type { SignalRow } from '../model/signals/row.js'
import type { RemediationGuard } from '../respond/remediate/guards/guard.js'
import { type Address, addressIn } from './network/address.js'
import { type NetworkVerdict, VERDICTS, verdictOf, type Witnesses } from './network/verdict.js'
import { defaultGateway, isNeighbour, knock, resolves } from './network/witness.js'

/** Whom {@link network} asks. */
export interface NetworkOptions {
  /** What should be reachable: `'collector:4318'`, or a URL. */
  readonly target: string
  /** Others that should answer when the network does, up to 10: a neighbour, another site. Only that the host answers counts, not that the port is open. @defaultValue none */
  readonly peers?: readonly string[]
  /** A name that the resolver is asked for; `false`: it is not asked. @defaultValue the target's host, when that is a name and not `localhost` */
  readonly resolve?: string | false
  /** `'address:port'`; `false`: it is not asked. @defaultValue the default gateway by `/proc/net/route`, at port 53 */
  readonly gateway?: string | false
  /** From 1 s to 1 h. @defaultValue `'30s'` */
  readonly every?: Duration
  /** How long each may take to answer. From 100 ms to 1 m. @defaultValue `'3s'` */
  readonly timeout?: Duration
  /** @defaultValue `'network'` */
  readonly name?: string
}

/** Whose fault it is that nobody is reached. */
export interface Network extends Source {
  /** As of the last look; `'unknown'` before the first. */
  verdict(): NetworkVerdict
  /** A guard of repairs: refuses while the verdict is none of these. */
  only(...verdicts: readonly NetworkVerdict[]): RemediationGuard
}

/**
 * Me or the network? Asks the target, and when it does not answer the gateway, the resolver and peers, and says whose fault it is: `local`, `uplink`, `target`, or `unknown` when fewer than two others could be asked. A service that restarts
 * itself since its collector is away, when it is the uplink that is, does harm for nothing.
 *
 * Observes `pi_uptime.network.verdict` (1 for what it is, 0 for the others) and `pi_uptime.network.reachable`. Opens TCP connections and hangs up; sends nothing but one DNS question. A gateway that drops everything counts as there when the kernel knows its
 * hardware address.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const net = network({ target: 'collector:4318', peers: ['pi-2:22', '1.1.1.1:53'] })
 * const guards = [...guardrails(), net.only('ok', 'target', 'unknown')]
 * createMonitor({ service: 'shop', observe: [net], respond: [remediate({ name: 'restart', when: { check: 'sending' }, steps: [restartSelf()], guards })] })
 */
export function network(options: NetworkOptions): Network {
  checkOptions('network', options, ['target', 'peers', 'resolve', 'gateway', 'every', 'timeout', 'name'])
  const plan = planOf(options)
  const every = duration('network.every', options.every ?? '30s', { min: 1_000, max: 3_600_000 })
  let verdict: NetworkVerdict = 'unknown'
  return {
    name: textIn('network.name', options.name ?? 'network'),
    async start(emit: Emit, { clock, abort }: Context) {
      const tell = telling(emit)
      while (!abort.aborted) {
        const witnesses = await ask(plan)
        verdict = verdictOf(witnesses)
        tell(witnesses, verdict)
        await clock.sleep(every, abort)
      }
      verdict = 'unknown'
    },
    verdict: () => verdict,
    only(...verdicts) {
      for (const one of verdicts)
        if (!VERDICTS.includes(one)) throw new ConfigError('network.only', VERDICTS.join(', '), one)
      return {
        name: 'network',
        between: true,
        check: () => (verdicts.includes(verdict) ? undefined : `the network's verdict is ${verdict}`),
      }
    },
  }
}

interface Plan {
  readonly target: Address
  readonly peers: readonly Address[]
  readonly resolve: string | undefined
  /** `undefined` when it is to be found out. */
  readonly gateway: Address | false | undefined
  readonly timeout: number
}

function planOf({ target, peers = [], resolve, gateway, timeout }: NetworkOptions): Plan {
  if (!Array.isArray(peers) || peers.length > 10) throw new ConfigError('network.peers', 'up to 10 addresses', peers)
  const to = addressIn('network.target', target)
  const { isIP } = process.getBuiltinModule('node:net')
  const named = isIP(to.host) === 0 && to.host !== 'localhost' ? to.host : undefined
  return {
    target: to,
    peers: peers.map((peer, i) => addressIn(`network.peers[${i}]`, peer)),
    resolve: resolve === undefined ? named : resolve === false ? undefined : textIn('network.resolve', resolve, 255),
    gateway: gateway === undefined || gateway === false ? gateway : addressIn('network.gateway', gateway),
    timeout: duration('network.timeout', timeout ?? '3s', { min: 100, max: 60_000 }),
  }
}

async function ask({ target, peers, resolve, gateway, timeout }: Plan): Promise<Witnesses> {
  if ((await knock({ ...target, timeout })) === 'connected')
    return { target: true, gateway: undefined, resolver: undefined, peers: [] }
  const [way, resolver, ...others] = await Promise.all([
    askGateway(gateway, timeout),
    resolve === undefined ? undefined : resolves(resolve, timeout),
    ...peers.map(async (peer) => (await knock({ ...peer, timeout })) !== 'nothing'),
  ])
  return { target: false, gateway: way, resolver, peers: others as boolean[] }
}

async function askGateway(gateway: Plan['gateway'], timeout: number): Promise<boolean | undefined> {
  if (gateway === false) return undefined
  if (gateway) return (await knock({ ...gateway, timeout })) !== 'nothing'
  const host = await defaultGateway()
  if (host === undefined) return undefined
  return (await knock({ host, port: 53, timeout })) !== 'nothing' || isNeighbour(host)
}

function telling(emit: Emit): (witnesses: Witnesses, verdict: NetworkVerdict) => void {
  const of = (row: SignalRow, value: string): Signal => ({
    name: row.name,
    unit: row.unit,
    attributes: { [row.attributes[0] as string]: value },
  })
  const states = VERDICTS.map((state) => [state, of(NETWORK.verdict, state)] as const)
  const [target, gateway, resolver, peers] = ['target', 'gateway', 'resolver', 'peers'].map((one) =>
    of(NETWORK.reachable, one),
  ) as [Signal, Signal, Signal, Signal]
  return (seen, verdict) => {
    for (const [state, signal] of states) emit(signal, state === verdict ? 1 : 0)
    emit(target, Number(seen.target))
    if (seen.gateway !== undefined) emit(gateway, Number(seen.gateway))
    if (seen.resolver !== undefined) emit(resolver, Number(seen.resolver))
    if (seen.peers.length > 0) emit(peers, seen.peers.filter(Boolean).length / seen.peers.length)
  }
}
