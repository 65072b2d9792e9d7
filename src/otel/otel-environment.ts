/** The `OTEL_*` variables, and one of our own, that nobody below us reads: the OTLP exporter reads its own. */
export interface OtelEnvironment {
  readonly disabled: boolean
  /** Which exporters metrics and logs go to. */
  readonly metrics: readonly string[]
  readonly logs: readonly string[]
  /** Milliseconds. */
  readonly interval: number | undefined
  readonly timeout: number | undefined
  readonly histograms: 'exponential' | 'explicit' | undefined
  readonly protocol: string | undefined
  /** A directory: `PI_UPTIME_OUTBOX`. */
  readonly outbox: string | undefined
}

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The exporter reads these, and sends to its default when they are no address. */
const ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
]

/** Reads them as the specification says: empty is unset, and what makes no sense is told to `warn` and taken for unset. */
export function otelEnvironment(variables: Variables, warn: (text: string) => void): OtelEnvironment {
  const read = <T>(name: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = variables[name]?.trim()
    if (!text) return undefined
    const value = parse(text)
    if (value === undefined) warn(`${name}=${text} is not understood, and ignored`)
    return value
  }
  for (const name of ENDPOINTS) read(name, address)
  const exporters = (name: string) => read(name, exporterList) ?? ['otlp']
  return {
    disabled: variables.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true',
    metrics: exporters('OTEL_METRICS_EXPORTER'),
    logs: exporters('OTEL_LOGS_EXPORTER'),
    interval: read('OTEL_METRIC_EXPORT_INTERVAL', milliseconds),
    timeout: read('OTEL_METRIC_EXPORT_TIMEOUT', milliseconds),
    histograms: read('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', histograms),
    protocol:
      read('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', (text) => text) ??
      read('OTEL_EXPORTER_OTLP_PROTOCOL', (text) => text),
    outbox: read('PI_UPTIME_OUTBOX', (text) => text),
  }
}

/** A list of names; those that we know. */
function exporterList(text: string): readonly string[] | undefined {
  const known = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => ['otlp', 'console', 'none'].includes(name))
  return known.length > 0 ? known : undefined
}

function address(text: string): string | undefined {
  return URL.canParse(text) && /^https?:/i.test(text) ? text : undefined
}

function milliseconds(text: string): number | undefined {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : undefined
}

function histograms(text: string): 'exponential' | 'explicit' | undefined {
  if (text === 'base2_exponential_bucket_histogram') return 'exponential'
  return text === 'explicit_bucket_histogram' ? 'explicit' : undefined
}
