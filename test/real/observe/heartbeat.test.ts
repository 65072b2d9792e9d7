import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createMonitor, type Fault, heartbeat } from '../../../src/index.js'

test('a server hears the beats; one that refuses, redirects or is not there is a fault that does not name the address', async () => {
  const heard: string[] = []
  const server = createServer((req, res) => {
    heard.push(`${req.method} ${req.url}`)
    const moved = req.url === '/moved/s3cret'
    res.writeHead(req.url === '/no/s3cret' ? 503 : moved ? 302 : 200, moved ? { location: '/elsewhere' } : {}).end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const faults: Fault[] = []
  const to = ['yes', 'no', 'moved'].map((path) => `http://127.0.0.1:${port}/${path}/s3cret`)
  const observe = [...to, 'http://127.0.0.1:1/s3cret'].map((url, i) =>
    heartbeat({ to: url, private: true, name: `beat ${i}` }),
  )
  const monitor = createMonitor({ service: 'nas', observe, telemetry: false, onFault: (fault) => faults.push(fault) })
  await monitor.start()
  for (let i = 0; i < 100 && faults.length < 3; i++) await sleep(50)
  await monitor.stop()
  server.close()
  expect(heard.sort()).toEqual(['GET /moved/s3cret', 'GET /no/s3cret', 'GET /yes/s3cret'])
  expect(faults.map(({ part }) => part).sort()).toEqual(['beat 1', 'beat 2', 'beat 3'])
  expect(JSON.stringify(faults)).not.toContain('s3cret')
})

test('a file is written at each beat', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'heartbeat-')), 'alive')
  const observe = [heartbeat({ to: pathToFileURL(file), every: '1s' })]
  const monitor = createMonitor({ service: 'nas', observe, telemetry: false })
  await monitor.start()
  await sleep(300)
  const first = readFileSync(file, 'utf8')
  await sleep(1_200)
  await monitor.stop()
  expect(Number(readFileSync(file, 'utf8'))).toBeGreaterThan(Number(first))
  expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(2_000)
})
