import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookPayload } from 'pi-uptime/channels'

/** A receiver of alerts, as a chat or a pager runs one: says where it listens. */
export async function pager(hear: (alert: WebhookPayload) => void): Promise<{ url: string; close(): void }> {
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    res.end()
    hear(JSON.parse(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`, close }
}
