import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { ConfigError, type Monitor } from '../../src/model/index.js'
import { check } from '../../src/observe/index.js'
import { type HealthHandlerOptions, healthHandler } from '../../src/serve/index.js'
import { type Rig, rig } from '../../src/testing/rig.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import { type Served, serve } from './ask.js'

const open: { close(): Promise<unknown> }[] = []
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

/** One check of each sort, started and answered; `bad` makes the database fail. */
async function shop(options: HealthHandlerOptions = {}, bad = false): Promise<{ world: Rig; served: Served }> {
  const world = rig({
    service: 'shop',
    observe: [
      check(
        'db',
        () => {
          if (bad) throw new Error('password authentication failed for user admin')
        },
        { groups: ['web'] },
      ),
      check(
        'disk',
        () => ({
          status: 'warn',
          output: 'nearly full',
          observedValue: 93,
          observedUnit: '%',
          affectedEndpoints: ['/up'],
        }),
        {
          critical: false,
        },
      ),
      check('loop', () => true, { kind: 'liveness' }),
      check('migrated', () => true, { kind: 'startup' }),
    ],
  })
  await world.advance('2s')
  return { world, served: await serving(world.monitor, options, world) }
}

async function serving(monitor: Monitor, options: HealthHandlerOptions = {}, world?: Rig): Promise<Served> {
  const served = await serve(healthHandler(monitor, options))
  open.push(served)
  if (world) open.push({ close: () => world.stop() })
  return served
}

const ALL = ['/livez', '/readyz', '/startupz', '/healthz'] as const

describe('the answer', () => {
  test('is 200 for pass and warn, 503 for fail, and tells the status alone', async () => {
    const { served } = await shop()
    const replies = await Promise.all(ALL.map((path) => served.ask(path)))
    expect(replies.map((reply) => [reply.code, reply.body])).toEqual([
      [200, '{"status":"pass"}'],
      [200, '{"status":"warn"}'],
      [200, '{"status":"pass"}'],
      [200, '{"status":"warn"}'],
    ])
    const failing = await shop({}, true)
    expect(await failing.served.ask('/readyz')).toMatchObject({ code: 503, body: '{"status":"fail"}' })
    expect(await failing.served.ask('/healthz')).toMatchObject({ code: 503 })
    expect(await failing.served.ask('/livez')).toMatchObject({ code: 200, body: '{"status":"pass"}' })
    expect(await failing.served.ask('/startupz')).toMatchObject({ code: 200 })
  })

  test('is health+json that nobody may keep', async () => {
    const { served } = await shop()
    expect((await served.ask('/healthz')).headers).toMatchObject({
      'content-type': 'application/health+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-length': '17',
    })
  })

  test('before the start is alive and not ready', async () => {
    const world = rig({ observe: [check('db', () => true)] })
    const served = await serving(world.monitor)
    expect((await served.ask('/livez')).code).toBe(200)
    expect((await served.ask('/readyz')).code).toBe(503)
    expect((await served.ask('/startupz')).code).toBe(503)
  })

  test('to the drain is unready at once, and says why to the authorised', async () => {
    const { world, served } = await shop({ authorize: () => true })
    await world.monitor.drain(0)
    const reply = await served.ask('/readyz')
    expect(reply.code).toBe(503)
    expect(JSON.parse(reply.body).notes).toEqual(['shutting down'])
    expect((await served.ask('/livez')).code).toBe(200)
  })

  test('comes at once while every check hangs', async () => {
    const world = rig({ observe: Array.from({ length: 100 }, (_, i) => check(`c${i}`, () => new Promise(() => {}))) })
    await world.advance('1m')
    const served = await serving(world.monitor, {}, world)
    expect((await served.ask('/readyz')).code).toBe(503)
    expect((await served.ask('/livez')).code).toBe(200)
  })

  test('to HEAD has the same head and no body', async () => {
    const { served } = await shop({}, true)
    const [head, get] = [await served.ask('/readyz', { method: 'HEAD' }), await served.ask('/readyz')]
    expect(head.body).toBe('')
    expect(head.code).toBe(503)
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('to %s is 405', async (method) => {
    const { served } = await shop()
    const reply = await served.ask('/livez', { method })
    expect(reply.code).toBe(405)
    expect(reply.headers.allow).toBe('GET, HEAD')
  })
})

describe('exclusion and groups', () => {
  test('what is excluded does not count', async () => {
    const { served } = await shop({}, true)
    expect((await served.ask('/readyz?exclude=db')).body).toBe('{"status":"warn"}')
    expect((await served.ask('/readyz?exclude=db&exclude=disk')).body).toBe('{"status":"pass"}')
    expect((await served.ask('/readyz?exclude=disk')).code).toBe(503)
  })

  test('a group is asked by path or by query', async () => {
    const { served } = await shop({}, true)
    expect((await served.ask('/readyz/web')).code).toBe(503)
    expect((await served.ask('/readyz?group=web')).code).toBe(503)
    expect((await served.ask('/readyz/web?exclude=db')).code).toBe(200)
  })

  test('a group that no check is in is not found: a typing error in a probe must not pass', async () => {
    const { served } = await shop()
    expect((await served.ask('/readyz/wbe')).code).toBe(404)
    expect((await served.ask('/healthz?group=constructor')).code).toBe(404)
  })
})

describe('details', () => {
  test('are shown to the authorised as health+json', async () => {
    const { served } = await shop(
      { authorize: (req) => req.headers.authorization === 'Bearer s3cret', version: '7' },
      true,
    )
    const { body } = await served.ask('/healthz', { headers: { authorization: 'Bearer s3cret' } })
    const time = expect.stringMatching(/^2024-01-01T00:00:0\d\.\d{3}Z$/)
    expect(JSON.parse(body)).toEqual({
      status: 'fail',
      version: '7',
      serviceId: 'shop',
      checks: {
        db: [{ status: 'fail', time, output: 'password authentication failed for user admin' }],
        disk: [
          {
            status: 'warn',
            time,
            output: 'nearly full',
            observedValue: 93,
            observedUnit: '%',
            affectedEndpoints: ['/up'],
          },
        ],
        loop: [{ status: 'pass', time }],
        migrated: [{ status: 'pass', time }],
      },
    })
    expect((await served.ask('/healthz')).body).toBe('{"status":"fail"}')
  })

  test('of a path are those of its own kind of checks', async () => {
    const { served } = await shop({ authorize: () => true })
    const names = async (path: string): Promise<string[]> =>
      Object.keys(JSON.parse((await served.ask(path)).body).checks)
    expect(await names('/livez')).toEqual(['loop'])
    expect(await names('/startupz')).toEqual(['migrated'])
    expect(await names('/readyz')).toEqual(['db', 'disk'])
  })

  test('in text look as Kubernetes writes them, without the reasons', async () => {
    const { served } = await shop({ authorize: () => true }, true)
    const reply = await served.ask('/readyz?verbose')
    expect(reply.code).toBe(503)
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(reply.body).toBe(
      '[-]db failed: reason withheld\n[+]disk ok, degraded: reason withheld\nreadyz check failed\n',
    )
    expect((await served.ask('/livez?verbose')).body).toBe('[+]loop ok\nlivez check passed\n')
    expect((await served.ask('/readyz?verbose&exclude=db')).body).toContain('[+]db excluded: ok\nreadyz check passed\n')
  })

  test('in text are the last line alone for everybody else', async () => {
    const { served } = await shop({}, true)
    expect((await served.ask('/readyz?verbose&exclude=nobody')).body).toBe('readyz check failed\n')
  })

  test('of a check without an answer say so', async () => {
    const world = rig({ observe: [check('db', () => true)] })
    const served = await serving(world.monitor, { authorize: () => true }, world)
    await world.monitor.start()
    expect(JSON.parse((await served.ask('/readyz')).body).checks).toEqual({ db: [{ output: 'no answer yet' }] })
    expect((await served.ask('/readyz?verbose')).body).toBe('[-]db no answer yet\nreadyz check failed\n')
  })

  test('cannot be forged by the name of a check', async () => {
    const world = rig({ observe: [check('x\n[+]db', () => false), check('__proto__', () => true)] })
    await world.advance('2s')
    const served = await serving(world.monitor, { authorize: () => true }, world)
    expect((await served.ask('/readyz?verbose')).body).toBe(
      '[-]x?[+]db failed: reason withheld\n[+]__proto__ ok\nreadyz check failed\n',
    )
    expect((await served.ask('/readyz?verbose&exclude=a%0A%5B%2B%5Ddb')).body).toContain('[+]a?[+]db excluded: ok\n')
    expect((await served.ask('/readyz')).body).toContain('"__proto__":[{"status":"pass"')
  })

  test('with hostile facts are told as far as they can be', async () => {
    const world = rig({
      observe: [
        {
          name: 'own',
          start: (_, context) =>
            context.health({
              name: 'own',
              kind: 'readiness',
              critical: true,
              status: 'pass',
              groups: [],
              dependsOn: [],
              time: Number.MAX_VALUE,
              since: 0,
              took: 0,
              observedValue: 10n,
              componentId: {},
            } as never),
        },
      ],
    })
    await world.advance('1s')
    const served = await serving(world.monitor, { authorize: () => true }, world)
    expect(JSON.parse((await served.ask('/readyz')).body)).toMatchObject({
      status: 'pass',
      checks: { own: [{ status: 'pass' }] },
    })
  })
})

describe('authorisation', () => {
  const warnings = (): { list: string[]; close(): Promise<void> } => {
    const list: string[] = []
    const hear = (warning: Error): number => list.push(warning.message)
    process.on('warning', hear)
    return { list, close: async () => void process.off('warning', hear) }
  }

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('jwks unreachable')
      },
    ],
    ['rejects', () => Promise.reject(new Error('jwks unreachable'))],
  ])('that %s means no, and is said once', async (_, authorize) => {
    const heard = warnings()
    open.push(heard)
    const { served } = await shop({ authorize: authorize as () => boolean })
    expect((await served.ask('/healthz')).body).toBe('{"status":"warn"}')
    expect((await served.ask('/healthz')).body).toBe('{"status":"warn"}')
    expect(heard.list).toEqual(['healthHandler.authorize failed, details stay hidden: jwks unreachable'])
  })

  test.each(['yes', 1, {}, undefined, null])('that answers %j instead of true means no', async (answer) => {
    const { served } = await shop({ authorize: (() => answer) as unknown as () => boolean })
    expect((await served.ask('/healthz')).body).toBe('{"status":"warn"}')
    const later = await shop({ authorize: (async () => answer) as unknown as () => Promise<boolean> })
    expect((await later.served.ask('/healthz')).body).toBe('{"status":"warn"}')
  })

  test('may take its time, but not more than a second', async () => {
    const clock = virtualClock()
    const heard = warnings()
    open.push(heard)
    const slow = await shop({ authorize: () => clock.sleep(900).then(() => true), clock })
    const hung = await shop({ authorize: () => new Promise(() => {}), clock })
    const replies = Promise.all([slow.served.ask('/healthz'), hung.served.ask('/healthz')])
    while (clock.sleepers < 3) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance('2s')
    const [first, second] = await replies
    expect(JSON.parse(first.body).serviceId).toBe('shop')
    expect(second.body).toBe('{"status":"warn"}')
    expect(clock.sleepers).toBe(0)
  })
})

describe('as middleware', () => {
  test('hands on what is not its own, and answers 404 when there is nobody to hand on to', async () => {
    const { world, served } = await shop()
    expect((await served.ask('/elsewhere')).code).toBe(404)
    const health = healthHandler(world.monitor, { prefix: '/internal' })
    const app = await serve((req, res) => health(req, res, () => res.end('the app')))
    open.push(app)
    expect((await app.ask('/livez')).body).toBe('the app')
    expect((await app.ask('/internal/livez')).body).toBe('{"status":"pass"}')
  })

  test('lets what the application throws go where it went before', () => {
    const health = healthHandler(rig().monitor)
    const request = { method: 'GET', url: '/elsewhere' } as IncomingMessage
    const boom = (): never => {
      throw new Error('the app')
    }
    expect(() => health(request, {} as ServerResponse, boom)).toThrow('the app')
  })
})

describe('hostile input', () => {
  test('any request line gets an answer', async () => {
    const { served } = await shop()
    const codes = await Promise.all(
      [
        'GET //livez HTTP/1.1',
        'GET /livez/../readyz HTTP/1.1',
        'GET /readyz/%ZZ%00%FF HTTP/1.1',
        'GET http://evil.example/livez HTTP/1.1',
        'OPTIONS * HTTP/1.1',
        `GET /readyz?${'exclude=db&'.repeat(1_200)} HTTP/1.1`,
        'GET /livez?exclude=%E0%A4%A&verbose=%00 HTTP/1.1',
      ].map((line) => served.raw(line)),
    )
    expect(codes).toEqual([404, 404, 404, 200, 404, 200, 200])
    expect((await served.ask('/livez')).code).toBe(200)
  })

  test('a monitor that throws is a failing service', async () => {
    const broken = {
      health: () => {
        throw new Error('secret')
      },
    } as unknown as Monitor
    const served = await serving(broken)
    expect(await served.ask('/livez')).toMatchObject({ code: 503, body: '{"status":"fail"}' })
  })

  test('a response that was sent already, or cannot be written, is left alone', () => {
    const health = healthHandler(rig().monitor)
    const request = { method: 'GET', url: '/livez' } as IncomingMessage
    const sent = { headersSent: true } as ServerResponse
    expect(() => health(request, sent)).not.toThrow()
    let destroyed = false
    const unwritable = Object.assign(new EventEmitter(), {
      headersSent: false,
      writeHead: () => {
        throw new Error('no')
      },
      destroy: () => {
        destroyed = true
      },
    }) as unknown as ServerResponse
    expect(() => health(request, unwritable)).not.toThrow()
    expect(destroyed).toBe(true)
  })
})

describe('building', () => {
  test.each([['/'], ['internal'], ['/internal/'], ['/a?b'], ['/a#b'], [7 as unknown as string]])(
    'refuses the prefix %j',
    (prefix) => {
      expect(() => healthHandler(rig().monitor, { prefix })).toThrow(ConfigError)
    },
  )

  test('refuses an authorize that is no function', () => {
    expect(() => healthHandler(rig().monitor, { authorize: true as never })).toThrow(ConfigError)
  })
})
