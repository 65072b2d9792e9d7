import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { afterEach, expect, test } from 'vitest'
import type { Monitor } from '../../../src/model/index.js'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { check } from '../../../src/observe/index.js'
import { type HealthHandler, healthHandler } from '../../../src/serve/index.js'
import { ask } from '../../serve/ask.js'

interface App {
  readonly port: number
  close(): Promise<unknown>
}

const open: App[] = []
const monitors: Monitor[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()))
  await Promise.all(monitors.splice(0).map((monitor) => monitor.stop()))
})

/** A started monitor whose one check is answered. */
async function shop(passes: boolean): Promise<Monitor> {
  const monitor = createMonitor({
    service: 'shop',
    telemetry: false,
    observe: [check('db', () => passes, { every: '50ms', failAfter: 1, groups: ['web'] })],
  })
  monitors.push(monitor)
  const answered = new Promise<void>((resolve) => {
    monitor.on('health', (health) => health.checks.some((one) => one.status) && resolve())
  })
  await monitor.start()
  await answered
  return monitor
}

function listening(server: ReturnType<typeof createServer>): Promise<App> {
  return new Promise((ready) => {
    server.listen(0, '127.0.0.1', () => {
      const close = (): Promise<unknown> => new Promise((closed) => server.close(closed))
      ready({ port: (server.address() as AddressInfo).port, close })
    })
  })
}

const APPS: Record<string, (health: HealthHandler) => Promise<App>> = {
  'node:http': (health) => listening(createServer((req, res) => health(req, res, () => res.end('the app')))),

  express: (health) => {
    const app = express()
    app.use(health)
    app.get('/pay', (_, res) => void res.send('the app'))
    return listening(createServer(app))
  },

  fastify: async (health) => {
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => {
      health(request.raw, reply.raw, done)
    })
    app.get('/pay', async () => 'the app')
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
  },

  koa: (health) => {
    const app = new Koa()
    app.use(async (ctx, next) => {
      let ours = true
      await health(ctx.req, ctx.res, () => {
        ours = false
      })
      if (!ours) return next()
      ctx.respond = false
    })
    app.use((ctx) => {
      ctx.body = 'the app'
    })
    return listening(createServer(app.callback()))
  },
}

for (const [name, build] of Object.entries(APPS)) {
  test(`${name}: health is answered and the application too`, async () => {
    const authorize = async (req: { headers: NodeJS.Dict<string | string[]> }): Promise<boolean> =>
      req.headers.key === '1'
    const app = await build(healthHandler(await shop(false), { authorize }))
    open.push(app)
    expect(await ask(app.port, '/livez')).toMatchObject({ code: 200, body: '{"status":"pass"}' })
    expect(await ask(app.port, '/readyz')).toMatchObject({ code: 503, body: '{"status":"fail"}' })
    expect(await ask(app.port, '/readyz/web?exclude=db')).toMatchObject({ code: 200 })
    expect(await ask(app.port, '/readyz', { method: 'HEAD' })).toMatchObject({ code: 503, body: '' })
    expect(await ask(app.port, '/livez', { method: 'DELETE' })).toMatchObject({ code: 405 })
    const headers = { key: '1' }
    expect(JSON.parse((await ask(app.port, '/readyz', { headers })).body).checks.db[0].output).toBe('answered false')
    expect((await ask(app.port, '/healthz')).headers['content-type']).toMatch(/^application\/health\+json/)
    expect(await ask(app.port, '/pay')).toMatchObject({ code: 200, body: 'the app' })
  })
}

test('express: mounted under a path', async () => {
  const app = express()
  app.use('/internal', healthHandler(await shop(true)))
  const served = await listening(createServer(app))
  open.push(served)
  expect(await ask(served.port, '/internal/readyz')).toMatchObject({ code: 200, body: '{"status":"pass"}' })
  expect((await ask(served.port, '/readyz')).code).toBe(404)
})
