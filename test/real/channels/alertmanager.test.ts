import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/edge/system-clock.js'
import { alertmanager } from '../../../src/respond/channels/index.js'
import { aContext, anAlert } from '../../respond/channels/alerts.js'
import { freePort } from '../parts/free-port.js'

const PROGRAM = ['prometheus-alertmanager', 'alertmanager'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
)

interface Page {
  readonly status: string
  readonly alerts: readonly {
    readonly status: string
    readonly labels: Record<string, string>
    readonly annotations: Record<string, string>
  }[]
}

const pages: Page[] = []
let dir: string
let receiver: Server
let process_: ChildProcess | undefined
let url: string

beforeAll(async () => {
  if (!PROGRAM) return
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    pages.push(JSON.parse(Buffer.concat(chunks).toString()) as Page)
    response.end()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  dir = await mkdtemp(join(tmpdir(), 'alertmanager-'))
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const route = {
    receiver: 'hook',
    group_by: ['alertname', 'service'],
    group_wait: '1s',
    group_interval: '1s',
    repeat_interval: '1h',
  }
  const receivers = [{ name: 'hook', webhook_configs: [{ url: hook, send_resolved: true }] }]
  await writeFile(join(dir, 'config.yml'), JSON.stringify({ route, receivers }))
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const flags = [
    `--config.file=${join(dir, 'config.yml')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.path=${dir}`,
    '--cluster.listen-address=',
  ]
  process_ = spawn(PROGRAM, flags, { stdio: 'ignore' })
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), 10_000)
})
afterAll(async () => {
  process_?.kill()
  receiver?.close()
  if (dir) await rm(dir, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  skip(!PROGRAM, 'Alertmanager is not installed (Debian: prometheus-alertmanager)')
  pages.length = 0
})

/** An incident of now; Alertmanager has a clock of its own. */
const incident = (id: string, changes: object = {}) => ({
  id,
  openedAt: Date.now() - 5_000,
  updatedAt: Date.now(),
  ...changes,
})

test('a fault that five devices have pages once; it is told to be over when the last of them is', async () => {
  const devices = Array.from({ length: 5 }, (_, i) =>
    alertmanager(url, { instance: `pi-${i}`, labels: { site: 'hall' } }),
  )
  const context = aContext(systemClock())
  for (const [i, device] of devices.entries())
    await device.send(anAlert(incident(`i-${i}`), { id: `i-${i}`, time: Date.now() }), context)
  await vi.waitFor(() => expect(pages).toHaveLength(1), 10_000)
  expect(pages[0]?.status).toBe('firing')
  expect(pages[0]?.alerts.map(({ labels }) => labels.instance).sort()).toEqual(['pi-0', 'pi-1', 'pi-2', 'pi-3', 'pi-4'])
  expect(pages[0]?.alerts[0]).toMatchObject({
    labels: { alertname: 'db.pool.wait', service: 'checkout', severity: 'critical', site: 'hall' },
    annotations: { summary: 'critical in checkout: p95 of /pay is 2.1 s' },
  })
  for (const [i, device] of devices.entries()) {
    const closed = incident(`i-${i}`, { state: 'closed', closedAt: Date.now() })
    await device.send(anAlert(closed, { id: `i-${i}`, reason: 'resolved' }), context)
  }
  await vi.waitFor(() => expect(pages.at(-1)?.status).toBe('resolved'), 15_000)
})

test('a refused alert is a delivery error that is final', async () => {
  const broken = alertmanager(`${url}/nowhere`)
  await expect(broken.send(anAlert(), aContext(systemClock()))).rejects.toMatchObject({ retryable: false })
})
