/**
 * One signal that the library observes by itself: name, unit, attributes, meaning. The tables of this folder hold them all; docs/signals.md is written from them.
 *
 * Names are those of OpenTelemetry's semantic conventions 1.45 where they have one, or of the Collector's connectors, else under `pi_uptime.`. What follows from a
 * counter or a histogram over our own window has a suffix, as with `tee()`: `.rate`, `.mean`, `.max`, `.p99`.
 *
 * Not part of the root: what observes loads its table when it starts.
 */
/** One signal of the table. */
export interface SignalRow {
  readonly name: string
  /** UCUM. */
  readonly unit: string
  /** Keys of its attributes; one that not all of its series have is in brackets. */
  readonly attributes: readonly string[]
  readonly meaning: string
}

/** `name | unit | attributes | meaning` */
export function row(texts: TemplateStringsArray, ...values: readonly string[]): SignalRow {
  const [name = '', unit = '', attributes = '', meaning = ''] = String.raw(texts, ...values).split(' | ')
  return { name, unit, attributes: attributes.split(' ').filter((key) => key !== '–'), meaning }
}
