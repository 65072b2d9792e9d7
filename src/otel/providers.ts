import type { MeterProvider } from '@opentelemetry/api'
import type { LogEvent } from './log-event.js'

/** What we need of a `Logger`: api-logs and api 1.10 have the same. */
export interface EventLogger {
  emit(event: LogEvent): void
}

/** What we need of a `LoggerProvider`. */
export interface EventLoggerProvider {
  getLogger(name: string): EventLogger
}

/** Where to export to, as it stands at the moment of asking. */
export interface Providers {
  meters(): MeterProvider
  /** False for the placeholder that the API hands out while no provider is registered, and for a provider that was shut down. */
  isLive(provider: MeterProvider): boolean
  loggers(): EventLoggerProvider | undefined
}

/**
 * The given providers, else the globally registered ones, which may be registered later.
 *
 * Loggers are looked for where the API in use keeps them: api 1.10 has `logs` of its own, before that it is `api-logs`; what is
 * emitted through the one and registered through the other is lost without a word.
 */
export async function providersOf(options: {
  readonly meterProvider?: unknown
  readonly loggerProvider?: unknown
}): Promise<Providers> {
  const { meterProvider, loggerProvider } = options
  const api = await import('@opentelemetry/api')
  const logs = isLoggerProvider(loggerProvider) ? loggerProvider : await globalLogs(api)
  const placeholder = api.createNoopMeter()
  return {
    meters: () => (isMeterProvider(meterProvider) ? meterProvider : api.metrics.getMeterProvider()),
    isLive: (provider) => provider.getMeter('pi-uptime') !== placeholder,
    loggers: () => logs,
  }
}

async function globalLogs(api: object): Promise<EventLoggerProvider | undefined> {
  const own = (api as { readonly logs?: unknown }).logs
  if (isLoggerProvider(own)) return own
  try {
    const { logs } = await import('@opentelemetry/api-logs')
    return isLoggerProvider(logs) ? logs : undefined
  } catch {
    return undefined
  }
}

function isMeterProvider(value: unknown): value is MeterProvider {
  return typeof (value as Partial<MeterProvider> | undefined)?.getMeter === 'function'
}

function isLoggerProvider(value: unknown): value is EventLoggerProvider {
  return typeof (value as Partial<EventLoggerProvider> | undefined)?.getLogger === 'function'
}
