/** What a log record's severity number falls into (OpenTelemetry's logs data model): 1 to 4 is TRACE, … 21 to 24 is FATAL. */
export const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const
/** `WARN`, as a place in it: from here on kinds of lines are told apart. */
export const WARN = 3

export type LogSeverity = (typeof SEVERITIES)[number]

/** How other logging libraries call theirs. */
const BY_NAME: Readonly<Record<string, LogSeverity>> = {
  trace: 'TRACE',
  silly: 'TRACE',
  verbose: 'DEBUG',
  debug: 'DEBUG',
  http: 'INFO',
  info: 'INFO',
  notice: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  warning: 'WARN',
  error: 'ERROR',
  err: 'ERROR',
  crit: 'FATAL',
  critical: 'FATAL',
  alert: 'FATAL',
  emerg: 'FATAL',
  panic: 'FATAL',
  fatal: 'FATAL',
}

/** As a place in {@link SEVERITIES}, by a number of OpenTelemetry or a name; what is neither is INFO. */
export function severityOf(level: unknown): number {
  if (typeof level === 'number' && level >= 1) return Math.min(SEVERITIES.length - 1, (level - 1) >> 2)
  if (typeof level !== 'string' || level.length > 20) return 2
  return SEVERITIES.indexOf(BY_NAME[level] ?? BY_NAME[level.toLowerCase()] ?? 'INFO')
}
