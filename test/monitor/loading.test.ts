import { expect, test } from 'vitest'
import { anomaly, createMonitor, ewma, type Responder, type Watcher } from '../../src/index.js'
import { rig, virtualClock } from '../../src/testing/index.js'

/** A responder that writes down in which order it is asked, and is loaded when the test says. */
function slow(): { readonly part: Responder; readonly asked: string[]; readonly loaded: PromiseWithResolvers<void> } {
  const asked: string[] = []
  const loaded = withResolvers<void>()
  const part: Responder = {
    name: 'slow@1',
    load: () => loaded.promise.then(() => asked.push('load')),
    start: () => asked.push('start'),
    push: () => [],
    tick() {
      asked.push('tick')
      return []
    },
    perform: async () => undefined,
    busy: () => true,
  }
  return { part, asked, loaded }
}

type PromiseWithResolvers<T> = { readonly promise: Promise<T>; readonly resolve: (value: T) => void }

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('a part is loaded before the first thing it is asked to do', async () => {
  const { part, asked, loaded } = slow()
  const clock = virtualClock()
  const monitor = createMonitor({ service: 'shop', respond: [part], clock })
  asked.length = 0 // its memory is made as it is added
  let started = false
  const start = monitor.start().then(() => {
    started = true
  })
  await new Promise(setImmediate)
  expect([started, asked]).toEqual([false, []])
  loaded.resolve()
  await start
  await clock.advance('2s')
  expect(asked[0]).toBe('load')
  expect(asked).toContain('tick')
  await monitor.stop()
})

test('a part added to a running monitor works once it is loaded, and holds its name from the start', async () => {
  const { part, asked, loaded } = slow()
  const world = rig({})
  await world.advance('1s')
  world.monitor.use(part)
  expect(() => world.monitor.use({ ...part })).toThrow('unique in its list')
  await world.advance('5s')
  expect(asked).toEqual([])
  loaded.resolve()
  await world.advance('1m')
  expect(asked.slice(0, 3)).toEqual(['load', 'start', 'tick'])
  await world.stop()
})

test('a part taken out while it loads is never asked', async () => {
  const { part, asked, loaded } = slow()
  const world = rig({})
  await world.advance('1s')
  world.monitor.use(part)()
  loaded.resolve()
  await world.advance('1m')
  expect(asked).toEqual(['load'])
  world.monitor.use({ ...part, load: async () => undefined })
  await world.stop()
})

test('a part that cannot be loaded is a fault; one that never ends keeps a start for ten seconds', async () => {
  const faults: string[] = []
  const watcher = (name: string, load: () => Promise<unknown>): Watcher => ({
    ...(anomaly({ detector: ewma() }) as Watcher),
    name,
    load,
  })
  const clock = virtualClock()
  const monitor = createMonitor({
    service: 'shop',
    watch: [
      watcher('torn@1', () => Promise.reject(new Error('no such file'))),
      watcher('stuck@1', () => new Promise(() => undefined)),
    ],
    clock,
    onFault: ({ part, message }) => faults.push(`${part}: ${message}`),
  })
  const start = monitor.start()
  await clock.advance('11s')
  await start
  expect(faults).toEqual(['torn@1: no such file', 'stuck@1: no answer within 10 s'])
  await monitor.stop()
})
