import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reasonOf, verdictOn } from '../../src/observe/verdict.js'

test.each([
  undefined,
  null,
  true,
  0,
  '',
  'PONG',
  [],
  {},
  { rows: [] },
  { status: 'ready' },
  { status: 200 },
  () => false,
])('an answer that says nothing about health passes: %j', (answer) =>
  expect(verdictOn(answer)).toEqual({ status: 'pass' }),
)

test.each([
  [false, 'fail'],
  ['warn', 'warn'],
  ['fail', 'fail'],
  ['pass', 'pass'],
  [{ status: 'warn' }, 'warn'],
  [{ status: 'DOWN' }, 'fail'],
  [{ status: 'up' }, 'pass'],
  [{ status: 'error' }, 'fail'],
  [{ observedValue: 3 }, 'pass'],
])('%j means %s', (answer, status) => expect(verdictOn(answer).status).toBe(status))

test('words that live on every object are no status', () => {
  for (const word of ['constructor', '__proto__', 'toString', 'valueOf']) {
    expect(verdictOn({ status: word })).toEqual({ status: 'pass' })
    expect(verdictOn(word)).toEqual({ status: 'pass' })
  }
})

test('the facts of a long answer are kept, and those of the wrong type left out', () => {
  const answer = {
    status: 'warn',
    output: 'nearly full',
    observedValue: 0.93,
    observedUnit: '1',
    affectedEndpoints: ['/upload', 7],
    componentId: 12,
    componentType: 'system',
    rows: 'not ours',
  }
  expect(verdictOn(answer)).toEqual({
    status: 'warn',
    output: 'nearly full',
    details: { observedValue: 0.93, observedUnit: '1', affectedEndpoints: ['/upload', '7'], componentType: 'system' },
  })
  expect(verdictOn({ status: 'pass', observedValue: Number.NaN }).details).toEqual({})
})

test('an answer of any size is cut to size', () => {
  const huge = 'x'.repeat(1_000_000)
  const verdict = verdictOn({
    status: 'fail',
    output: huge,
    observedValue: huge,
    affectedEndpoints: Array(1_000).fill(huge),
  })
  expect(JSON.stringify(verdict).length).toBeLessThan(20_000)
})

test('an answer that cannot be read fails', () => {
  const hostile = {
    get status(): string {
      throw new Error('no entry')
    },
  }
  expect(verdictOn(hostile)).toEqual({ status: 'fail', output: 'no entry' })
  const unprintable = { status: 'warn', affectedEndpoints: [{ toString: () => Symbol('x') as unknown as string }] }
  expect(verdictOn(unprintable).status).toBe('fail')
})

test('any value gets a verdict', () => {
  fc.assert(
    fc.property(fc.anything(), (answer) => {
      expect(['pass', 'warn', 'fail']).toContain(verdictOn(answer).status)
    }),
  )
})

test('the answer of fetch passes only when it is ok, and its body is let go', async () => {
  const server = createServer((req, res) => {
    res.statusCode = req.url === '/bad' ? 503 : 200
    res.end('x'.repeat(100_000))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const bad = await fetch(`http://127.0.0.1:${port}/bad`)
  expect(verdictOn(bad)).toEqual({ status: 'fail', output: 'HTTP 503' })
  expect(verdictOn(await fetch(`http://127.0.0.1:${port}/`))).toEqual({ status: 'pass' })
  await expect(bad.text()).rejects.toThrow()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

test('a reason goes down to the cause that says something', async () => {
  const refused = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error)
  expect(reasonOf(refused)).toMatch(/^fetch failed: \S/)
  expect(reasonOf(new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error('other')]))).toBe(
    'connect ECONNREFUSED ::1:5432',
  )
  expect(reasonOf(new Error('query failed', { cause: new Error('timeout', { cause: 'socket' }) }))).toBe(
    'query failed: timeout: "socket"',
  )
  expect(reasonOf('boom')).toBe('"boom"')
})

test('an error that is its own cause has a reason all the same', () => {
  const error = new Error('loop')
  error.cause = error
  expect(reasonOf(error)).toBe('loop: loop: loop: loop')
})
