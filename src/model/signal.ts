/** An attribute's value. Arrays and objects are not accepted: they make no identity. */
export type AttributeValue = string | number | boolean

/** OpenTelemetry attributes of a signal: at most 32 of them, keys and strings of at most 255 characters; the rest is cut. */
export type Attributes = Readonly<Record<string, AttributeValue>>

/** What is measured: an OpenTelemetry name, a UCUM unit and the attributes that tell one series from another. */
export interface Signal {
  /** OpenTelemetry's name where it has one: `'http.server.request.duration'`. */
  readonly name: string
  /** UCUM: `'s'`, `'By'`, `'1'` for a ratio, `'{request}'` for a count of things. */
  readonly unit: string
  readonly attributes: Attributes
}

/** How a signal is made: see `Monitor.signal`. */
export interface SignalOptions {
  /** UCUM unit. @defaultValue `'1'` */
  readonly unit?: string
  /** @defaultValue none */
  readonly attributes?: Attributes
}

/** A signal bound for recording: the hot path. Keep it, and call it as often as you like. */
export interface Handle {
  readonly signal: Signal
  /** Observes one number, now. Never throws, never blocks, allocates nothing; what is not a finite number is counted and dropped. */
  record(value: number): void
}

/** The attributes of a signal without any. */
export const NO_ATTRIBUTES: Attributes = Object.freeze({})

/** A signal in one line, as people write it: `http.server.request.duration{http.route=/pay}`. */
export function nameOf(signal: Signal): string {
  const pairs = Object.entries(signal.attributes).map(([key, value]) => `${key}=${value}`)
  return pairs.length > 0 ? `${signal.name}{${pairs.join(',')}}` : signal.name
}

/** One string per identity: name and attributes, whatever their order. For files and maps, not for the hot path. */
export function identityOf(signal: Signal): string {
  const pairs = Object.entries(signal.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([signal.name, ...pairs.flat()])
}
