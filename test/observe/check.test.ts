import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ATTRIBUTE, type Clock, ConfigError, SIGNAL } from '../../src/model/index.js'
import { type CheckOptions, check } from '../../src/observe/check.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { type Probe, probe } from './probe.js'

const HUNG = (): Promise<never> => new Promise(() => {})
const escaped: unknown[] = []
const onEscape = (error: unknown): number => escaped.push(error)

beforeEach(() => void process.on('unhandledRejection', onEscape))
afterEach(() => {
  process.off('unhandledRejection', onEscape)
  expect(escaped.splice(0)).toEqual([])
})

function values(run: Probe, name: string): number[] {
  return run.emitted.filter((one) => one.name === name).map((one) => one.value)
}

describe('a check that answers', () => {
  test('is known to be unanswered before it has run, and passes when it has', async () => {
    const run = probe(check('db', () => 'PONG'))
    expect(run.reports).toEqual([
      {
        name: 'db',
        kind: 'readiness',
        critical: true,
        status: undefined,
        groups: [],
        dependsOn: [],
        time: -1,
        since: -1,
        took: 0,
      },
    ])
    await run.clock.advance('1s')
    expect(run.last()).toMatchObject({ status: 'pass', took: 0 })
    expect(run.last().since).toBe(run.last().time)
    run.stop()
    await run.ended
  })

  test('runs from start to start at its cadence, however long it takes', async () => {
    const clock = virtualClock()
    const starts: number[] = []
    const slow = (): Promise<void> => {
      starts.push(clock.elapsed())
      return clock.sleep(3_000)
    }
    const run = probe(check('db', slow, { every: '10s', timeout: '5s' }), clock)
    await clock.advance('1m')
    run.stop()
    const gaps = starts.slice(1).map((start, i) => start - (starts[i] as number))
    expect(new Set(gaps)).toEqual(new Set([10_000]))
    expect(run.last().took).toBe(3_000)
    expect(new Set(values(run, SIGNAL.checkDuration))).toEqual(new Set([3]))
  })

  test('emits one status and one duration a run, always of the same signals', async () => {
    const run = probe(check('db', () => 'warn', { critical: false }))
    await run.clock.advance('25s')
    run.stop()
    expect(values(run, SIGNAL.checkStatus)).toEqual([0.5, 0.5, 0.5])
    expect(values(run, SIGNAL.checkDuration)).toEqual([0, 0, 0])
    expect(new Set(run.emitted.map((one) => one.signal)).size).toBe(2)
    expect(run.emitted.find((one) => one.name === SIGNAL.checkStatus)?.signal.attributes).toEqual({
      [ATTRIBUTE.checkName]: 'db',
      [ATTRIBUTE.checkKind]: 'readiness',
      [ATTRIBUTE.checkCritical]: false,
    })
  })

  test('publishes the facts of its answer', async () => {
    const run = probe(
      check('disk', () => ({ status: 'warn', output: 'nearly full', observedValue: 93, observedUnit: '%' })),
    )
    await run.clock.advance('1s')
    run.stop()
    expect(run.last()).toMatchObject({ status: 'warn', output: 'nearly full', observedValue: 93, observedUnit: '%' })
  })

  test('cannot overwrite its own name, kind or time by its answer', async () => {
    const run = probe(
      check('db', () => ({ status: 'pass', name: 'other', kind: 'liveness', time: 0, critical: false })),
    )
    await run.clock.advance('1s')
    run.stop()
    expect(run.last()).toMatchObject({ name: 'db', kind: 'readiness', critical: true })
    expect(run.last().time).toBeGreaterThan(0)
  })

  test('serves two monitors at once without mixing their memories', async () => {
    let bad = false
    const shared = check('db', () => !bad, { failAfter: 1 })
    const first = probe(shared)
    await first.clock.advance('1m')
    bad = true
    const second = probe(shared)
    await second.clock.advance('1s')
    expect(first.last().status).toBe('pass')
    expect(second.last().status).toBe('fail')
    first.stop()
    second.stop()
  })
})

describe('a check that fails', () => {
  test.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'down',
    ],
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
    [
      'throws no error',
      () => {
        throw 'a string'
      },
      '"a string"',
    ],
    [
      'throws nothing at all',
      () => {
        throw undefined
      },
      'undefined',
    ],
    ['rejects with null', () => Promise.reject(null), 'null'],
    [
      'throws what cannot be printed',
      () => {
        throw {
          toString: () => {
            throw new Error('no')
          },
        }
      },
      'an unprintable object',
    ],
    ['answers false', () => false, 'answered false'],
    ['resolves to false', async () => false, 'answered false'],
    [
      'answers a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: what a hostile check may answer
        then: () => {
          throw new Error('bad then')
        },
      }),
      'bad then',
    ],
  ])('because it %s says why', async (_, fn, output) => {
    const run = probe(check('db', fn))
    await run.clock.advance('30s')
    run.stop()
    expect(run.last()).toMatchObject({ status: 'fail', output })
    expect(values(run, SIGNAL.checkStatus)).toEqual([0, 0, 0])
  })

  test('needs failAfter failures to fail and passAfter passes to pass, and keeps its reason until then', async () => {
    const script = [true, false, false, false, true, true, true]
    const run = probe(check('db', () => script.shift() ?? true, { failAfter: 3, passAfter: 2 }))
    await run.clock.advance('65s')
    run.stop()
    const seen = run.reports.slice(1)
    expect(seen.map((report) => report.status)).toEqual(['pass', 'pass', 'pass', 'fail', 'fail', 'pass', 'pass'])
    expect(seen.map((report) => report.output)).toEqual([
      undefined,
      undefined,
      undefined,
      'answered false',
      'answered false',
      undefined,
      undefined,
    ])
    expect(seen[4]?.since).toBe(seen[3]?.time)
    expect(seen[6]?.since).toBe(seen[5]?.time)
  })
})

describe('a check that does not answer', () => {
  test('fails after its timeout although it ignores its abort signal', async () => {
    let aborted = 0
    const run = probe(
      check(
        'db',
        ({ abort }) => {
          abort.addEventListener('abort', () => aborted++)
          return HUNG()
        },
        { timeout: '2s' },
      ),
    )
    await run.clock.advance('3s')
    expect(run.last()).toMatchObject({ status: 'fail', output: 'no answer within 2 s', took: 2_000 })
    expect(aborted).toBe(1)
    run.stop()
    await run.ended
  })

  test('is not called again while it hangs, but keeps failing and says since when', async () => {
    let calls = 0
    const run = probe(
      check('db', () => {
        calls++
        return HUNG()
      }),
    )
    await run.clock.advance('10m')
    run.stop()
    expect(calls).toBe(1)
    expect(run.reports.length).toBe(61)
    expect(run.last()).toMatchObject({ status: 'fail', took: 590_000 })
    expect(run.last().output).toMatch(/^still running since 2024-01-01T00:00:00.\d{3}Z, for 9 min 50 s$/)
    expect(values(run, SIGNAL.checkStatus).length).toBe(60)
    expect(values(run, SIGNAL.checkDuration)).toEqual([5])
  })

  test('is called again as soon as it has ended, and its late answer counts for nothing', async () => {
    const clock = virtualClock()
    let calls = 0
    const slowOnce = async (): Promise<string> => {
      calls++
      if (calls > 1) return 'pass'
      await clock.sleep(34_000)
      return 'warn'
    }
    const run = probe(check('db', slowOnce, { failAfter: 1 }), clock)
    await clock.advance('39s')
    expect(calls).toBe(1)
    await clock.advance('3s')
    run.stop()
    expect(calls).toBe(2)
    expect(run.reports.map((report) => report.status)).toEqual([undefined, 'fail', 'fail', 'fail', 'fail', 'pass'])
  })

  test('that rejects late is no unhandled rejection', async () => {
    const clock = virtualClock()
    const run = probe(
      check('db', async () => {
        await clock.sleep(7_000)
        throw new Error('late')
      }),
      clock,
    )
    await clock.advance('9s')
    expect(run.last().output).toBe('no answer within 5 s')
    run.stop()
  })

  test('a thousand of them for an hour: a thousand calls, one sleeper each, nothing piles up', async () => {
    const clock = virtualClock()
    let calls = 0
    let aborts = 0
    const runs = Array.from({ length: 1_000 }, (_, i) =>
      probe(
        check(`c${i}`, ({ abort }) => {
          calls++
          abort.addEventListener('abort', () => aborts++)
          return HUNG()
        }),
        clock,
      ),
    )
    await clock.advance('2m')
    const sleepers = clock.sleepers
    for (const run of runs) run.reports.length = run.emitted.length = 0
    await clock.advance('58m')
    expect(calls).toBe(1_000)
    expect(aborts).toBe(1_000)
    expect(sleepers).toBe(1_000)
    expect(clock.sleepers).toBe(1_000)
    expect(runs.every((run) => run.reports.length === 348 && run.last().status === 'fail')).toBe(true)
    for (const run of runs) run.stop()
    await Promise.all(runs.map((run) => run.ended))
    expect(clock.sleepers).toBe(0)
  }, 60_000)
})

describe('the cadence', () => {
  test('a thousand checks do not start in one instant, yet all within a second, the same way each time', async () => {
    const starts = async (): Promise<number[]> => {
      const clock = virtualClock()
      const at: number[] = []
      const runs = Array.from({ length: 1_000 }, (_, i) =>
        probe(
          check(`c${i}`, () => void at.push(clock.elapsed())),
          clock,
        ),
      )
      await clock.advance('5s')
      for (const run of runs) run.stop()
      return at
    }
    const once = await starts()
    expect(once.length).toBe(1_000)
    expect(Math.max(...once)).toBeLessThan(1_000)
    const crowd = new Map<number, number>()
    for (const at of once) crowd.set(at, (crowd.get(at) ?? 0) + 1)
    expect(Math.max(...crowd.values())).toBeLessThan(10)
    expect(await starts()).toEqual(once)
  })

  test('runs that a sleeping machine has missed are not caught up on', async () => {
    const clock = virtualClock()
    let calls = 0
    const stalled: Clock = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed() + (calls > 2 ? 3_600_000 : 0),
      sleep: (ms, abort) => clock.sleep(ms, abort),
    }
    const run = probe(
      check('db', () => void calls++),
      stalled,
    )
    await clock.advance('1m')
    run.stop()
    expect(calls).toBeGreaterThanOrEqual(6)
    expect(calls).toBeLessThanOrEqual(8)
  })

  test('a timeout as long as the cadence works', async () => {
    const clock = virtualClock()
    const starts: number[] = []
    const slow = ({ abort }: { abort: AbortSignal }): Promise<void> => {
      starts.push(clock.elapsed())
      return clock.sleep(60_000, abort)
    }
    const run = probe(check('db', slow, { every: '1s', timeout: '1s' }), clock)
    await clock.advance('10s')
    run.stop()
    expect(starts.length).toBeGreaterThanOrEqual(10)
    expect(starts.length).toBeLessThanOrEqual(11)
    expect(run.last().output).toBe('no answer within 1 s')
  })
})

describe('the end', () => {
  test('aborts the call under way, publishes nothing more and leaves no sleeper', async () => {
    let aborted = false
    const run = probe(
      check('db', ({ abort }) => {
        abort.addEventListener('abort', () => {
          aborted = true
        })
        return HUNG()
      }),
    )
    await run.clock.advance('1s')
    run.stop()
    await run.ended
    expect(aborted).toBe(true)
    expect(run.reports.length).toBe(1)
    expect(run.emitted).toEqual([])
    expect(run.clock.sleepers).toBe(0)
  })

  test('before the first run means no run at all', async () => {
    let calls = 0
    const run = probe(check('db', () => void calls++))
    run.stop()
    await run.ended
    expect(calls).toBe(0)
  })
})

describe('a startup check', () => {
  test('is asked until it passes once, and then no more', async () => {
    let calls = 0
    const run = probe(check('migrated', () => ++calls >= 4, { kind: 'startup' }))
    await run.clock.advance('10m')
    await run.ended
    expect(calls).toBe(4)
    expect(run.reports.map((report) => report.status)).toEqual([undefined, undefined, undefined, undefined, 'pass'])
    expect(run.reports[2]?.output).toBe('answered false')
    expect(values(run, SIGNAL.checkStatus)).toEqual([1])
  })

  test('that never passes fails after failAfter runs, and is asked on', async () => {
    const run = probe(check('migrated', () => false, { kind: 'startup', failAfter: 3 }))
    await run.clock.advance('45s')
    run.stop()
    expect(run.reports.map((report) => report.status)).toEqual([
      undefined,
      undefined,
      undefined,
      'fail',
      'fail',
      'fail',
    ])
  })
})

describe('building', () => {
  test('tells what it checks before it has run', () => {
    const { name, check: what } = check('db', () => true, { groups: ['web'], dependsOn: ['net'], critical: false })
    expect(name).toBe('check:db')
    expect(what).toEqual({ name: 'db', kind: 'readiness', critical: false, groups: ['web'], dependsOn: ['net'] })
  })

  test('a short cadence brings its own short timeout', () => {
    expect(() => check('db', () => true, { every: '100ms' })).not.toThrow()
  })

  test.each<[string, CheckOptions]>([
    ['check.kind', { kind: 'ready' as 'readiness' }],
    ['check.critical', { critical: 'no' as unknown as boolean }],
    ['check.timeout', { timeout: '11s' }],
    ['check.timeout', { timeout: 0 }],
    ['check.every', { every: '1ms' }],
    ['check.every', { every: '2d' }],
    ['check.failAfter', { failAfter: 0 }],
    ['check.passAfter', { passAfter: 1.5 }],
    ['check.groups', { groups: 'web' as unknown as string[] }],
    ['check.groups[1]', { groups: ['web', ''] }],
    ['check.dependsOn', { dependsOn: ['db'], kind: 'liveness' }],
    ['check.dependsOn', { dependsOn: ['self'] }],
    ['check.dependsOn', { dependsOn: Array.from({ length: 33 }, (_, i) => `c${i}`) }],
  ])('refuses a bad %s', (field, options) => {
    const build = (): unknown => check('self', () => true, options)
    expect(build).toThrow(ConfigError)
    expect(build).toThrow(expect.objectContaining({ field }))
  })

  test('refuses a check without a name or a function', () => {
    expect(() => check('', () => true)).toThrow(expect.objectContaining({ field: 'check.name' }))
    expect(() => check('db', undefined as unknown as () => void)).toThrow(
      expect.objectContaining({ field: 'check.fn' }),
    )
  })
})
