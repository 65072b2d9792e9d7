// A first playbook in one file: write it, test it, shadow it, promote it.
import { check, guardrails, type RemediateOptions, remediate, type Source } from 'pi-uptime'
import { memoryStore } from 'pi-uptime/edge'
import { clearCache } from 'pi-uptime/steps'
import { rig } from 'pi-uptime/testing'

// A service whose cache grows until somebody clears it.
const cache = { entries: 0, grows: false, clear: () => Object.assign(cache, { entries: 0, grows: false }) }
const full = check('cache', () => cache.entries < 1_000, { every: '10s' })
const life: Source = {
  name: 'life',
  async start(_, { clock, abort }) {
    for (; !abort.aborted; await clock.sleep(10_000, abort)) if (cache.grows) cache.entries += 200
  },
}

// 1. Write it. The same playbook in each mode.
const playbook: RemediateOptions = {
  name: 'clear-cache',
  when: { check: 'cache' },
  steps: [clearCache(cache)],
  settle: '2m',
  guards: guardrails({ perHour: 2 }),
}

/** Twenty minutes of the service with a playbook, and what became of it. */
async function story(mode: 'observe' | 'act'): Promise<string[]> {
  cache.clear()
  const world = rig({ observe: [full, life], respond: [remediate({ ...playbook, mode })], store: memoryStore() })
  await world.advance('5m')
  cache.grows = true
  await world.advance('15m')
  const lines = (await world.monitor.audit()).map(({ event, what, text }) =>
    [event, what, text].filter(Boolean).join(', '),
  )
  await world.stop()
  return lines
}

// 2. Test it: in virtual time, before it is deployed anywhere.
const tested = await story('act')
console.log(`In a test, it acts:\n  ${tested.join('\n  ')}`)
if (!tested.some((line) => line.startsWith('outcome, helped'))) throw new Error('the playbook does not help')

// 3. Shadow it: in production it only looks on, and says what it would have done, and what became of the incident without it.
const shadow = await story('observe')
console.log(`\nIn the shadow, it looks on:\n  ${shadow.join('\n  ')}`)

// 4. Promote it, which is your word: incidents that stay without it are a reason to.
const stayed = shadow.some((line) => line.startsWith('shadow, stayed'))
console.log(`\nPromote it to mode '${stayed ? 'act' : 'observe'}'.`)
