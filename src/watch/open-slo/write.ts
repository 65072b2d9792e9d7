import { ConfigError, duration, type Selector } from '../../model/index.js'
import { type ObjectiveOptions, objectivePlan } from '../objective/objective-options.js'
import { type OpenSloDocument, OURS, VERSION } from './document.js'

const DAY = 864e5
const [SECOND, MINUTE, HOUR] = [1_000, 6e4, 36e5]

/**
 * An objective as an OpenSLO v1 document: plain data, for `JSON.stringify` or a YAML library. {@link readOpenSlo} reads it back as it was.
 *
 * OpenSLO has no composites, so `of` cannot be said; nor can `minBad` and `onBudget`, which are left out, nor signals that are chosen by a function.
 *
 * @param service - what makes the promise.
 * @throws ConfigError when an option is out of range, or cannot be said in OpenSLO.
 * @example
 * writeFileSync('checkout.json', JSON.stringify(openSloOf({ name: 'checkout', target: 0.999, good: 'ok.rate', total: 'all.rate' }, 'checkout'), null, 2))
 */
export function openSloOf(options: ObjectiveOptions, service: string): OpenSloDocument {
  objectivePlan(options)
  const { name, target, window = '30d', of, slice } = options
  if (of !== undefined) throw new ConfigError('openSloOf.of', 'left out: OpenSLO v1 has no composites', of)
  const isSliced = slice !== undefined
  const method = isSliced ? (slice.target === undefined ? 'RatioTimeslices' : 'Timeslices') : 'Occurrences'
  const sliced = isSliced && {
    ...(slice.target !== undefined && { timeSliceTarget: slice.target }),
    timeSliceWindow: textOf(duration('openSloOf.slice.every', slice.every ?? '1m')),
  }
  return {
    apiVersion: VERSION,
    kind: 'SLO',
    metadata: { name },
    spec: {
      service,
      indicator: { metadata: { name: `${name}-indicator` }, spec: indicatorOf(options) },
      timeWindow: [windowOf(window)],
      budgetingMethod: method,
      objectives: [{ ...thresholdOf(options), target, ...sliced }],
    },
  }
}

function indicatorOf(options: ObjectiveOptions): Readonly<Record<string, unknown>> {
  const metric = (field: 'good' | 'bad' | 'total' | 'signal') => ({
    metricSource: { type: OURS, spec: { signal: sayable(`openSloOf.${field}`, options[field] as Selector) } },
  })
  if (options.signal !== undefined) return { thresholdMetric: metric('signal') }
  const named = (['good', 'bad', 'total'] as const).filter((field) => options[field] !== undefined)
  return { ratioMetric: { counter: true, ...Object.fromEntries(named.map((field) => [field, metric(field)])) } }
}

function thresholdOf({ below, above }: ObjectiveOptions): Readonly<Record<string, unknown>> {
  if (below !== undefined) return { op: 'lte', value: below }
  return above === undefined ? {} : { op: 'gte', value: above }
}

function sayable(field: string, selector: Selector): Selector {
  if (typeof selector !== 'function') return selector
  throw new ConfigError(field, 'names and attributes, which can be written down', selector)
}

function windowOf(window: NonNullable<ObjectiveOptions['window']>): Readonly<Record<string, unknown>> {
  if (window !== 'week' && window !== 'month')
    return { duration: textOf(duration('openSloOf.window', window)), isRolling: true }
  // The first of January 2024 was a Monday.
  const calendar = { startTime: '2024-01-01 00:00:00', timeZone: 'UTC' }
  return { duration: window === 'week' ? '1w' : '1M', isRolling: false, calendar }
}

/** In the largest unit that holds it wholly. */
function textOf(span: number): string {
  const units = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const
  const [size, unit] = units.find(([each]) => span % each === 0) ?? [SECOND, 's']
  return `${Math.round(span / size)}${unit}`
}
