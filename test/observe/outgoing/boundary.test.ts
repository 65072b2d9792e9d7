import { lookup } from 'node:dns'
import { expect, test } from 'vitest'
import { Boundary } from '../../../src/observe/outgoing/boundary.js'
import { LOOPBACK, NEVER, PRIVATE } from './spellings.js'

const strict = new Boundary(false, [])
const inside = new Boundary(true, [])
const open = new Boundary(true, ['0.0.0.0/0', '::/0'])

/**
 * What becomes of a host, by the same way as a connection goes: an address is judged, a name is resolved first. `unknown` is a
 * spelling that nothing resolves: nobody can be called by it.
 */
function fate(boundary: Boundary, host: string): Promise<'called' | 'refused' | 'unknown'> {
  try {
    boundary.check(host)
  } catch {
    return Promise.resolve('refused')
  }
  return new Promise((resolve) =>
    boundary.lookup(host, { all: true }, (error) =>
      resolve(error === null ? 'called' : error.code === undefined ? 'refused' : 'unknown'),
    ),
  )
}

/** As the host of a URL of HTTP, which the parser makes plain, and as that of another kind, which it leaves as it is. */
const hosts = (host: string): string[] =>
  ['http', 'tcp'].map((scheme) => new URL(`${scheme}://${host}:80`).hostname.replace(/^\[(.*)\]$/, '$1'))

const every = (spellings: readonly string[]): string[] => [...new Set(spellings.flatMap(hosts))]
const known = async (spellings: readonly string[]): Promise<string[]> => {
  const fates = await Promise.all(spellings.map((host) => fate(open, host)))
  return spellings.filter((_, i) => fates[i] === 'called')
}

test.each(every([...LOOPBACK, ...PRIVATE]))('%s leads inside: called only with `private`', async (host) => {
  const [closed, opened] = [await fate(strict, host), await fate(inside, host)]
  expect([closed, opened]).toEqual(closed === 'unknown' ? ['unknown', 'unknown'] : ['refused', 'called'])
})

test.each(every(NEVER))('%s is called with `private` neither', async (host) => {
  expect([await fate(strict, host), await fate(inside, host)]).not.toContain('called')
})

test('most of these spellings do lead somewhere: what is refused is not refused for want of a name', async () => {
  const all = every([...LOOPBACK, ...PRIVATE, ...NEVER])
  expect((await known(all)).length / all.length).toBeGreaterThan(0.9)
})

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
  '%s is public',
  async (host) => {
    expect(await fate(strict, host)).toBe('called')
  },
)

test('what is named in `allow` is called, and nothing beside it', async () => {
  const boundary = new Boundary(false, ['169.254.169.254/32', 'fd00:ec2::254/128', '127.0.0.2/32'])
  const wanted = ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '127.0.0.2']
  const others = ['169.254.169.253', '127.0.0.1', 'fd00:ec2::253', '10.0.0.1']
  expect(await Promise.all(wanted.map((host) => fate(boundary, host)))).toEqual(wanted.map(() => 'called'))
  expect(await Promise.all(others.map((host) => fate(boundary, host)))).toEqual(others.map(() => 'refused'))
})

test('says which address it is, and what would allow it', () => {
  expect(strict.refusal('10.0.0.1')).toBe("10.0.0.1 is a private address: set 'private'")
  expect(inside.refusal('169.254.169.254')).toBe("169.254.169.254 is no public address: name its range in 'allow'")
  expect(strict.refusal('no address')).toBe('no address is no address')
})

test('a name that leads inside is refused when it is resolved, by the name', async () => {
  const error = await new Promise((resolve) => strict.lookup('localhost', {}, (refusal) => resolve(refusal)))
  expect(String(error)).toMatch(/^RefusedAddressError: localhost: (127\.0\.0\.1|::1) is a private address/)
  const plain = await new Promise((resolve) => lookup('localhost', (refusal) => resolve(refusal)))
  expect(plain).toBeNull()
})
