import { ConfigError, checkOptions, type Selector, textIn } from '../../model/index.js'
import { type ObjectiveOptions, type ObjectiveSource, objectivePlan } from '../objective/objective-options.js'
import {
  calendarIn,
  durationIn,
  type OpenSloDocument,
  type OpenSloSource,
  OURS,
  recordIn,
  type SignalOf,
  VERSION,
} from './document.js'

/** How {@link readOpenSlo} reads. */
export interface OpenSloOptions {
  /** What stands for a metric source that is not ours. @defaultValue such a source is an error */
  readonly signalOf?: SignalOf
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Objectives from OpenSLO v1: YAML or JSON, one document or several. Documents of other kinds than `SLO` and `SLI` are left alone.
 *
 * | In OpenSLO | Here |
 * | --- | --- |
 * | `indicator.spec.ratioMetric`, `good`, `bad`, `total` | the same |
 * | `indicator.spec.thresholdMetric` with `op` and `value` | `signal` with `below` or `above` |
 * | `metricSource: { type: 'pi-uptime', spec: { signal } }` | the signal's selector |
 * | `timeWindow`, rolling to 30 d, or a calendar's `1w` or `1M` in UTC | `window` |
 * | `budgetingMethod: Timeslices`, `timeSliceTarget`, `timeSliceWindow` | `slice` |
 * | `budgetingMethod: RatioTimeslices` | `slice` without a target |
 *
 * An SLO of several objectives becomes as many, each named after it and its own `displayName` or place. YAML needs the package `yaml`.
 *
 * @throws ConfigError naming the field, where a document says what cannot be kept; what the parser throws.
 * @example
 * const objectives = (await readOpenSlo(await readFile('slo.yaml', 'utf8'))).map(objective)
 * @see OpenSLO specification v1, https://github.com/OpenSLO/OpenSLO
 */
export async function readOpenSlo(text: string, options: OpenSloOptions = {}): Promise<readonly ObjectiveOptions[]> {
  return objectivesOf(await parsed(textIn('readOpenSlo.text', text, 2 ** 24)), options)
}

/** The same from documents that have been parsed. @throws ConfigError naming the field. */
export function objectivesOf(documents: unknown, options: OpenSloOptions = {}): readonly ObjectiveOptions[] {
  checkOptions('readOpenSlo', options, ['signalOf'])
  const all = (Array.isArray(documents) ? documents : [documents]).map((one, i) => documentIn(`document[${i}]`, one))
  const indicators = new Map(
    all.filter(({ kind }) => kind === 'SLI').map(({ metadata, spec }) => [metadata.name, spec]),
  )
  return all
    .filter(({ kind }) => kind === 'SLO')
    .flatMap((document) => slo(document, indicators, options.signalOf ?? (() => undefined)))
}

async function parsed(text: string): Promise<unknown> {
  if (/^\s*[[{]/.test(text)) return JSON.parse(text) as unknown
  const { parseAllDocuments } = await import('yaml').catch((error: unknown) => {
    throw new Error('to read YAML, readOpenSlo() needs the package yaml: npm install yaml', { cause: error })
  })
  const documents = parseAllDocuments(text)
  return [...documents].map((document) => {
    const [error] = document.errors
    if (error) throw error
    return document.toJS() as unknown
  })
}

function documentIn(field: string, value: unknown): OpenSloDocument {
  const { apiVersion, kind, metadata, spec = {} } = recordIn(field, value)
  if (apiVersion !== VERSION) throw new ConfigError(`${field}.apiVersion`, `'${VERSION}'`, apiVersion)
  const { name } = recordIn(`${field}.metadata`, metadata)
  textIn(`${field}.metadata.name`, name)
  return {
    apiVersion,
    kind: textIn(`${field}.kind`, kind as string),
    metadata: metadata as OpenSloDocument['metadata'],
    spec: recordIn(`${field}.spec`, spec),
  }
}

function slo(
  { metadata, spec }: OpenSloDocument,
  indicators: ReadonlyMap<string, Fields>,
  signalOf: SignalOf,
): readonly ObjectiveOptions[] {
  const field = metadata.name
  const indicator = indicatorOf(field, spec, indicators)
  const { objectives, budgetingMethod = 'Occurrences' } = spec
  if (!Array.isArray(objectives) || objectives.length === 0)
    throw new ConfigError(`${field}.spec.objectives`, 'a list of one or more', objectives)
  return objectives.map((one: unknown, i) => {
    const at = `${field}.spec.objectives[${i}]`
    const target = recordIn(at, one)
    const suffix = objectives.length === 1 ? '' : `-${(target.displayName as string) ?? i + 1}`
    const options: ObjectiveOptions = {
      name: `${field}${suffix}`,
      target: targetIn(at, target),
      ...windowOf(field, spec),
      ...sourceOf(field, indicator, target, signalOf),
      ...sliceOf(at, budgetingMethod, target),
    }
    objectivePlan(options)
    return options
  })
}

function indicatorOf(field: string, spec: Fields, indicators: ReadonlyMap<string, Fields>): Fields {
  const { indicator, indicatorRef } = spec
  if (indicator !== undefined) {
    const { spec: inner } = recordIn(`${field}.spec.indicator`, indicator)
    return recordIn(`${field}.spec.indicator.spec`, inner)
  }
  const found = indicators.get(indicatorRef as string)
  if (found === undefined)
    throw new ConfigError(`${field}.spec.indicatorRef`, 'the name of an SLI among the documents', indicatorRef)
  return found
}

function targetIn(field: string, { target, targetPercent }: Fields): number {
  if (target === undefined && typeof targetPercent === 'number') return Number((targetPercent / 100).toPrecision(12))
  if (typeof target === 'number') return target
  throw new ConfigError(`${field}.target`, 'a number, or targetPercent', target)
}

function windowOf(field: string, { timeWindow = [] }: Fields): Pick<ObjectiveOptions, 'window'> {
  const at = `${field}.spec.timeWindow`
  if (!Array.isArray(timeWindow) || timeWindow.length > 1) throw new ConfigError(at, 'a list of one', timeWindow)
  if (timeWindow.length === 0) return {}
  const window = recordIn(`${at}[0]`, timeWindow[0])
  if (window.isRolling === true || window.calendar === undefined)
    return { window: durationIn(`${at}[0].duration`, window.duration) }
  return { window: calendarIn(`${at}[0]`, window) }
}

function sourceOf(field: string, indicator: Fields, target: Fields, signalOf: SignalOf): ObjectiveSource {
  const { ratioMetric, thresholdMetric } = indicator
  if (thresholdMetric !== undefined) {
    const signal = selectorIn(`${field}.thresholdMetric`, thresholdMetric, signalOf)
    const { op, value } = target
    if (typeof value !== 'number') throw new ConfigError(`${field}.spec.objectives.value`, 'a number', value)
    if (op === 'lte' || op === 'lt') return { signal, below: value }
    if (op === 'gte' || op === 'gt') return { signal, above: value }
    throw new ConfigError(`${field}.spec.objectives.op`, "one of 'lte', 'lt', 'gte', 'gt'", op)
  }
  const ratio = recordIn(`${field}.ratioMetric`, ratioMetric)
  const named = (['good', 'bad', 'total'] as const).filter((name) => ratio[name] !== undefined)
  return Object.fromEntries(
    named.map((name) => [name, selectorIn(`${field}.ratioMetric.${name}`, ratio[name], signalOf)]),
  )
}

function selectorIn(field: string, metric: unknown, signalOf: SignalOf): Selector {
  const source = recordIn(`${field}.metricSource`, recordIn(field, metric).metricSource) as OpenSloSource
  const selector = source.type === OURS ? (source.spec?.signal as Selector | undefined) : signalOf(source)
  if (selector !== undefined) return selector
  const expected = source.type === OURS ? 'spec.signal' : `type '${OURS}', or a signal by signalOf`
  throw new ConfigError(`${field}.metricSource`, expected, source)
}

function sliceOf(field: string, method: unknown, target: Fields): Pick<ObjectiveOptions, 'slice'> {
  if (method === 'Occurrences') return {}
  const { timeSliceTarget, timeSliceWindow = '1m' } = target
  const every = durationIn(`${field}.timeSliceWindow`, timeSliceWindow)
  if (method === 'RatioTimeslices') return { slice: { every } }
  if (method !== 'Timeslices')
    throw new ConfigError('spec.budgetingMethod', "'Occurrences', 'Timeslices' or 'RatioTimeslices'", method)
  if (typeof timeSliceTarget !== 'number')
    throw new ConfigError(`${field}.timeSliceTarget`, 'a number', timeSliceTarget)
  return { slice: { every, target: timeSliceTarget } }
}
