import { fileStore } from '../edge/file-store.js'
import { checkOptions, type Duration, isOurs, type Signal, type Source } from '../model/index.js'
import { host, pi, vitals } from '../observe/index.js'
import { consoleChannel, webhook } from '../respond/channels/index.js'
import { alert } from '../respond/index.js'
import { anomaly } from '../watch/anomaly.js'
import type { MonitorOptions } from './options.js'

/** How the {@link standard} preset is built. What is left out comes from the environment, or is left out. */
export interface StandardOptions {
  /** @defaultValue `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, else `'unknown_service:node'` */
  readonly service?: string
  /** More to observe, beside `vitals()`, `host()` and `pi()`. */
  readonly observe?: readonly Source[]
  /** A folder in which the memory survives. @defaultValue `PI_UPTIME_STORE`, else none: a restart begins afresh */
  readonly store?: string
  /** A URL that gets the alerts, beside the console; one that leads to a private address only with `PI_UPTIME_WEBHOOK_PRIVATE=true`. @defaultValue `PI_UPTIME_WEBHOOK`, else none */
  readonly webhook?: string
  /** How long an incident must last to be told. @defaultValue `'30s'` */
  readonly wait?: Duration
}

/** The environment, or a stand-in for it. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What a service gets that says nothing: the Node runtime, the machine and a Raspberry Pi observed, signals watched for anomalies,
 * people told on the console.
 *
 * Of the machine only what speaks for the whole is watched for anomalies, such as the use of all CPUs and the latency of disks; not
 * each mode, state, device and kind of collection: a job that begins moves dozens of those. What is wrong with hardware is told anyhow.
 *
 * The result is plain options: spread it, and replace what you like.
 *
 * @param environment - where the variables are looked up. @defaultValue `process.env`
 * @throws ConfigError when an option or variable is out of range.
 * @example
 * const monitor = createMonitor(standard({ service: 'checkout' }))
 * const other = createMonitor({ ...standard(), watch: [anomaly({ threshold: 6 })] })
 */
export function standard(options: StandardOptions = {}, environment: Environment = process.env): MonitorOptions {
  checkOptions('standard', options, ['service', 'observe', 'store', 'webhook', 'wait'])
  const store = options.store ?? given(environment, 'PI_UPTIME_STORE')
  const hook = options.webhook ?? given(environment, 'PI_UPTIME_WEBHOOK')
  const inside = given(environment, 'PI_UPTIME_WEBHOOK_PRIVATE')?.toLowerCase() === 'true'
  const to = hook === undefined ? [consoleChannel()] : [consoleChannel(), webhook(hook, { private: inside })]
  return {
    service: options.service ?? serviceName(environment),
    observe: [vitals(), host(), pi(), ...(options.observe ?? [])],
    watch: [anomaly({ signal: isTelling })],
    respond: [alert({ to, wait: options.wait ?? '30s' })],
    ...(store === undefined ? {} : { store: fileStore(store) }),
  }
}

/** What speaks for a whole machine or container, where it has no attributes or those of a device. */
const TELLING: ReadonlySet<string> = new Set([
  'container.memory.working_set',
  'system.cpu.utilization',
  'system.disk.operation_time.mean',
  'system.memory.utilization',
  'system.network.errors.rate',
  'system.network.packet.dropped.rate',
])
const PART = ['cpu.mode', 'v8js.heap.space.name', 'v8js.gc.type', 'v8js.resource.type'] as const

/** Whether the preset watches a signal for anomalies. */
function isTelling({ name, attributes }: Signal): boolean {
  if (isOurs(name) || PART.some((key) => key in attributes)) return false
  return TELLING.has(name) || !/^(?:system|container|hw)\./.test(name)
}

/** The service's name by OpenTelemetry's rules. */
function serviceName(environment: Environment): string {
  return given(environment, 'OTEL_SERVICE_NAME') ?? resourceName(environment) ?? 'unknown_service:node'
}

/** An empty variable is one that is not set, as OpenTelemetry's specification has it. */
export function given(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined
}

function resourceName(environment: Environment): string | undefined {
  const pair = given(environment, 'OTEL_RESOURCE_ATTRIBUTES')
    ?.split(',')
    .find((text) => text.trim().startsWith('service.name='))
  const value = pair?.slice(pair.indexOf('=') + 1).trim()
  try {
    return value ? decodeURIComponent(value) : undefined
  } catch {
    return value
  }
}
