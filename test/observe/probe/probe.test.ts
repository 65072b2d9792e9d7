import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/model/index.js'
import { probe } from '../../../src/observe/index.js'
import { targetIn } from '../../../src/observe/probe-target.js'

test.each([
  ['https://user:s3cret@shop.example/health?key=s3cret', 'check:https://shop.example/health'],
  ['tcp://[::1]:5432', 'check:tcp://[::1]:5432'],
  ['tls://mail.example:465', 'check:tls://mail.example:465'],
  ['dns:shop.example', 'check:dns:shop.example?type=A'],
  ['dns://10.0.0.2:5353/shop.example?type=mx', 'check:dns://10.0.0.2:5353/shop.example?type=MX'],
] as const)('%s is named %s', (target, name) => {
  expect(probe(target).name).toBe(name)
})

test('a program is named by its path, and any probe by its own name', () => {
  expect(probe({ command: '/usr/bin/true' }).name).toBe('check:/usr/bin/true')
  expect(probe({ command: '/usr/bin/true' }, { name: 'raid' }).name).toBe('check:raid')
})

test('a probe is a check, with all that a check has', () => {
  const { check } = probe('tcp://db.example:5432', {
    name: 'db',
    critical: false,
    groups: ['shop'],
    dependsOn: ['dns'],
  })
  expect(check).toEqual({ name: 'db', kind: 'readiness', critical: false, groups: ['shop'], dependsOn: ['dns'] })
})

test.each([
  'ftp://x.example',
  'shop.example',
  '',
  5,
  null,
  'tcp://db.example',
  'tls://x',
  'dns:',
  'dns:a b',
  'dns:x?type=ANY',
  'dns://ns.example/x',
])('refuses the target %s', (target) => {
  expect(() => probe(target as never)).toThrow(ConfigError)
})

test('what is refused is not shown where it may hold a password', () => {
  expect(() => targetIn('ftp://user:s3cret@x.example')).toThrow(expect.not.stringContaining('s3cret'))
  try {
    targetIn('ftp://user:s3cret@x.example')
  } catch (error) {
    expect(String(error)).not.toContain('s3cret')
  }
})

test.each([
  ['probe.command', { command: 'bin/true' }, {}],
  ['probe.argv', { command: '/bin/true', argv: 'x' }, {}],
  ['probe.allow', 'dns:x', { allow: ['10.0.0.0'] }],
  ['probe.allow', 'dns:x', { allow: ['10.0.0.0/33'] }],
  ['probe.allow', 'dns:x', { allow: ['fd00::/129'] }],
  ['probe.allow', 'dns:x', { allow: 'all' }],
  ['probe.status', 'http://x', { status: 42 }],
  ['probe.expiry', 'tls://x:1', { expiry: -1 }],
  ['probe.ca', 'tls://x:1', { ca: '' }],
  ['probe.private', 'dns:x', { private: 'yes' }],
  ['check.timeout', 'dns:x', { timeout: '20s' }],
  ['probe.redirect', 'http://x', { redirect: true }],
])('refuses a bad %s', (field, target, options) => {
  expect(() => probe(target as never, options as never)).toThrow(expect.objectContaining({ field }))
})
