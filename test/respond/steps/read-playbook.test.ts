import { describe, expect, test } from 'vitest'
import { check } from '../../../src/observe/index.js'
import { remediate } from '../../../src/respond/index.js'
import { type PlaybookData, readPlaybook } from '../../../src/respond/steps/index.js'
import { rig } from '../../../src/testing/index.js'

const when = { check: 'db' } as const

describe('readPlaybook()', () => {
  test('a playbook from JSON acts on the tools that it names, and is verified', async () => {
    const state = { broken: false, done: [] as string[] }
    const text = JSON.stringify({
      name: 'recycle',
      when,
      ladder: [[{ shedLoad: 'gate', share: 0.3 }], [{ recyclePool: 'pool' }, { call: 'mend' }]],
      mode: 'act',
      settle: '30s',
      cooldown: '10s',
      verify: 'ping',
      guardrails: { perHour: 100 },
    })
    const tools = {
      gate: (share: number) => void state.done.push(`gate ${share}`),
      pool: { drain: () => void state.done.push('drain') },
      mend: () => {
        state.broken = false
      },
      ping: () => state.done.push('ping') > 0,
    }
    const world = rig({
      observe: [check('db', () => !state.broken, { every: '1s' })],
      respond: [remediate(readPlaybook(JSON.parse(text), tools))],
    })
    await world.advance('5m')
    state.broken = true
    await world.advance('5m')
    expect(state.done).toEqual(['gate 0.3', 'gate 0', 'drain', 'ping'])
    expect(world.monitor.actions()[0]).toMatchObject({ name: 'recycle', outcome: 'helped' })
  })

  test('every kind of step can be said', () => {
    const nothing = () => undefined
    const tools = {
      a: { open: nothing, close: nothing, pause: nothing, resume: nothing, clear: nothing, drain: nothing },
      b: { get: () => 5, set: nothing, stop: nothing, start: nothing },
      c: nothing,
    }
    const steps = [
      { call: 'c' },
      { clearCache: 'a' },
      { collectGarbage: true },
      {
        command: ['/usr/bin/systemctl', 'restart', 'worker'],
        timeout: '10s',
        undo: ['/usr/bin/systemctl', 'stop', 'worker'],
      },
      { heapSnapshot: '/var/tmp' },
      { http: 'http://127.0.0.1:9901/fail', private: true, method: 'PUT', undo: 'http://127.0.0.1:9901/ok' },
      { lowerConcurrency: 'b', to: 2 },
      { openCircuit: 'a' },
      { pauseConsumer: 'a' },
      { recyclePool: 'a' },
      { restartWorker: 'b' },
      { rotateLog: '/var/log/x', keep: 2, reopen: 'c' },
      { shedLoad: 'c', share: 0.5 },
      { restartSelf: true, code: 7, before: 'c' },
    ]
    const { steps: made } = readPlaybook({ name: 'all', when, steps }, tools)
    expect(made?.map((step) => step.name)).toEqual([
      'nothing',
      'clear the cache',
      'collect garbage',
      '/usr/bin/systemctl',
      'heap snapshot',
      'PUT 127.0.0.1:9901',
      'lower the concurrency to 2',
      'open the circuit',
      'pause the consumer',
      'recycle the pool',
      'restart the worker',
      'rotate the log',
      'shed 50 % of the load',
      'restart this process',
    ])
    expect(readPlaybook({ name: 'b', when, steps: [{ reboot: true }] }).steps?.[0]?.name).toBe('reboot')
    expect(() => remediate(readPlaybook({ name: 'all', when, steps }, tools))).not.toThrow()
  })

  test('asking people and leases are tools too', () => {
    const ask = () => undefined
    const lease = { name: 'fleet', acquire: async () => undefined }
    const targets = () => ['a']
    const data = {
      name: 'x',
      when,
      steps: [{ call: 'ask' }],
      mode: 'approve',
      approval: { ask: 'ask', expire: '5m' },
    } as const
    const read = readPlaybook({ ...data, lease: 'lease', targets: 'targets' }, { ask, lease, targets })
    expect(read).toMatchObject({ approval: { ask, expire: '5m' }, lease, targets })
  })

  test.each<[string, object]>([
    ['playbook.guards', { guards: [] }],
    ['playbook.steps', { steps: { call: 'a' } }],
    ['playbook.steps[0]', { steps: ['call'] }],
    ['playbook.steps[0]', { steps: [{ shedload: 'a' }] }],
    ['playbook.steps[0]', { steps: [{ toString: 'a' }] }],
    ['playbook.steps[0]', { steps: [{ call: 'a', clearCache: 'a' }] }],
    ['playbook.steps[0].call', { steps: [{ call: 'b' }] }],
    ['playbook.steps[0].call', { steps: [{ call: 'constructor' }] }],
    ['playbook.steps[0].call.share', { steps: [{ call: 'a', share: 1 }] }],
    ['playbook.steps[0].reboot', { steps: [{ reboot: false }] }],
    ['playbook.steps[0].command', { steps: [{ command: '/bin/true' }] }],
    ['command.shell', { steps: [{ command: ['/bin/true'], shell: true }] }],
    ['shedLoad.share', { steps: [{ shedLoad: 'a', share: 2 }] }],
    ['clearCache.clear', { steps: [{ clearCache: 'a' }] }],
    ['playbook.ladder[1]', { ladder: [[{ call: 'a' }], { call: 'a' }] }],
    ['playbook.verify', { steps: [{ call: 'a' }], verify: 'x' }],
    ['playbook.approval.ask', { steps: [{ call: 'a' }], approval: { ask: 'x' } }],
    ['guardrails.perHour', { steps: [{ call: 'a' }], guardrails: { perHour: 0 } }],
  ])('%s: what is no playbook is refused by name', (field, data) => {
    expect(() => readPlaybook({ name: 'x', when, ...data } as PlaybookData, { a: () => undefined })).toThrow(
      expect.objectContaining({ name: 'ConfigError', field }),
    )
  })
})
