import { afterEach, describe, expect, test } from 'vitest'
import { check } from '../../src/observe/index.js'
import { remediate } from '../../src/respond/index.js'
import { type ApprovalLink, type ApprovalPageOptions, approvalPage } from '../../src/serve/index.js'
import { rig } from '../../src/testing/index.js'
import { serve } from './ask.js'

const open: { close(): Promise<unknown> }[] = []
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** A service whose repair waits for a person, and the page where they answer. */
async function asked(options: Partial<ApprovalPageOptions> = {}) {
  const state = { broken: false, done: 0 }
  const links: ApprovalLink[] = []
  const url = 'https://ops.example/uptime/approve?team=1'
  let world: ReturnType<typeof rig> | undefined
  const page = approvalPage({
    url,
    send: (link) => void links.push(link),
    clock: { now: () => world?.clock.now() ?? 0, elapsed: () => 0, sleep: () => new Promise(() => undefined) },
    ...options,
  })
  const mend = { name: 'mend <b>it</b>', apply: () => void state.done++ }
  world = rig({
    service: 'shop & co',
    observe: [check('db', () => !state.broken, { every: '1s' })],
    respond: [
      remediate({ name: 'repair', when: { check: 'db' }, steps: [mend], mode: 'approve', approval: { ask: page.ask } }),
    ],
  })
  const handler = page.handler(world.monitor)
  const served = await serve((req, res) => handler(req, res))
  open.push(served, { close: () => world?.stop() ?? Promise.resolve() })
  await world.advance('5m')
  state.broken = true
  await world.advance('1m')
  const link = new URL(links[0]?.link ?? '')
  const post = (answer: string, more = {}) => {
    const body = new URLSearchParams({ token: link.searchParams.get('token') ?? '', answer, ...more })
    return fetch(`http://127.0.0.1:${served.port}/uptime/approve`, { method: 'POST', headers: FORM, body })
  }
  return { world, state, links, link, served, path: link.pathname + link.search, post }
}

describe('approvalPage()', () => {
  test('the link shows what is asked and why, as text, and looking at it answers nothing', async () => {
    const { world, links, path, served, state } = await asked()
    expect(links).toHaveLength(1)
    expect(path).toMatch(/^\/uptime\/approve\?team=1&token=./)
    const reply = await served.ask(path)
    expect(reply.code).toBe(200)
    expect(reply.body).toContain('<h1>Run repair?</h1>')
    expect(reply.body).toContain('check db fails')
    expect(reply.body).toContain('<li>mend &lt;b&gt;it&lt;/b&gt;</li>')
    expect(reply.body).toContain('shop &amp; co')
    expect((await served.ask(path, { method: 'HEAD' })).body).toBe('')
    await world.advance('1m')
    expect(state.done).toBe(0)
  })

  test('the page runs nothing, loads nothing, is framed by nobody, is kept by nobody, and hides its address', async () => {
    const { path, served } = await asked()
    const { headers, body } = await served.ask(path)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body).not.toMatch(/<script|<link|<img|src=|http/)
  })

  test('approved by a person, it is done, and their name is in the audit trail', async () => {
    const { world, post, state, served, path } = await asked()
    const reply = await post('approve', { by: 'Ann' })
    expect(reply.status).toBe(200)
    expect(await reply.text()).toContain('repair is approved')
    await world.advance('10s')
    expect(state.done).toBe(1)
    expect((await world.monitor.audit()).find(({ event }) => event === 'approved')).toMatchObject({ text: 'by Ann' })
    expect((await post('approve', { by: 'Bob' })).status).toBe(410)
    expect((await served.ask(path)).code).toBe(410)
  })

  test('declined, it is not done', async () => {
    const { world, post, state } = await asked()
    expect(await (await post('decline')).text()).toContain('repair is declined')
    await world.advance('10m')
    expect(state.done).toBe(0)
    expect(world.monitor.actions()[0]).toMatchObject({
      outcome: 'declined',
      evidence: 'declined by somebody with the link',
    })
  })

  test('after its time the question no longer stands', async () => {
    const { world, post, served, path } = await asked()
    await world.advance('31m')
    expect((await served.ask(path)).code).toBe(410)
    expect((await post('approve')).status).toBe(410)
  })

  test.each([
    ['another token', 'GET', '/uptime/approve?token=a.1.b', 410],
    ['no token', 'GET', '/uptime/approve', 410],
    ['another method', 'DELETE', '/uptime/approve', 405],
    ['another path', 'GET', '/uptime/approve/x', 404],
    ['a form of another type', 'POST', '/uptime/approve', 400],
  ])('%s: %s %s is %i', async (_, method, path, code) => {
    const { served } = await asked()
    expect((await served.ask(path, { method })).code).toBe(code)
  })

  test.each([
    ['without an answer', 'token=x'],
    ['with an answer that is none', 'token=x&answer=maybe'],
    ['too long', `answer=approve&by=${'x'.repeat(20_000)}`],
  ])('a form %s is refused', async (_, body) => {
    const { served, state } = await asked()
    const reply = await fetch(`http://127.0.0.1:${served.port}/uptime/approve`, { method: 'POST', headers: FORM, body })
    expect(reply.status).toBe(400)
    expect(state.done).toBe(0)
  })

  test('who may answer is asked first, and their name is used', async () => {
    const { world, post, served, path } = await asked({ authorize: async () => 'ann@ops' })
    expect((await served.ask(path)).body).not.toContain('Your name')
    await post('approve', { by: 'mallory' })
    await world.advance('1s')
    expect((await world.monitor.audit()).find(({ event }) => event === 'approved')).toMatchObject({
      text: 'by ann@ops',
    })
  })

  test.each<[string, NonNullable<ApprovalPageOptions['authorize']>]>([
    ['says no', () => false],
    ['says nothing', () => '' as const],
    [
      'throws',
      () => {
        throw new Error('no session')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no session'))],
  ])('an authorize that %s refuses', async (_, authorize) => {
    const { post, served, path, state } = await asked({ authorize })
    expect((await served.ask(path)).code).toBe(403)
    expect((await post('approve')).status).toBe(403)
    expect(state.done).toBe(0)
  })

  test('a form that a framework has read already is taken as it is', async () => {
    const { world, link, state } = await asked()
    const token = link.searchParams.get('token')
    const options: ApprovalPageOptions = { url: 'http://x/a', send: () => undefined, clock: world.clock }
    const page = approvalPage(options)
    page.ask(
      { token: token ?? '', playbook: 'repair', incident: '', evidence: '', steps: [], expires: 9e15 },
      {} as never,
    )
    const handler = page.handler(world.monitor)
    const served = await serve((req, res) => {
      Object.assign(req, { body: { token, answer: 'approve', by: 'Ann' } })
      handler(req, res)
    })
    open.push(served)
    expect((await served.ask('/a', { method: 'POST' })).code).toBe(200)
    await world.advance('1s')
    expect(state.done).toBe(1)
  })

  test.each<[string, object]>([
    ['approvalPage.url', { url: 'ftp://x', send: () => undefined }],
    ['approvalPage.send', { url: 'http://x', send: 'chat' }],
    ['approvalPage.path', { url: 'http://x', send: () => undefined, path: 'x' }],
    ['approvalPage.pth', { url: 'http://x', send: () => undefined, pth: '/x' }],
  ])('%s: an option that is none is refused', (field, options) => {
    expect(() => approvalPage(options as never)).toThrow(expect.objectContaining({ name: 'ConfigError', field }))
  })
})
