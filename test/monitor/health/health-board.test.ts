import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CheckResult, Health, HealthFilter, HealthStatus } from '../../../src/model/index.js'
import { HealthBoard } from '../../../src/monitor/health/health-board.js'

function result(name: string, status: HealthStatus | undefined, more: Partial<CheckResult> = {}): CheckResult {
  const base = { kind: 'readiness', critical: true, groups: [], dependsOn: [], time: 1, since: 1, took: 1 } as const
  return { name, status, ...base, ...more }
}

function board(...results: readonly CheckResult[]): HealthBoard {
  const made = new HealthBoard()
  for (const one of results) made.set(one)
  return made
}

function health(of: HealthBoard, filter?: HealthFilter): Health {
  return of.health({ service: 'shop', started: true, draining: false, filter })
}

function statuses(of: HealthBoard, filter?: HealthFilter): Record<string, HealthStatus | undefined> {
  return Object.fromEntries(health(of, filter).checks.map((check) => [check.name, check.status]))
}

describe('readiness', () => {
  test('is fine without any check', () => {
    expect(health(board())).toEqual({
      service: 'shop',
      status: 'pass',
      live: 'pass',
      ready: 'pass',
      started: 'pass',
      draining: false,
      checks: [],
    })
  })

  test.each<[HealthStatus | undefined, boolean, HealthStatus]>([
    ['pass', true, 'pass'],
    ['warn', true, 'warn'],
    ['fail', true, 'fail'],
    [undefined, true, 'fail'],
    ['pass', false, 'pass'],
    ['warn', false, 'warn'],
    ['fail', false, 'warn'],
    [undefined, false, 'pass'],
  ])('with a check that says %s (critical: %s) is %s', (status, critical, ready) => {
    expect(health(board(result('db', status, { critical }))).ready).toBe(ready)
  })

  test('fails before the start and while draining, and liveness does not', () => {
    const good = board(result('db', 'pass'), result('loop', 'pass', { kind: 'liveness' }))
    const before = good.health({ service: 'shop', started: false, draining: false })
    expect(before).toMatchObject({ ready: 'fail', started: 'fail', live: 'pass', status: 'fail' })
    const draining = good.health({ service: 'shop', started: true, draining: true })
    expect(draining).toMatchObject({ ready: 'fail', started: 'pass', live: 'pass', status: 'fail', draining: true })
  })
})

describe('liveness', () => {
  test('comes from liveness checks only', () => {
    const dead = board(result('db', 'fail'), result('up', 'fail', { kind: 'startup' }))
    expect(health(dead).live).toBe('pass')
    dead.set(result('loop', 'fail', { kind: 'liveness' }))
    expect(health(dead).live).toBe('fail')
  })

  test('never fails because of a dependency, whoever published it', () => {
    const live = result('loop', 'pass', { kind: 'liveness', dependsOn: ['db'] })
    expect(health(board(result('db', 'fail'), live)).live).toBe('pass')
  })

  test('passes while a check has no answer yet: that is no reason to restart', () => {
    expect(health(board(result('loop', undefined, { kind: 'liveness' }))).live).toBe('pass')
  })

  test('is the same whatever other checks say, start and drain included', () => {
    const status = fc.constantFrom<HealthStatus | undefined>('pass', 'warn', 'fail', undefined)
    fc.assert(
      fc.property(
        fc.array(status, { maxLength: 5 }),
        fc.array(status),
        fc.boolean(),
        fc.boolean(),
        (live, ready, up, drain) => {
          const own = live.map((one, i) => result(`l${i}`, one, { kind: 'liveness' }))
          const others = ready.map((one, i) => result(`r${i}`, one, { kind: i % 2 ? 'startup' : 'readiness' }))
          const asked = board(...own, ...others).health({ service: 'shop', started: up, draining: drain })
          expect(asked.live).toBe(health(board(...own)).live)
        },
      ),
    )
  })
})

describe('startup', () => {
  test('fails until each startup check has passed once, and readiness with it', () => {
    const coming = board(result('a', 'pass', { kind: 'startup' }), result('b', undefined, { kind: 'startup' }))
    expect(health(coming)).toMatchObject({ started: 'fail', ready: 'fail', live: 'pass' })
    coming.set(result('b', 'warn', { kind: 'startup' }))
    expect(health(coming)).toMatchObject({ started: 'pass', ready: 'pass' })
  })

  test('once passed is passed for good', () => {
    const up = board(result('a', 'pass', { kind: 'startup' }))
    up.set(result('a', 'fail', { kind: 'startup' }))
    expect(health(up).started).toBe('pass')
  })

  test('a group is not ready before the service has come up, although the startup check is not in it', () => {
    const coming = board(result('db', 'pass', { groups: ['web'] }), result('migrated', undefined, { kind: 'startup' }))
    expect(health(coming, { groups: ['web'] }).ready).toBe('fail')
    expect(health(coming, { groups: ['web'], exclude: ['migrated'] }).ready).toBe('pass')
  })

  test('a check that was taken out and comes again has to pass again', () => {
    const up = board(result('a', 'pass', { kind: 'startup' }))
    expect(up.remove('a')).toBe(true)
    expect(health(up).started).toBe('pass')
    up.set(result('a', undefined, { kind: 'startup' }))
    expect(health(up).started).toBe('fail')
  })
})

describe('dependencies', () => {
  test('a check fails because of one that it depends on, through others, and says of which', () => {
    const chain = board(
      result('page', 'pass', { dependsOn: ['api'], since: 5 }),
      result('api', 'pass', { dependsOn: ['db'] }),
      result('db', 'fail', { since: 9, output: 'refused' }),
      result('mail', 'pass'),
    )
    expect(statuses(chain)).toEqual({ page: 'fail', api: 'fail', db: 'fail', mail: 'pass' })
    const page = health(chain).checks[0]
    expect(page).toMatchObject({ output: 'depends on db, which fails', since: 9 })
  })

  test('a check that fails by itself keeps its own reason', () => {
    const both = board(result('api', 'fail', { dependsOn: ['db'], output: 'own' }), result('db', 'fail'))
    expect(health(both).checks[0]?.output).toBe('own')
  })

  test('one that is degraded, unanswered or unknown does no harm', () => {
    const fine = board(
      result('a', 'pass', { dependsOn: ['slow', 'new', 'nobody'] }),
      result('slow', 'warn'),
      result('new', undefined, { critical: false }),
    )
    expect(statuses(fine)).toMatchObject({ a: 'pass' })
  })

  test('a failing dependency that is not critical fails a critical dependent', () => {
    const both = board(result('api', 'pass', { dependsOn: ['cache'] }), result('cache', 'fail', { critical: false }))
    expect(health(both).ready).toBe('fail')
  })

  test('what is excluded is to blame for nothing, what is in another group still is', () => {
    const both = board(result('api', 'pass', { dependsOn: ['db'], groups: ['web'] }), result('db', 'fail'))
    expect(health(both, { exclude: ['db'] }).ready).toBe('pass')
    expect(health(both, { groups: ['web'] }).ready).toBe('fail')
    expect(statuses(both, { groups: ['web'] })).toEqual({ api: 'fail' })
  })

  test('any graph, circles included: a check fails exactly when it can reach a failing one', () => {
    const graph = fc.array(fc.record({ fails: fc.boolean(), on: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 10,
    })
    fc.assert(
      fc.property(graph, (nodes) => {
        const made = board(
          ...nodes.map(({ fails, on }, i) =>
            result(`n${i}`, fails ? 'fail' : 'pass', { dependsOn: on.map((to) => `n${to}`) }),
          ),
        )
        const reaches = (from: number, seen: Set<number>): boolean => {
          const node = nodes[from]
          if (!node || seen.has(from)) return false
          seen.add(from)
          return node.fails || node.on.some((to) => reaches(to, seen))
        }
        const expected = nodes.map((_, i) => [`n${i}`, reaches(i, new Set()) ? 'fail' : 'pass'])
        expect(statuses(made)).toEqual(Object.fromEntries(expected))
      }),
      { numRuns: 300 },
    )
  })

  test('a chain of a thousand is followed to its end', () => {
    const chain = Array.from({ length: 1_000 }, (_, i) =>
      result(`n${i}`, i === 999 ? 'fail' : 'pass', { dependsOn: [`n${i + 1}`] }),
    )
    expect(health(board(...chain)).checks.every((check) => check.status === 'fail')).toBe(true)
  })
})

describe('aggregation', () => {
  const RANK = { pass: 0, warn: 1, fail: 2 } as const
  const check = fc.record({
    status: fc.constantFrom<HealthStatus | undefined>('pass', 'warn', 'fail', undefined),
    kind: fc.constantFrom('readiness', 'liveness', 'startup') as fc.Arbitrary<CheckResult['kind']>,
    critical: fc.boolean(),
    groups: fc.subarray(['web', 'jobs']),
  })
  const checks = fc
    .array(check, { maxLength: 12 })
    .map((list) => list.map((one, i) => result(`c${i}`, one.status, one)))

  test('the status is the worst of live, ready and started', () => {
    fc.assert(
      fc.property(checks, (results) => {
        const { status, live, ready, started } = health(board(...results))
        expect(RANK[status]).toBe(Math.max(RANK[live], RANK[ready], RANK[started]))
      }),
    )
  })

  test('only a critical readiness check that fails or is silent, or a startup check, can make the service unready', () => {
    fc.assert(
      fc.property(checks, (results) => {
        const severe = results.some(
          ({ kind, critical, status }) =>
            (kind === 'readiness' && critical && (status === 'fail' || status === undefined)) ||
            (kind === 'startup' && (status === 'fail' || status === undefined)),
        )
        expect(health(board(...results)).ready === 'fail').toBe(severe)
      }),
    )
  })

  test('does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(checks, (results) => {
        const { checks: _, ...forward } = health(board(...results))
        const { checks: __, ...backward } = health(board(...[...results].reverse()))
        expect(forward).toEqual(backward)
      }),
    )
  })

  test('leaving a check out never makes the health worse', () => {
    fc.assert(
      fc.property(checks, (results) => {
        const all = board(...results)
        for (const { name } of results) {
          expect(RANK[health(all, { exclude: [name] }).status]).toBeLessThanOrEqual(RANK[health(all).status])
        }
      }),
    )
  })

  test('groups and exclude choose what is shown', () => {
    const mixed = board(
      result('a', 'pass', { groups: ['web'] }),
      result('b', 'pass', { groups: ['web', 'jobs'] }),
      result('c', 'fail'),
    )
    expect(Object.keys(statuses(mixed, { groups: ['web'] }))).toEqual(['a', 'b'])
    expect(Object.keys(statuses(mixed, { groups: ['jobs'], exclude: ['b'] }))).toEqual([])
    expect(health(mixed, { groups: ['web'] }).ready).toBe('pass')
    expect(health(mixed, { exclude: ['c'] }).ready).toBe('pass')
    expect(health(mixed, { groups: [], exclude: [] }).ready).toBe('fail')
  })
})

describe('keeping', () => {
  test('says whether the status of a check has changed', () => {
    const made = new HealthBoard()
    expect(made.set(result('db', undefined))).toBe(true)
    expect(made.set(result('db', 'pass'))).toBe(true)
    expect(made.set(result('db', 'pass', { time: 2, took: 9 }))).toBe(false)
    expect(made.set(result('db', 'fail'))).toBe(true)
    expect(made.remove('db')).toBe(true)
    expect(made.remove('db')).toBe(false)
  })

  test('keeps a thousand checks, counts and refuses more, and goes on updating those it has', () => {
    const made = new HealthBoard()
    for (let i = 0; i < 1_500; i++) made.set(result(`c${i}`, 'pass'))
    expect(health(made).checks.length).toBe(1_000)
    expect(made.refused).toBe(500)
    expect(made.set(result('c7', 'fail'))).toBe(true)
    expect(health(made).ready).toBe('fail')
    made.remove('c7')
    expect(made.set(result('late', 'pass'))).toBe(true)
  })

  test.each([
    null,
    undefined,
    'db',
    {},
    { name: '' },
    result('x', 'great' as 'pass'),
    result('x', 'pass', { kind: 'other' as 'readiness' }),
    result('x', 'pass', { groups: 'web' as unknown as string[] }),
    result('x', 'pass', { dependsOn: undefined as unknown as string[] }),
    result('x', 'pass', { dependsOn: Array(101).fill('y') }),
  ])('refuses and counts what is no result: %j', (nonsense) => {
    const made = new HealthBoard()
    expect(made.set(nonsense as CheckResult)).toBe(false)
    expect(made.refused).toBe(1)
    expect(health(made).checks).toEqual([])
  })
})
