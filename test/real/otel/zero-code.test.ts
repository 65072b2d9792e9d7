import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL|PI_UPTIME)_/.test(name)))

/** Runs a program that lives for 3 s, or ends itself, with `pi-uptime/register`, and gives what was printed. */
async function run(variables: Record<string, string>, program = ''): Promise<{ stdout: string; stderr: string }> {
  const args = ['--import', 'tsx', '--import', './src/register.ts', '--eval', `setTimeout(() => {}, 3000); ${program}`]
  const env = { ...plain, OTEL_METRIC_EXPORT_INTERVAL: '300', ...variables }
  return promisify(execFile)(process.execPath, args, { cwd: root, env })
}

test('OTEL_METRICS_EXPORTER=console needs no endpoint', async () => {
  const { stdout, stderr } = await run({ OTEL_METRICS_EXPORTER: 'console' })
  expect(stdout).toContain('pi_uptime.observations')
  expect(stderr).toBe('')
})

test('with nothing but a logs endpoint no metrics are sent anywhere, and with OTEL_SDK_DISABLED nothing is', async () => {
  const got: string[] = []
  const server = createServer((request, response) => {
    got.push(request.url ?? '')
    request.resume().on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await run({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${url}/v1/logs`, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: '' })
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' })
  expect(got.filter((path) => !path.endsWith('/v1/logs'))).toEqual([])
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
  expect(got).toContain('/v1/metrics')
  server.close()
}, 60_000)

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 is not understood'],
  [
    { OTEL_METRICS_EXPORTER: 'console', OTEL_METRIC_EXPORT_INTERVAL: 'often' },
    'OTEL_METRIC_EXPORT_INTERVAL=often is not understood',
  ],
  [{ PI_UPTIME_HEALTH: '70000' }, 'PI_UPTIME_HEALTH must be a port'],
  [{ PI_UPTIME_WEBHOOK: 'hooks' }, 'webhook.url must be an http or https address'],
])('%o is said once, on standard error, and the app runs', async (variables, complaint) => {
  const { stdout, stderr } = await run(variables as Record<string, string>, `console.log('app')`)
  expect(stdout).toContain('app')
  expect(stderr.match(/^pi-uptime: /gm)).toHaveLength(1)
  expect(stderr).toContain(complaint)
})

test('health is served on an IPv6 address', async ({ skip }) => {
  const server = createServer()
  const found = await new Promise((resolve) => {
    server.on('error', () => resolve(false)).listen(0, '::1', () => resolve(true))
  })
  if (!found) skip('this machine has no IPv6')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const ask = `
    const ask = () => fetch('http://[::1]:${port}/livez').then(({ status }) => process.exit(status === 200 ? 0 : 1), () => {})
    setInterval(ask, 100)
    setTimeout(() => process.exit(2), 20_000)`
  await run({ PI_UPTIME_HEALTH: `[::1]:${port}` }, ask) // rejects unless the process ends with 0
})
