// A playbook from a JSON file that asks a person first, on a page of its own.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { check, createMonitor, remediate } from 'pi-uptime'
import { approvalPage } from 'pi-uptime/serve'
import { readPlaybook } from 'pi-uptime/steps'

// As it would stand in a file: what cannot be data is the name of a tool.
const json = `{
  "name": "failover",
  "when": { "check": "database" },
  "steps": [{ "call": "failover" }],
  "mode": "approve",
  "approval": { "ask": "page", "expire": "10m" },
  "guardrails": { "minUptime": 0 },
  "settle": "5s"
}`

let primary: 'up' | 'down' = 'up'
const links: string[] = []
const server = createServer((req, res) => approve(req, res, () => res.end('hello')))
await once(server.listen(0, '127.0.0.1'), 'listening')

const page = approvalPage({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/approve`,
  send: ({ evidence, link }) => {
    console.log(`To the people on call: ${evidence}\n  ${link.replace(/token=.*/, 'token=…')}`)
    links.push(link)
  },
})
const tools = { page: page.ask, failover: () => (primary = 'up') }
const monitor = createMonitor({
  service: 'shop',
  observe: [check('database', () => primary === 'up', { every: '100ms', failAfter: 2, passAfter: 2 })],
  respond: [remediate(readPlaybook(JSON.parse(json), tools))],
  tick: '50ms',
  telemetry: false,
})
const approve = page.handler(monitor)
await monitor.start()
const until = async (met: () => unknown): Promise<void> => {
  while (!met()) await new Promise((next) => setTimeout(next, 20))
}

primary = 'down'
await until(() => links.length > 0)
const link = new URL(links[0] ?? '')
const shown = await (await fetch(link)).text()
console.log(`\nThe page asks: ${/<h1>(.*?)<\/h1>/.exec(shown)?.[1]}`)

// Ann reads it, and presses the button.
const body = new URLSearchParams({ token: link.searchParams.get('token') ?? '', answer: 'approve', by: 'Ann' })
const answer = await fetch(link, { method: 'POST', body })
console.log(`It answers: ${/<h1>(.*?)<\/h1>/.exec(await answer.text())?.[1]}`)

await until(() => monitor.actions()[0]?.outcome === 'helped')
console.log('\nThe audit trail:')
for (const { event, what, text } of await monitor.audit())
  console.log(`  ${[event, what, text].filter(Boolean).join(', ')}`)
await monitor.stop()
server.close()
