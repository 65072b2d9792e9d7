import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/model/index.js'
import { webhook } from '../../../src/respond/channels/index.js'
import { webhookPayload } from '../../../src/respond/channels/webhook-payload.js'
import { secretBytes, webhookSignature } from '../../../src/respond/channels/webhook-signature.js'
import { anAlert, finding, signal, TIME } from './alerts.js'

test('the payload is what it is documented to be', () => {
  expect(webhookPayload(anAlert())).toEqual({
    version: 1,
    reason: 'opened',
    id: 'i-1',
    service: 'checkout',
    state: 'open',
    severity: 'critical',
    title: 'p95 of /pay is 2.1 s',
    summary: 'critical in checkout: p95 of /pay is 2.1 s',
    time: '2026-11-23T12:00:00.000Z',
    openedAt: '2026-11-23T11:59:40.000Z',
    findings: [
      {
        id: 'f-http.server.request.duration',
        watcher: 'anomaly',
        signal: { name: 'http.server.request.duration', unit: 's', attributes: {} },
        state: 'open',
        severity: 'critical',
        score: 9.5,
        value: 2.1,
        expected: { value: 0.2, low: 0.1, high: 0.3 },
        since: '2026-11-23T11:59:30.000Z',
        summary: 'http.server.request.duration is 2.1 s',
      },
    ],
    findingCount: 1,
    suspects: [{ signal: signal('db.pool.wait', { pool: 'main' }), weight: 0.62, evidence: 'it rose first' }],
  })
  const [explained] = webhookPayload(anAlert({ findings: [finding('a', { statistic: 'its step' })] })).findings
  expect(explained?.statistic).toBe('its step')
  expect(webhookPayload(anAlert({ state: 'closed', closedAt: TIME })).closedAt).toBe('2026-11-23T12:00:00.000Z')
})

test('the payload is cut to size, so that it is never refused for it, whatever the incident holds', () => {
  const long = '\0'.repeat(1e5) // six characters each in JSON
  const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${1_000 + i}${long}`, long]))
  const findings = Array.from({ length: 500 }, () =>
    finding(long, { signal: signal(long, attributes), summary: long, id: long }),
  )
  const suspects = findings.map((one) => ({ signal: one.signal, weight: 0.1, evidence: long }))
  const payload = webhookPayload(
    anAlert({ title: long, findings, findingCount: 500, suspects }, { service: long, summary: long }),
  )
  expect(payload.findings.length).toBe(20)
  expect(payload.findingCount).toBe(500)
  expect(payload.suspects.length).toBe(10)
  expect(JSON.stringify(payload).length).toBeLessThan(4_000_000)
})

test('a number or time that is none becomes null, and an emoji is never cut in half', () => {
  const payload = webhookPayload(
    anAlert(
      { findings: [finding('a', { score: Infinity, since: Number.NaN })], title: `${'x'.repeat(1_022)}👍👍` },
      { time: 1e300 },
    ),
  )
  const sent = JSON.parse(JSON.stringify(payload))
  expect(sent.time).toBeNull()
  expect(sent.findings[0]).toMatchObject({ score: null, since: null })
  expect(sent.title).toBe(`${'x'.repeat(1_022)}…`)
})

test('the signature is the one that the specification publishes', () => {
  const secret = secretBytes('secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  const body = '{"test": 2432232314}'
  expect(webhookSignature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', body)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  )
})

/** Whatever the error, printed in any way. */
function everything(error: unknown): string {
  const { message, stack, value, range } = error as ConfigError
  return [message, stack?.split('\n')[0], value, range, JSON.stringify(error)].join('\n')
}

function refused(build: () => unknown): ConfigError {
  try {
    build()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error as ConfigError
  }
  throw new Error('it was accepted')
}

test('an address that is none is refused at once, and not shown', () => {
  const addresses = [
    '',
    'canary',
    'ftp://canary@host/',
    'file:///canary',
    'javascript:canary',
    'http://',
    'https://canary:99999/',
    5,
    null,
  ]
  for (const url of addresses as string[]) {
    const error = refused(() => webhook(url))
    expect(error.field).toBe('webhook.url')
    expect(everything(error)).not.toContain('canary')
  }
  expect(refused(() => webhook(undefined as never)).message).toContain('got undefined') // an environment variable not set
})

test('a header, secret, timeout, body or name that cannot work is refused at once, and no secret shown', () => {
  const url = 'https://hooks.example/'
  const options = [
    { headers: { 'bad name': 'canary' } },
    { headers: { authorization: 'canary\nx: y' } },
    { headers: { 'x-a': 'canary ☃' } },
    { headers: { 'Content-Length': '5' } },
    { headers: { 'Transfer-Encoding': 'canary' } },
    { headers: 'canary' },
    { secret: '' },
    { secret: 'whsec_' },
    { secret: 'whsec_%%%' },
    { secret: `canary${'x'.repeat(2_000)}` },
    { secret: 5 },
    { timeout: 0 },
    { timeout: '2m' },
    { timeout: 'soon' },
    { body: {} },
    { name: '' },
  ]
  for (const option of options) {
    const error = refused(() => webhook(url, option as never))
    expect(error.field).toBe(`webhook.${Object.keys(option)[0]}`)
    expect(everything(error)).not.toContain('canary')
  }
})

test('no address at all, whatever it holds, makes anything but a channel or an error without it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()), (text) => {
      try {
        expect(webhook(text).name).toMatch(/^webhook /)
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        if (text.length > 8) expect(everything(error)).not.toContain(text)
      }
    }),
  )
})

test('the name shows the host and nothing else of the address', () => {
  expect(webhook('https://user:canary@hooks.example:8443/services/canary?token=canary#canary').name).toBe(
    'webhook hooks.example:8443',
  )
  expect(webhook(new URL('http://[::1]:80/'), { name: 'ops', private: true }).name).toBe('ops')
})

test('what is written as a private or special address is refused at once, unless it is allowed', () => {
  for (const host of ['127.0.0.1', 'localhost', 'shop.localhost.', '[::1]', '10.0.0.1', '0x7f.1', '169.254.169.254']) {
    const error = refused(() => webhook(`http://${host}/canary`))
    expect(error.field).toBe('webhook.url')
    expect(error.message).toContain("'private: true'")
    expect(everything(error)).not.toContain('canary')
  }
  expect(webhook('http://localhost/', { private: true }).name).toBe('webhook localhost')
  expect(webhook('http://10.0.0.1/', { allow: ['10.0.0.0/24'] }).name).toBe('webhook 10.0.0.1')
  expect(refused(() => webhook('http://169.254.169.254/', { private: true })).field).toBe('webhook.url')
  expect(refused(() => webhook('https://x.example/', { allow: ['10.0.0.1'] })).field).toBe('webhook.allow')
})
