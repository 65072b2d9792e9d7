import { createHmac, randomUUID, sign } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { commands, memoryStore, signCommand } from '../../../src/edge/index.js'
import type { Store, Watcher } from '../../../src/model/index.js'
import { virtualClock } from '../../../src/testing/index.js'
import { device, ops, signed, stranger } from './device.js'

const MINUTE = 60_000

const bound = (store: Store): Store => ({
  get: (key) => store.get(key),
  set: (key, bytes) => store.set(key, bytes),
  delete: (key) => store.delete(key),
  keys: (prefix) => store.keys(prefix),
})

describe('a good command', () => {
  test('is done once, its answer goes back, and the trail says by whom', async () => {
    const pi = await device({ actions: { restart: ({ argument }) => `restarted ${argument}` } })
    const token = signed(pi, { argument: 'pump 2' })
    await expect(pi.take(token)).resolves.toMatchObject({ outcome: 'done', text: 'restarted pump 2' })
    expect(await pi.trail()).toEqual(['accepted restart with "pump 2", by ops', 'done restart: restarted pump 2'])
    const [accepted, done] = await pi.audit()
    expect(accepted).toMatchObject({ event: 'command', run: done?.run })
  })

  test('may be signed by any library that signs tokens, for several devices', async () => {
    const pi = await device()
    const token = await new SignJWT({ action: 'restart' })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'pi-uptime-command+jwt', kid: 'ops' })
      .setAudience(['pi-6', 'pi-7'])
      .setJti(randomUUID())
      .setIssuedAt(pi.clock.now() / 1_000)
      .setExpirationTime(pi.clock.now() / 1_000 + 60)
      .sign(ops.privateKey)
    await expect(pi.take(Buffer.from(token))).resolves.toMatchObject({ outcome: 'done' })
    expect(pi.done).toMatchObject([{ action: 'restart', argument: '', by: 'ops' }])
  })

  test('that fails or never ends is told as failed, without its secrets', async () => {
    const actions = {
      fail: () => Promise.reject(new Error('password=hunter22 was refused')),
      hang: () => new Promise(() => {}),
    }
    const pi = await device({ actions, timeout: '10s' })
    await expect(pi.take(signed(pi, { action: 'fail' }))).resolves.toMatchObject({
      outcome: 'failed',
      text: 'password=*** was refused',
    })
    const hanging = pi.take(signed(pi, { action: 'hang' }))
    await pi.advance(11_000)
    await expect(hanging).resolves.toMatchObject({ outcome: 'failed', text: 'no end within 10 s' })
    expect(await pi.trail()).toContain('failed fail: password=*** was refused')
  })

  test('waits for the one before it, and is not done when it is over by then', async () => {
    let release = (): void => {}
    const order: string[] = []
    const actions = {
      slow: () => new Promise<void>((resolve) => (release = resolve)),
      quick: () => void order.push('quick'),
    }
    const pi = await device({ actions, timeout: '1h' })
    const slow = pi.take(signed(pi, { action: 'slow' }))
    const quick = pi.take(signed(pi, { action: 'quick', expires: '5m' }))
    const late = pi.take(signed(pi, { action: 'quick', expires: '1m' }))
    await pi.advance(2 * MINUTE)
    expect(order).toEqual([])
    release()
    await expect(slow).resolves.toMatchObject({ outcome: 'done' })
    await expect(quick).resolves.toMatchObject({ outcome: 'done' })
    await expect(late).resolves.toMatchObject({ outcome: 'refused', text: expect.stringContaining('over since') })
    expect(order).toEqual(['quick'])
  })
})

describe('a replay is refused and written down', () => {
  test('at once, and as long as it would be good', async () => {
    const pi = await device()
    const token = signed(pi, { expires: '5m' })
    await pi.take(token)
    for (const wait of [0, 1_000, 4 * MINUTE, 24 * 60 * MINUTE]) {
      await pi.advance(wait)
      await expect(pi.take(token)).resolves.toMatchObject({ outcome: 'refused' })
    }
    expect(pi.done).toHaveLength(1)
    expect(await pi.trail()).toContain('refused restart, by ops: it was taken before')
  })

  test('after a restart', async () => {
    const store = memoryStore()
    const clock = virtualClock()
    const before = await device({}, { store, clock })
    const token = signed(before)
    await before.take(token)
    await before.stop()
    const after = await device({}, { store, clock })
    await expect(after.take(token)).resolves.toMatchObject({ outcome: 'refused', text: 'it was taken before' })
    expect(after.done).toEqual([])
  })

  test.each([
    ['a store that was lost', undefined],
    ['a store that is damaged', '{"version":1,"since":0,"floor":0,"taken":[["ops'],
    ['a store of another shape', '{"version":1,"since":0,"floor":0,"taken":[{"id":"x"}]}'],
  ])('after a restart with %s', async (_, kept) => {
    const clock = virtualClock()
    const before = await device({}, { clock })
    const token = signed(before)
    await before.take(token)
    await before.stop()
    await clock.advance(1_000)
    const store = memoryStore()
    if (kept !== undefined) await store.set('commands.json', new TextEncoder().encode(kept))
    const after = await device({}, { store, clock })
    const refusal = 'issued before this device began to remember what it has taken'
    await expect(after.take(token)).resolves.toMatchObject({ outcome: 'refused', text: refusal })
    expect(after.faults).toHaveLength(kept === undefined ? 0 : 1)
    // what is issued from then on is taken, and remembered
    const fresh = signed(after)
    await expect(after.take(fresh)).resolves.toMatchObject({ outcome: 'done' })
    await after.stop()
    const third = await device({}, { store, clock })
    await expect(third.take(fresh)).resolves.toMatchObject({ outcome: 'refused' })
    await expect(third.take(token)).resolves.toMatchObject({ outcome: 'refused', text: refusal })
  })

  test('whatever the wall clock does: a command is never done twice', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('jump' as const), by: fc.integer({ min: -2 * 864e5, max: 2 * 864e5 }) }),
      fc.record({ kind: fc.constant('wait' as const), by: fc.integer({ min: 0, max: 10 * MINUTE }) }),
      fc.record({ kind: fc.constant('send' as const), by: fc.constant(0) }),
      fc.record({ kind: fc.constant('restart' as const), by: fc.constant(0) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = memoryStore()
        const clock = virtualClock()
        let pi = await device({}, { store, clock })
        const done: string[] = []
        const tokens: string[] = []
        for (const { kind, by } of steps) {
          if (kind === 'jump') clock.jump(by)
          if (kind === 'wait') await pi.advance(by)
          if (kind === 'send') tokens.push(signed(pi))
          for (const token of tokens) await pi.take(token)
          if (kind !== 'restart') continue
          await pi.stop()
          done.push(...pi.done.map(({ id }) => id))
          pi = await device({}, { store, clock })
        }
        done.push(...pi.done.map(({ id }) => id))
        expect(new Set(done).size).toBe(done.length)
        await pi.stop()
      }),
      { numRuns: 60 },
    )
  })
})

describe('what is not for here and now is refused', () => {
  test.each([
    ['another device', { device: 'pi-8' }, 'for another device'],
    ['a name that only looks the same', { device: 'PI-7' }, 'for another device'],
    ['an action that is none here', { action: 'reboot' }, 'there is no such action here'],
    ['an action named as a method of objects', { action: 'constructor' }, 'there is no such action here'],
    ['one that is good for too long', { expires: '6m' }, 'good for longer than 5 min'],
  ] as const)('%s', async (_, changes, text) => {
    const pi = await device()
    await expect(pi.take(signed(pi, changes))).resolves.toMatchObject({ outcome: 'refused', text })
    expect(pi.done).toEqual([])
    expect((await pi.trail())[0]).toMatch(/^refused /)
  })

  test.each([
    ['an hour behind', -60 * MINUTE, /^issued 1 h in the future by the clock here$/],
    ['in 1970', -Date.UTC(2026, 0), /in the future by the clock here$/],
    ['an hour ahead', 60 * MINUTE, /^over since 59 min by the clock here$/],
    ['a day ahead', 864e5, /^over since .* by the clock here$/],
  ])('a device whose clock is %s takes nothing, and says why', async (_, by, text) => {
    const pi = await device()
    const token = signed(pi)
    pi.clock.jump(by)
    await expect(pi.take(token)).resolves.toMatchObject({ outcome: 'refused', text: expect.stringMatching(text) })
    pi.clock.jump(-by) // set right: it is taken
    await expect(pi.take(token)).resolves.toMatchObject({ outcome: 'done' })
  })

  test('clocks may differ by the skew, and no more', async () => {
    for (const [by, outcome] of [
      [-29_000, 'done'],
      [-31_000, 'refused'],
      [89_000, 'done'],
      [91_000, 'refused'],
    ] as const) {
      const pi = await device()
      await pi.advance(10 * MINUTE) // what is issued before its first start is refused
      const token = signed(pi)
      pi.clock.jump(by)
      await expect(pi.take(token)).resolves.toMatchObject({ outcome })
    }
  })
})

describe('a token that was tampered with is refused, and the sender does not hear why', () => {
  const refused = { outcome: 'refused', text: 'refused' }

  test('cut at every character, and lengthened', async () => {
    const pi = await device()
    const token = signed(pi)
    for (let end = 0; end < token.length; end++) {
      if (end % 90 === 0) await pi.advance(10_000) // more at once are refused unread
      expect(await pi.take(token.slice(0, end))).toEqual(refused)
    }
    await pi.advance(10_000)
    for (const more of ['A', '=', '.', '.A', '\0', ' A']) expect(await pi.take(token + more)).toEqual(refused)
    expect(pi.done).toEqual([])
    const trail = await pi.trail()
    expect(trail[0]).toBe('refused no signed token')
    expect(trail.length).toBeLessThan(25)
    expect(await pi.take(token)).toMatchObject({ outcome: 'done' })
  })

  test('every bit of it flipped', async () => {
    const pi = await device()
    const token = signed(pi)
    for (let at = 0; at < token.length * 8; at++) {
      if (at % 90 === 0) await pi.advance(10_000)
      const bytes = Buffer.from(token)
      bytes[at >> 3] = (bytes[at >> 3] as number) ^ (1 << (at & 7))
      expect(await pi.take(bytes)).toEqual(refused)
    }
    expect(pi.done).toEqual([])
  })

  test('signed by a stranger, by no one, or by another algorithm under our public key', async () => {
    const pi = await device()
    const [header = '', payload = ''] = signed(pi).split('.')
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const spki = ops.publicKey.export({ type: 'spki', format: 'pem' })
    const hmac = (head: string): string => createHmac('sha256', spki).update(`${head}.${payload}`).digest('base64url')
    const none = encoded({ alg: 'none', typ: 'pi-uptime-command+jwt', kid: 'ops' })
    const hs256 = encoded({ alg: 'HS256', typ: 'pi-uptime-command+jwt', kid: 'ops' })
    const forged = [
      signed(pi, { key: stranger.privateKey }),
      signed(pi, { keyId: 'another' }),
      signed(pi, { keyId: '__proto__' }),
      `${none}.${payload}.`,
      `${none}.${payload}.${'A'.repeat(86)}`,
      `${hs256}.${payload}.${hmac(hs256)}`,
      `${header}.${payload}.${hmac(header)}`,
    ]
    for (const token of forged) expect(await pi.take(token)).toEqual(refused)
    expect(pi.done).toEqual([])
  })

  test('signed by the right key, but for something else or without the claims', async () => {
    const pi = await device()
    const good = {
      aud: 'pi-7',
      jti: randomUUID(),
      iat: pi.clock.now() / 1e3,
      exp: pi.clock.now() / 1e3 + 60,
      action: 'restart',
    }
    const head = { alg: 'EdDSA', typ: 'pi-uptime-command+jwt', kid: 'ops' }
    const made = (header: unknown, claims: unknown): string => {
      const text = [header, claims].map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')).join('.')
      return `${text}.${sign(null, Buffer.from(text), ops.privateKey).toString('base64url')}`
    }
    const wrong: [unknown, unknown][] = [
      [{ ...head, typ: 'JWT' }, good],
      [{ ...head, typ: undefined }, good],
      [{ ...head, crit: ['b64'], b64: false }, good],
      [[], good],
      [head, []],
      [head, null],
      ...['aud', 'jti', 'iat', 'exp', 'action'].map((claim): [unknown, unknown] => [
        head,
        { ...good, [claim]: undefined },
      ]),
      [head, { ...good, jti: 'short' }],
      [head, { ...good, jti: '../../etc/passwd' }],
      [head, { ...good, iat: 'now' }],
      [head, { ...good, exp: null }],
      [head, { ...good, action: ['restart'] }],
      [head, { ...good, argument: { $gt: '' } }],
      [head, { ...good, argument: 'x'.repeat(1_001) }],
      [head, { ...good, padding: 'x'.repeat(9_000) }],
    ]
    for (const [header, claims] of wrong) expect(await pi.take(made(header, claims))).toEqual(refused)
    expect(await pi.take(made(head, good))).toMatchObject({ outcome: 'done' }) // the maker is right
  })
})

describe('the host never pays', () => {
  test('of a flood only so many are looked at, and so many lines written; the rest is a number', async () => {
    const pi = await device()
    for (let i = 0; i < 5_000; i++) await pi.take(`junk ${i}`)
    expect(await pi.take(signed(pi))).toMatchObject({ outcome: 'refused' })
    await pi.advance(10_000)
    expect(await pi.take(signed(pi))).toMatchObject({ outcome: 'done' })
    expect((await pi.trail()).length).toBeLessThan(25)
    await pi.advance(60 * MINUTE)
    expect(await pi.trail()).toContain('refused 4981 more in the hour before')
  })

  test('a store that cannot be written means that nothing is done', async () => {
    const store = memoryStore()
    const broken: Store = {
      ...bound(store),
      set: (key, bytes) => (key === 'commands.json' ? Promise.reject(new Error('EROFS')) : store.set(key, bytes)),
    }
    const pi = await device({}, { store: broken })
    expect(await pi.take(signed(pi))).toMatchObject({ outcome: 'refused', text: 'that it was taken cannot be kept' })
    expect(pi.done).toEqual([])
  })

  test('an audit trail that cannot be written means that nothing is done', async () => {
    const store = memoryStore()
    const broken: Store = {
      ...bound(store),
      set: (key, bytes) => (key.startsWith('audit-') ? Promise.reject(new Error('EROFS')) : store.set(key, bytes)),
    }
    const pi = await device({}, { store: broken })
    expect(await pi.take(signed(pi))).toMatchObject({ outcome: 'refused', text: 'it cannot be written down' })
    expect(pi.done).toEqual([])
  })

  test('what is remembered is bounded, and what is forgotten is refused', async () => {
    const pi = await device({ lifetime: '1d' })
    const first = signed(pi, { expires: '1h' })
    await pi.take(first)
    for (let i = 0; i < 1_000; i++) {
      if (i % 90 === 0) await pi.advance(10_000)
      expect(await pi.take(signed(pi, { expires: '1d' }))).toMatchObject({ outcome: 'done' })
    }
    await pi.advance(10_000)
    expect(await pi.take(first)).toMatchObject({ outcome: 'refused', text: expect.stringContaining('too long ago') })
    const kept = JSON.parse(new TextDecoder().decode(await pi.store.get('commands.json')))
    expect(kept.taken).toHaveLength(1_000)
  })

  test('before it is started and after its end nothing is taken', async () => {
    const clock = virtualClock()
    const remote = commands({ device: 'pi-7', keys: { ops: ops.publicKey }, actions: { restart: () => undefined } })
    expect(await remote.take(signed({ clock }))).toEqual({ outcome: 'refused', text: 'refused' })
    const pi = await device()
    await pi.stop()
    expect(await pi.take(signed(pi))).toEqual({ outcome: 'refused', text: 'refused' })
  })

  test('what became of them is observed', async () => {
    const seen: Record<string, number> = {}
    const spy: Watcher<null> = {
      name: 'spy@1',
      matches: ({ name }) => name === 'pi_uptime.commands',
      start: () => null,
      push(_, value, __, { attributes }) {
        const outcome = String(attributes['pi_uptime.outcome'])
        seen[outcome] = (seen[outcome] ?? 0) + value
        return []
      },
      tick: () => [],
    }
    const pi = await device({}, { watch: [spy] })
    const token = signed(pi)
    for (const message of [token, token, 'junk']) await pi.take(message)
    await pi.advance(10_000)
    expect(seen).toEqual({ done: 1, failed: 0, refused: 2 })
  })
})

test.each([
  [{ device: '' }, 'commands.device must be'],
  [{ keys: {} }, 'commands.keys must be'],
  [{ keys: { ops: 'no key' } }, 'commands.keys.ops must be a public key of Ed25519'],
  [{ keys: { ops: ops.privateKey } }, 'commands.keys.ops must be a public key of Ed25519'],
  [
    { keys: { ops: ops.privateKey.export({ type: 'pkcs8', format: 'pem' }) } },
    'commands.keys.ops must be a public key',
  ],
  [{ actions: {} }, 'commands.actions must be'],
  [{ actions: { 'Re Start': () => 1 } }, 'commands.actions must be'],
  [{ actions: { restart: 'reboot' } }, 'commands.actions.restart must be a function'],
  [{ over: {} }, 'commands.over.receive must be a function'],
  [{ lifetime: '2d' }, 'commands.lifetime must be'],
  [{ skew: '6m' }, 'commands.skew must be'],
  [{ timout: '1m' }, 'commands.timout must be left out'],
])('options such as %j are refused, and no key is shown', (changes, message) => {
  const options = { device: 'pi-7', keys: { ops: ops.publicKey }, actions: { restart: () => undefined }, ...changes }
  const build = (): unknown => commands(options as never)
  expect(build).toThrow(message)
  expect(build).not.toThrow('PRIVATE')
})

test.each([
  [{ key: 'no key' }, 'signCommand.key must be a private key of Ed25519'],
  [{ key: ops.publicKey }, 'signCommand.key must be a private key of Ed25519'],
  [{ device: [] }, 'signCommand.device must be'],
  [{ argument: 'x'.repeat(1_001) }, 'signCommand.argument must be'],
  [{ expires: '2d' }, 'signCommand.expires must be'],
])('nothing is signed with %j', (changes, message) => {
  const good = { key: ops.privateKey, keyId: 'ops', device: 'pi-7', action: 'restart' }
  expect(() => signCommand({ ...good, ...changes } as never)).toThrow(message)
})
