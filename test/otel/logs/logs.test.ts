import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Signal } from '../../../src/model/index.js'
import { type LogsOptions, logs } from '../../../src/otel/logs.js'
import '../../../src/otel/logs/run.js' // as a monitor does with its first start
import { rig } from '../../../src/testing/index.js'
import { anomaly, novelty } from '../../../src/watch/index.js'

/** A source under a virtual clock, and what it has told of each window. */
async function watched(options: LogsOptions = {}) {
  const lines = logs(options)
  const told: { signal: Signal; value: number }[] = []
  const world = rig({
    observe: [lines],
    watch: [
      {
        name: 'ear@1',
        matches: (signal) => signal.name === 'log.record.count.rate',
        start: () => null,
        push: (_, value, __, signal) => {
          told.push({ signal, value })
          return []
        },
        tick: () => [],
      },
    ],
  })
  await world.advance('1s')
  const values = (): Record<string, number> => {
    const found: Record<string, number> = {}
    for (const { signal, value } of told) {
      const { 'pi_uptime.log.severity': severity, 'pi_uptime.log.template': template } = signal.attributes
      found[template === undefined ? `${severity}` : `${severity} ${template}`] = value
    }
    told.length = 0
    return found
  }
  return { lines, world, told, values }
}

describe('logs()', () => {
  test('tells records by severity, and kinds of lines of warnings and worse', async () => {
    const { lines, world, values } = await watched()
    for (let i = 0; i < 50; i++) lines.onEmit({ severityNumber: 9, body: `request ${i} served` })
    for (let i = 0; i < 20; i++) lines.onEmit({ severityNumber: 17, body: `query ${i} timed out after ${i * 7} ms` })
    lines.onEmit({ severityText: 'warn', body: 'the cache is cold' })
    await world.advance('10s')
    expect(values()).toEqual({
      INFO: 5,
      WARN: 0.1,
      ERROR: 2,
      'ERROR query <*> timed out after <*> ms': 2,
      'WARN the cache is cold': 0.1,
    })
    await world.advance('10s')
    expect(values()).toEqual({
      INFO: 0,
      WARN: 0,
      ERROR: 0,
      'ERROR query <*> timed out after <*> ms': 0,
      'WARN the cache is cold': 0,
    })
  })

  test('words that differ between lines that are otherwise alike vary; short lines are taken as they are', async () => {
    const { lines } = await watched()
    for (const name of ['ann', 'bob', 'carol']) lines.record('error', `user ${name} could not log in`)
    for (const word of ['created', 'deleted']) lines.record('error', `user ${word}`)
    expect(lines.templates().map(({ template }) => template)).toEqual([
      'user <*> could not log in',
      'user created',
      'user deleted',
    ])
  })

  test.each<[string, unknown, string]>([
    ['a text', 'out of memory', 'out of memory'],
    ['an object with a message', { message: 'out of memory', code: 7 }, 'out of memory'],
    ['an object of pino', { msg: 'out of memory' }, 'out of memory'],
    ['an error', new Error('out of memory'), 'out of memory'],
    ['an object without one', { user: 'ann', age: 7 }, 'user age'],
    ['a number', 7, '<*>'],
    ['nothing', undefined, ''],
  ])('a message that is %s has a kind', async (_, message, expected) => {
    const { lines } = await watched()
    lines.record('error', message)
    expect(lines.templates().map(({ template }) => template)).toEqual([expected])
  })

  test('a record without a body is told by its exception or its event', async () => {
    const { lines } = await watched()
    lines.onEmit({ severityNumber: 17, attributes: { 'exception.message': 'socket hang up' } })
    lines.onEmit({ severityNumber: 17, eventName: 'payment.declined' })
    expect(lines.templates().map(({ template }) => template)).toEqual(['socket hang up', 'payment.declined'])
  })

  test('what a monitor itself says through the same provider is not counted', async () => {
    const { lines, world, values } = await watched()
    lines.onEmit({ severityNumber: 17, eventName: 'pi_uptime.finding', body: 'errors are up' })
    await world.advance('10s')
    expect(values()).toEqual({})
  })

  test('an example and a trace are at hand for a finding, and what was said before the start is not kept', async () => {
    const early = logs()
    early.record('error', 'too early')
    expect(early.templates()).toEqual([])
    const { lines, world, told } = await watched()
    lines.onEmit({ severityNumber: 17, body: 'payment 7 of 9 declined', spanContext: { traceId: 'abc' } })
    await world.advance('10s')
    const signal = told.find(({ signal: { attributes } }) => 'pi_uptime.log.template' in attributes)?.signal
    expect(lines.template(signal as Signal)).toEqual({
      severity: 'ERROR',
      template: 'payment <*> of <*> declined',
      example: 'payment 7 of 9 declined',
      trace: 'abc',
    })
    expect(lines.template({ name: 'x', unit: '1', attributes: {} })).toBeUndefined()
  })

  describe('secrets', () => {
    beforeEach(() => {
      process.env.SHOP_API_KEY = 'canary-without-digits'
    })
    afterEach(() => {
      delete process.env.SHOP_API_KEY
    })

    test('are in no kind, no example and no signal', async () => {
      const { lines, world, told } = await watched()
      const canaries = ['canary-without-digits', 'hunter', 'AKIAABCDEFGHIJKLMNOP', 'swordfish']
      lines.record('error', 'login with password=hunter failed')
      lines.record('error', 'the key canary-without-digits was refused')
      lines.record('error', 'cannot reach https://ann:swordfish@db/')
      lines.record('error', 'uploading as AKIAABCDEFGHIJKLMNOP failed')
      lines.record('error', 'Authorization: Bearer swordfish')
      await world.advance('10s')
      const seen = JSON.stringify([lines.templates(), told])
      expect(canaries.filter((canary) => seen.includes(canary))).toEqual([])
      expect(lines.templates()).toHaveLength(5)
    })
  })

  test('hostile lines are bounded, counted, and cost the app nothing but their time', async () => {
    const { lines, world, told } = await watched({ maxTemplates: 200 })
    for (let i = 0; i < 20_000; i++) {
      const letters = [...`${i}`].map((digit) => 'abcdefghij'[Number(digit)]).join('')
      lines.record('error', `${letters} ${'x'.repeat(i % 7)} ${letters}`)
      if (i % 1_000 === 0) await world.advance('10s')
    }
    await world.advance('10s')
    expect(lines.stats().templates).toBeLessThanOrEqual(200)
    expect(lines.stats().overflowed).toBeGreaterThan(10_000)
    const series = new Set(told.map(({ signal }) => JSON.stringify(signal.attributes)))
    expect(series.size).toBeLessThanOrEqual(101)
  })

  test('whatever is logged, nothing is thrown, and every record is counted', async () => {
    const { lines, world, values } = await watched()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything({ withNullPrototype: true, withBigInt: true })), async (messages) => {
        for (const message of messages) lines.record('fatal', message)
        await world.advance('10s')
        const told = values()
        if (messages.length > 0) expect(told.FATAL).toBeCloseTo(messages.length / 10, 9)
      }),
      { numRuns: 100 },
    )
    const trap = {
      get message(): string {
        throw new Error('no')
      },
    }
    lines.record('error', trap)
    lines.onEmit({
      get severityNumber(): number {
        throw new Error('no')
      },
    })
    lines.onEmit(null as never)
    expect(world.faults.length).toBeGreaterThan(0)
  })

  test('a kind that was not seen for a day is forgotten', async () => {
    const { lines, world } = await watched()
    lines.record('error', 'once')
    await world.advance('2h')
    lines.record('error', 'twice a day')
    await world.advance('23h')
    expect(lines.templates().map(({ template }) => template)).toEqual(['twice a day'])
  })

  test.each([
    ['logs.every', { every: '1ms' }],
    ['logs.maxTemplates', { maxTemplates: 0 }],
    ['logs.templates', { templates: 5 }],
  ])('%s: an option out of range is refused', (field, options) => {
    expect(() => logs(options as never)).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })
})

test('a burst of one kind of error and a kind that was never seen are found; two quiet days are not', async () => {
  const lines = logs()
  const world = rig({ observe: [lines], watch: [anomaly(), novelty({ signal: 'log.record.count.rate' })] })
  const found: string[] = []
  world.monitor.on('finding', ({ state, watcher, signal, summary }) => {
    if (state === 'open') found.push(`${watcher}: ${signal.attributes['pi_uptime.log.template'] ?? 'all'}: ${summary}`)
  })
  let seed = 7
  const chance = (): number => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  const quiet = async (tens: number): Promise<void> => {
    for (let i = 0; i < tens; i++) {
      for (let k = 0; k < 20; k++) lines.record('info', `request ${k} served`)
      if (chance() < 0.05) lines.record('warn', `slow query, ${i} ms`)
      if (chance() < 0.02) lines.record('error', `mail to user ${i} bounced`)
      await world.advance('10s')
    }
  }
  await quiet(2 * 8640)
  expect(found).toEqual([])
  for (let i = 0; i < 12; i++) {
    for (let k = 0; k < 30; k++) lines.record('error', `mail to user ${k} bounced`)
    await world.advance('10s')
  }
  expect(found.some((line) => line.startsWith('anomaly: mail to user <*> bounced'))).toBe(true)
  found.length = 0
  await quiet(360)
  lines.record('error', 'disk /dev/sda is failing')
  await world.advance('20s')
  expect(found.filter((line) => line.startsWith('novelty'))).toEqual([
    expect.stringMatching(/^novelty: disk \/dev\/sda is failing: .* is new: it was never seen before, in 2 d/),
  ])
})
