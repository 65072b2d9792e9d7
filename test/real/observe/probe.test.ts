import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/edge/system-clock.js'
import { type CheckReport, type ProbeCommand, type ProbeOptions, probe } from '../../../src/observe/index.js'
import { probe as run } from '../../observe/probe.js'

const inside: ProbeOptions = { private: true, every: '2s', timeout: '1s' }

/** Runs a probe once, and gives what it came to with what it observed. */
async function asked(
  target: string | ProbeCommand,
  options: ProbeOptions = inside,
): Promise<CheckReport & { observed: (name: string) => number | undefined }> {
  const one = run(probe(target, { name: 'x', ...options }), systemClock())
  while (one.reports.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  one.stop()
  await one.ended
  return { ...one.last(), observed: (name) => one.value(name, 'x') }
}

async function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const folder = mkdtempSync(join(tmpdir(), 'probe-'))

/** A certificate for localhost that is good for so many days, or `undefined` where there is no openssl. */
async function certificate(days: number): Promise<{ key: string; cert: string } | undefined> {
  const [key, cert] = [join(folder, `${days}.key`), join(folder, `${days}.pem`)]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    `${days}`,
  ]
  try {
    await promisify(execFile)('openssl', [...args, ...names, '-keyout', key, '-out', cert])
  } catch {
    return undefined
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

const [long, short] = await Promise.all([certificate(90), certificate(5)])
const noOpenssl = 'openssl is not installed'

test('HTTP: 2xx passes, with its latency and status', async () => {
  const paths: string[] = []
  const port = await listening(
    createHttp((req, res) => {
      paths.push(`${req.method} ${req.url} ${req.headers.host}`)
      setTimeout(() => res.writeHead(204).end(), 50)
    }),
  )
  const { status, took, observed } = await asked(`http://127.0.0.1:${port}/health?full=1`)
  expect(status).toBe('pass')
  expect(took).toBeGreaterThan(45)
  expect(observed('pi_uptime.probe.http.status')).toBe(204)
  expect(paths).toEqual([`GET /health?full=1 127.0.0.1:${port}`])
})

test('HTTP: another status fails, a redirect is not followed, and a status of choice passes', async () => {
  let followed = false
  const port = await listening(
    createHttp((req, res) => {
      followed ||= req.url === '/elsewhere'
      const code = Number(req.url?.slice(1))
      res.writeHead(code, { location: '/elsewhere' }).end('x'.repeat(1e6))
    }),
  )
  expect(await asked(`http://127.0.0.1:${port}/503`)).toMatchObject({
    status: 'fail',
    output: 'HTTP 503',
    observedValue: 503,
  })
  expect(await asked(`http://127.0.0.1:${port}/302`)).toMatchObject({ status: 'fail', output: 'HTTP 302' })
  expect(await asked(`http://127.0.0.1:${port}/401`, { ...inside, status: 401 })).toMatchObject({ status: 'pass' })
  expect(followed).toBe(false)
})

test('HTTP: by name, over the name that is resolved', async () => {
  const port = await listening(createHttp((_, res) => res.end('ok')))
  expect(await asked(`http://localhost:${port}/`)).toMatchObject({ status: 'pass' })
})

test.each(['127.0.0.1', 'localhost', '0x7f.1', '[::ffff:127.0.0.1]'])(
  'nothing is sent to %s unless it is allowed',
  async (host) => {
    let called = 0
    const server = createTcp((socket) => {
      called++
      socket.destroy()
    })
    const port = await listening(server)
    for (const target of [`http://${host}:${port}/`, `tcp://${host}:${port}`, `tls://${host}:${port}`]) {
      const { status, output } = await asked(target, { every: '2s', timeout: '1s' })
      expect([target, status]).toEqual([target, 'fail'])
      expect(output).toMatch(/is a private address: set 'private'/)
    }
    expect(called).toBe(0)
  },
)

test('a server that accepts and says nothing fails at the deadline, and is hung up on', async () => {
  const open = new Set<unknown>()
  const port = await listening(
    createTcp((socket) => {
      open.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => open.delete(socket))
        .resume()
    }),
  )
  for (const target of [`http://127.0.0.1:${port}/`, `tls://127.0.0.1:${port}`]) {
    const { status, output, took } = await asked(target, { ...inside, timeout: '300ms' })
    expect([status, output]).toEqual(['fail', 'no answer within 300 ms'])
    expect(took).toBeLessThan(1_000)
  }
  while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('a server that drips its headers fails at the deadline', async () => {
  const port = await listening(
    createTcp((socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\nserver: ')
      const drip = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(drip))
    }),
  )
  const { status, output } = await asked(`http://127.0.0.1:${port}/`, { ...inside, timeout: '300ms' })
  expect([status, output]).toEqual(['fail', 'no answer within 300 ms'])
})

test('TCP: a port that is open passes, one that is closed fails', async () => {
  const server = createTcp((socket) => socket.destroy())
  const port = await listening(server)
  expect((await asked(`tcp://127.0.0.1:${port}`)).status).toBe('pass')
  server.close()
  await new Promise((resolve) => server.once('close', resolve))
  expect(await asked(`tcp://127.0.0.1:${port}`)).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('ECONNREFUSED'),
  })
})

test('TLS: a certificate that is good passes, with its days', async ({ skip }) => {
  if (!long) return skip(noOpenssl)
  const port = await listening(createTls(long, (socket) => socket.on('error', () => undefined)))
  const { status, observed } = await asked(`tls://localhost:${port}`, { ...inside, ca: long.cert })
  expect(status).toBe('pass')
  expect(observed('pi_uptime.probe.certificate.expiry')).toBeCloseTo(90, 1)
})

test('TLS: one that ends soon degrades, one that is not trusted fails and still shows its days', async ({ skip }) => {
  if (!short) return skip(noOpenssl)
  const port = await listening(createTls(short, (socket) => socket.on('error', () => undefined)))
  expect(await asked(`tls://localhost:${port}`, { ...inside, ca: short.cert })).toMatchObject({
    status: 'warn',
    output: expect.stringMatching(/^the certificate ends in [45] days, on \d{4}-\d\d-\d\d: renew it$/),
  })
  const stranger = await asked(`tls://localhost:${port}`)
  expect(stranger).toMatchObject({
    status: 'fail',
    output: expect.stringMatching(/not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/),
  })
  expect(stranger.observed('pi_uptime.probe.certificate.expiry')).toBeCloseTo(5, 1)
})

test('TLS: a certificate of another name is not trusted', async ({ skip }) => {
  if (!long) return skip(noOpenssl)
  const port = await listening(createTls(long, (socket) => socket.on('error', () => undefined)))
  const { status, output } = await asked(`tls://127.0.0.1:${port}`, { ...inside, ca: long.cert })
  expect([status, output]).toEqual(['fail', 'the certificate is not trusted: ERR_TLS_CERT_ALTNAME_INVALID'])
})

test('HTTPS: the answer is judged and the certificate too; to a server that is not trusted nothing is sent', async ({
  skip,
}) => {
  if (!short) return skip(noOpenssl)
  let requests = 0
  const port = await listening(
    createHttps(short, (_, res) => {
      requests++
      res.end('ok')
    }),
  )
  const trusted = await asked(`https://localhost:${port}/`, { ...inside, ca: short.cert })
  expect(trusted).toMatchObject({ status: 'warn', observedValue: 200 })
  expect(trusted.observed('pi_uptime.probe.certificate.expiry')).toBeCloseTo(5, 1)
  expect(await asked(`https://localhost:${port}/`)).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('self-signed'),
  })
  expect(requests).toBe(1)
})

/** A DNS server that knows `shop.example`, says no of `gone.example`, and is silent on all else. */
async function nameServer(): Promise<number> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5
    const name = query.subarray(12, end).toString('latin1')
    const knows = name.includes('shop')
    if (!knows && !name.includes('gone')) return
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(knows ? 0x8180 : 0x8183, 2)
    head.writeUInt16BE(knows ? 2 : 0, 6)
    head.writeUInt16BE(0, 8)
    head.writeUInt16BE(0, 10)
    const record = (last: number): number[] => [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, last]
    socket.send(
      Buffer.concat([head, query.subarray(12, end), Buffer.from(knows ? [...record(1), ...record(2)] : [])]),
      from.port,
      from.address,
    )
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket.address().port
}

test('DNS: records pass and are counted, an unknown name fails, a silent server fails at the deadline', async () => {
  const at = `dns://127.0.0.1:${await nameServer()}`
  const known = await asked(`${at}/shop.example`)
  expect(known.status).toBe('pass')
  expect(known.observed('pi_uptime.probe.dns.answers')).toBe(2)
  expect(await asked(`${at}/gone.example`)).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('ENOTFOUND'),
  })
  expect(await asked(`${at}/silent.example`, { ...inside, timeout: '300ms' })).toMatchObject({
    status: 'fail',
    output: 'no answer within 300 ms',
  })
  expect(await asked(`${at}/shop.example`, { every: '2s' })).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('private'),
  })
})

const script = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return path
}

test.each([
  [0, 'pass'],
  [1, 'warn'],
  [2, 'fail'],
  [3, 'fail'],
])('a program that ends with %i is a %s, and its first line is shown', async (code, status) => {
  const command = script(`ends-${code}`, `echo "RAID: $1"; echo more; exit ${code}`)
  const report = await asked({ command, argv: ['two of; three $(disks)'] })
  expect(report.status).toBe(status)
  if (code > 0) expect(report.output).toBe('RAID: two of; three $(disks)')
})

test('a program that hangs with children is killed with them at the deadline', async () => {
  const command = script('hangs', `sleep 60 & echo $! > ${join(folder, 'child')}; wait`)
  expect(await asked({ command }, { every: '2s', timeout: '500ms' })).toMatchObject({
    status: 'fail',
    output: 'no answer within 500 ms',
  })
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
  const lives = (): boolean => {
    try {
      return !readFileSync(`/proc/${child}/stat`, 'utf8').includes(') Z ')
    } catch {
      return false
    }
  }
  while (lives()) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('a program whose child keeps the output open does not keep the probe', async () => {
  const command = script('daemon', 'sleep 30 & echo done')
  const { status, took } = await asked({ command })
  expect(status).toBe('pass')
  expect(took).toBeLessThan(1_000)
})

test('a program that is not there, or not among PI_UPTIME_COMMANDS, fails', async () => {
  expect(await asked({ command: '/no/such/program' })).toMatchObject({
    status: 'fail',
    output: expect.stringContaining('ENOENT'),
  })
  process.env.PI_UPTIME_COMMANDS = '/usr/bin/uptime'
  try {
    expect(await asked({ command: '/bin/true' })).toMatchObject({
      status: 'fail',
      output: '/bin/true is not among PI_UPTIME_COMMANDS',
    })
  } finally {
    delete process.env.PI_UPTIME_COMMANDS
  }
})

afterAll(async () => {
  const { rmSync } = await import('node:fs')
  rmSync(folder, { recursive: true, force: true })
})
