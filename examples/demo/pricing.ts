// The shop's dependency: a second HTTP server, whose latency can be raised over HTTP.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { tell } from './messages.js'
import { PRICING_USUALLY } from './settings.js'

let latency = PRICING_USUALLY

const server = createServer(async (req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
  if (req.method === 'POST' && pathname === '/latency') {
    latency = Number(searchParams.get('ms'))
    return res.end()
  }
  await sleep(latency * (0.8 + 0.4 * Math.random()))
  res.end(JSON.stringify({ price: 100 + (pathname.length % 7) }))
})

server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
