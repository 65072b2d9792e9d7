import { expectTypeOf, test } from 'vitest'
import {
  type Alert,
  type Budget,
  type Channel,
  createMonitor,
  type Detector,
  type Duration,
  type Fault,
  type Feedback,
  type Finding,
  type Handle,
  type Monitor,
  type Remediation,
  remediate,
} from '../../src/index.js'

declare const monitor: Monitor

test('events are typed by their name', () => {
  monitor.on('finding', (finding) => expectTypeOf(finding).toEqualTypeOf<Finding>())
  monitor.on('alert', (alert) => expectTypeOf(alert).toEqualTypeOf<Alert>())
  monitor.on('feedback', (feedback) => expectTypeOf(feedback).toEqualTypeOf<Feedback>())
  monitor.on('fault', (fault) => expectTypeOf(fault).toEqualTypeOf<Fault>())
  // @ts-expect-error there is no such event
  monitor.on('findings', () => undefined)
})

test('a signal is a handle, and only numbers are recorded', () => {
  expectTypeOf(monitor.signal('x', { unit: 's', attributes: { a: 1, b: 'two', c: true } })).toEqualTypeOf<Handle>()
  // @ts-expect-error text is no number
  monitor.signal('x').record('5')
  // @ts-expect-error arrays make no identity
  monitor.signal('x', { attributes: { a: [1] } })
})

test('a duration is milliseconds or a number with a unit', () => {
  expectTypeOf<'90s'>().toExtend<Duration>()
  expectTypeOf<90_000>().toExtend<Duration>()
  expectTypeOf<'90 seconds'>().not.toExtend<Duration>()
  expectTypeOf<'5w'>().not.toExtend<Duration>()
})

test('a budget is a number per a duration with a unit, a rating one of two words', () => {
  expectTypeOf<'0.5 per 12h'>().toExtend<Budget>()
  expectTypeOf<'1 a day'>().not.toExtend<Budget>()
  expectTypeOf<'1 per 7'>().not.toExtend<Budget>()
  expectTypeOf(monitor.feedback('f-1', 'noise')).toEqualTypeOf<boolean>()
  // @ts-expect-error there is no such rating
  monitor.feedback('f-1', 'bad')
})

test('an option that is undefined does not erase a default', () => {
  // @ts-expect-error exactOptionalPropertyTypes
  createMonitor({ service: 'x', tick: undefined })
})

test('a detector, a channel and a remediation of one line each are values', () => {
  const ceiling: Detector<null> = {
    name: 'ceiling@1',
    start: () => null,
    score: (_, value) => (value > 9 ? 10 : 0),
    learn() {},
  }
  const log: Channel = { name: 'log', send: async (alert) => void alert.summary }
  const mend: Remediation = { name: 'mend', apply: () => undefined }
  expectTypeOf(ceiling).toExtend<Detector>()
  expectTypeOf(log.send).parameter(0).toEqualTypeOf<Alert>()
  remediate({ name: 'x', when: { signal: 'db.*' }, steps: [mend, () => 5, async (incident) => incident.title] })
  // @ts-expect-error a repair for everything is no repair
  remediate({ name: 'x', steps: [mend] })
})
