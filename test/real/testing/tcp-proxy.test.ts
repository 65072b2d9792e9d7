import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { tcpProxy } from '../../../src/testing/index.js'

test('a dependency behind the proxy answers, is down, and answers again', async () => {
  const server = createServer((_, res) => res.end('well'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const door = await tcpProxy((server.address() as AddressInfo).port)
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${door.port}`)).text()
  try {
    expect(await ask()).toBe('well')
    door.begin()
    await expect(ask()).rejects.toThrow('fetch failed')
    await expect(ask()).rejects.toThrow('fetch failed')
    door.end()
    expect(await ask()).toBe('well')
  } finally {
    await door.close()
    server.closeAllConnections()
    server.close()
  }
})

test('in silence nothing passes, and what was sent meanwhile arrives afterwards', async () => {
  const server = createServer((_, res) => res.end('well'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const door = await tcpProxy((server.address() as AddressInfo).port, { mode: 'silence' })
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${door.port}`)).text()
  try {
    expect(await ask()).toBe('well')
    door.begin()
    const answers = [ask(), ask()] // by the connection that was kept, and by a new one
    const silence = new Promise((resolve) => setTimeout(resolve, 300, 'silence'))
    expect(await Promise.race([...answers, silence])).toBe('silence')
    door.end()
    expect(await Promise.all(answers)).toEqual(['well', 'well'])
    expect(await ask()).toBe('well')
  } finally {
    await door.close()
    server.closeAllConnections()
    server.close()
  }
})
