import {
  ATTRIBUTE,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  integerIn,
  mask,
  OWN_PREFIX,
  type Signal,
  type Source,
  textIn,
} from '../model/index.js'
import { SEVERITIES, severityOf, WARN } from './logs/severity.js'
import { Templates, textOf } from './logs/templates.js'

/** What {@link logs} observes. */
export interface LogsOptions {
  /** The window over which rates are taken; from 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
  /** Kinds of lines that are told apart. From 1 to 2,000. @defaultValue 500 */
  readonly maxTemplates?: number
  /** Tells two of them apart. @defaultValue `'logs'` */
  readonly name?: string
}

/** What is used of a log record of OpenTelemetry's SDK, 2.x and 3.x. */
export interface SomeLogRecord {
  readonly severityNumber?: number | undefined
  readonly severityText?: string | undefined
  readonly body?: unknown
  readonly eventName?: string | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly spanContext?: { readonly traceId: string } | undefined
}

/** A kind of log line. */
export interface LogTemplate {
  readonly severity: string
  /** What varies from line to line is `<*>`. */
  readonly template: string
  /** The first such line, with secrets masked. */
  readonly example: string
  /** A trace in which the last one was written; `undefined` when it was in none. */
  readonly trace: string | undefined
}

/** What was not told apart. Counted since the start of the process. */
export interface LogsStats {
  readonly templates: number
  /** Lines of a kind that found no room. */
  readonly overflowed: number
}

/** A log record processor that is a source as well. */
export interface Logs extends Source {
  onEmit(record: SomeLogRecord, context?: unknown): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
  /** A line of another logging library; its level by name, or by OpenTelemetry's number. Never throws. */
  record(level: string | number | undefined, message: unknown): void
  /** The kinds of lines there are, of warnings and worse. */
  templates(): readonly LogTemplate[]
  /** The kind of line that a signal of this source is about: of `finding.signal`, for one. */
  template(signal: Signal): LogTemplate | undefined
  stats(): LogsStats
}

/**
 * Turns logs into signals: records by severity, and, of warnings and worse, records of each kind of line. Kinds are learned in stream:
 * what varies from line to line, numbers, ids, quoted text, is left out, and lines that have most words in common are one kind.
 *
 * Give it to the logger provider beside the processor that exports, and to the monitor; a logger that is none of OpenTelemetry's calls
 * `record()`. With `anomaly()` a burst of one kind, or of a severity, is found; with `novelty()` of `pi-uptime/watch` a kind
 * that was never seen before.
 *
 * Secrets are masked by their form, and where a variable of this process holds them, before anything of a line is kept. O(length) for a warning or worse, a microsecond or two; of all else only the count is taken. At most 500
 * kinds, some 300 KB. Nothing is kept before the monitor has started. Never throws into the app.
 *
 * @throws ConfigError when an option is out of its range.
 * @example
 * const lines = logs()
 * const provider = new LoggerProvider({ processors: [lines, new BatchLogRecordProcessor(exporter)] })
 * const monitor = createMonitor({ service: 'checkout', observe: [lines], watch: [anomaly(), novelty({ signal: 'log.record.count.rate' })] })
 * monitor.on('finding', ({ signal, summary }) => console.log(summary, lines.template(signal)?.example))
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
export function logs(options: LogsOptions = {}): Logs {
  checkOptions('logs', options, ['every', 'maxTemplates', 'name'])
  const every = duration('logs.every', options.every ?? '10s', { min: 1e3, max: 36e5 })
  const most = integerIn('logs.maxTemplates', options.maxTemplates ?? 500, 1, 2_000)
  return new LogSource(textIn('logs.name', options.name ?? 'logs', 100), every, most)
}

class LogSource implements Logs {
  readonly #templates: Templates
  readonly #records: number[] = SEVERITIES.map(() => -1)
  #context: Context | undefined

  constructor(
    readonly name: string,
    private readonly every: number,
    most: number,
  ) {
    this.#templates = new Templates(most, mask)
  }

  async start(emit: Emit, context: Context): Promise<void> {
    this.#context = context
    const { runLogs } = await import('./logs/run.js')
    await runLogs({ records: this.#records, templates: this.#templates }, this.every, emit, context)
    if (this.#context === context) this.#context = undefined
  }

  onEmit(record: SomeLogRecord): void {
    if (!this.#context) return
    try {
      const { severityNumber, severityText, spanContext, eventName } = record
      if (eventName?.startsWith(OWN_PREFIX)) return // what a monitor says of what it found here is no news
      this.#take(severityOf(severityNumber || severityText), () => lineOf(record), spanContext?.traceId)
    } catch (error) {
      this.#context.fault(error)
    }
  }

  record(level: string | number | undefined, message: unknown): void {
    if (!this.#context) return
    try {
      this.#take(severityOf(level), () => wordOf(message), undefined)
    } catch (error) {
      this.#context.fault(error)
    }
  }

  forceFlush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }

  templates(): readonly LogTemplate[] {
    return [...this.#templates].map(({ severity, words, example, trace }) => ({
      severity: SEVERITIES[severity] ?? 'INFO',
      template: words.join(' '),
      example,
      trace: trace || undefined,
    }))
  }

  template({ attributes }: Signal): LogTemplate | undefined {
    const [severity, text] = [attributes[ATTRIBUTE.logSeverity], attributes[ATTRIBUTE.logTemplate]]
    for (const each of this.#templates)
      if (SEVERITIES[each.severity] === severity && textOf(each) === text)
        return { severity: `${severity}`, template: `${text}`, example: each.example, trace: each.trace || undefined }
    return undefined
  }

  stats(): LogsStats {
    return { templates: this.#templates.size, overflowed: this.#templates.refused }
  }

  #take(severity: number, line: () => string, trace: string | undefined): void {
    this.#records[severity] = Math.max(0, this.#records[severity] as number) + 1
    if (severity < WARN) return
    const now = this.#context?.clock.elapsed() ?? 0
    const template = this.#templates.of(severity, line(), now)
    if (!template) return
    template.count++
    template.seenAt = now
    if (trace) template.trace = trace
  }
}

/** The text of a record; of one without, what went wrong, or what it is called. */
function lineOf({ body, eventName, attributes }: SomeLogRecord): string {
  const line = wordOf(body)
  return line === '' ? wordOf(attributes?.['exception.message'] ?? eventName) : line
}

/** The text of a message; of an object, what it calls its message, or else the names of its fields: values vary. */
function wordOf(message: unknown): string {
  if (typeof message === 'string') return message
  if (message === null || message === undefined) return ''
  if (typeof message !== 'object') return `${String(message)}`
  const { message: text, msg } = message as { message?: unknown; msg?: unknown }
  if (typeof text === 'string') return text
  return typeof msg === 'string' ? msg : Object.keys(message).slice(0, 20).join(' ')
}
