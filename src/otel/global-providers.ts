import type { MeterProvider } from '@opentelemetry/api'
import type { EventLoggerProvider } from './providers.js'

/** The logs API, of whichever package. */
interface LogsApi {
  getLoggerProvider(): unknown
  setGlobalLoggerProvider(provider: unknown): unknown
  disable(): void
}

/**
 * Registers the providers where none is registered yet. What comes back takes them out again, unless others have taken their place.
 */
export async function registerGlobally(
  meterProvider: MeterProvider,
  loggerProvider: EventLoggerProvider | undefined,
): Promise<() => void> {
  const { metrics, ...api } = await import('@opentelemetry/api')
  const logs = loggerProvider && (await logsApi(api))
  if (isFree(metrics.getMeterProvider())) metrics.setGlobalMeterProvider(meterProvider)
  logs?.setGlobalLoggerProvider(loggerProvider)
  return () => {
    if (metrics.getMeterProvider() === meterProvider) metrics.disable()
    if (logs?.getLoggerProvider() === loggerProvider) logs?.disable()
  }
}

/** The API would complain aloud about a second registration. Its placeholder has no shutdown. */
function isFree(provider: object): boolean {
  return !('shutdown' in provider) && !('forceFlush' in provider)
}

/** Where the API in use keeps loggers: in `api` since 1.10, in `api-logs` before. */
async function logsApi(api: object): Promise<LogsApi | undefined> {
  const own = (api as { readonly logs?: LogsApi }).logs
  if (own) return own
  try {
    return (await import('@opentelemetry/api-logs')).logs as LogsApi
  } catch {
    return undefined
  }
}
