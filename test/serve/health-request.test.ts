import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRequest } from '../../src/serve/health-request.js'

test.each([
  ['/livez', 'livez'],
  ['/readyz', 'readyz'],
  ['/readyz/', 'readyz'],
  ['/startupz?x=1', 'startupz'],
  ['/healthz?', 'healthz'],
  ['http://shop.internal:8080/livez?verbose', 'livez'],
  ['HTTPS://u:p@shop/livez', 'livez'],
])('%s asks %s', (url, question) => expect(readRequest('GET', url, '')?.question).toBe(question))

test.each([
  '/',
  '',
  '*',
  '//livez',
  '/livez2',
  '/livez/db',
  '/Livez',
  '/readyz/a/b',
  '/readyz//',
  '/%6Civez',
  '/a/livez',
  'livez',
  '/constructor',
  '/__proto__',
  '/healthz/web',
  'http://livez',
  'shop:443',
  '/livez#x',
])('%s is not ours', (url) => expect(readRequest('GET', url, '')).toBeUndefined())

test('a prefix belongs to the path', () => {
  expect(readRequest('GET', '/internal/livez', '/internal')?.question).toBe('livez')
  expect(readRequest('GET', '/livez', '/internal')).toBeUndefined()
  expect(readRequest('GET', '/internallivez', '/internal')).toBeUndefined()
})

test('groups, exclusions and verbose are read, repeated and encoded', () => {
  const url = '/readyz/web%20shop?exclude=db&exclude=c%26d&group=jobs&verbose'
  expect(readRequest('HEAD', url, '')).toEqual({
    question: 'readyz',
    allowed: true,
    groups: ['web shop', 'jobs'],
    exclude: ['db', 'c&d'],
    verbose: true,
  })
})

test('names that cannot be decoded are taken as they are, and no more than a hundred of them', () => {
  expect(readRequest('GET', '/readyz/%E0%A4%A', '')?.groups).toEqual(['%E0%A4%A'])
  expect(readRequest('GET', `/readyz?${'exclude=x&'.repeat(5_000)}`, '')?.exclude.length).toBe(100)
  expect(readRequest('GET', `/readyz?${'group=x&'.repeat(5_000)}`, '')?.groups.length).toBe(100)
})

test('only reading is allowed', () => {
  expect(readRequest('POST', '/livez', '')?.allowed).toBe(false)
  expect(readRequest(undefined, '/livez', '')?.allowed).toBe(false)
})

test('no text whatever makes it throw', () => {
  const part = fc.constantFrom(
    '/livez',
    '/readyz',
    '/',
    '?',
    '%',
    '&',
    '=',
    'exclude=',
    'group',
    '//',
    '#',
    '\u0000',
    '..',
  )
  const url = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(url, fc.constantFrom('', '/p'), (text, prefix) => {
      const read = readRequest('GET', text, prefix)
      if (read) expect(text).toContain(`${prefix}/${read.question}`)
    }),
    { numRuns: 1_000 },
  )
})
