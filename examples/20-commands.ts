// A command from afar: signed with Ed25519, for this device, good once. A replay and a forgery are refused.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMonitor } from 'pi-uptime'
import { commands, signCommand } from 'pi-uptime/edge'
import { commandHandler } from 'pi-uptime/serve'

// the private key is with whoever commands; the device only has the public one
const ops = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')

const remote = commands({
  device: 'pi-7',
  keys: { ops: ops.publicKey },
  actions: { 'restart-pump': ({ argument }) => `pump ${argument} runs again` },
})
const monitor = createMonitor({ service: 'pump', observe: [remote], telemetry: false })
await monitor.start()
const server = createServer(commandHandler(remote))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/commands`

async function send(what: string, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body })
  const { outcome, text } = (await answer.json()) as { outcome: string; text: string }
  console.log(`${what}: ${outcome}, ${text}`)
}

const command = { keyId: 'ops', device: 'pi-7', action: 'restart-pump', argument: '2' }
const token = signCommand({ ...command, key: ops.privateKey })
await send('a command', token)
await send('the same again', token)
await send('for another device', signCommand({ ...command, key: ops.privateKey, device: 'pi-8' }))
await send('by a stranger', signCommand({ ...command, key: stranger.privateKey }))

for (const { what, text } of await monitor.audit()) console.log(`audit: ${what} ${text}`)
server.close()
await monitor.stop()
