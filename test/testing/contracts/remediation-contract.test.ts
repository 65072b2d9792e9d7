import { describe, expect, test } from 'vitest'
import type { Remediation } from '../../../src/model/index.js'
import { remediationContract } from '../../../src/testing/contracts/index.js'
import { everyLawCatches, verdict } from './verdict.js'

/** A pool of connections: broken when it is full, or when it was emptied while it was already empty. */
class Pool {
  open = 3
  drained = 0
}

let pool = new Pool()

/** A small lawful remediation, to be spoiled in one way at a time. */
const lawful: Remediation = {
  name: 'recycle-pool',
  async apply() {
    pool.open = 0
  },
  verify: () => pool.open < 10,
  undo() {},
}

const laws = (spoiled: Partial<Remediation> = {}) =>
  remediationContract({
    remediation: () => ({ ...lawful, ...spoiled }),
    damage: () => {
      pool = new Pool()
      pool.open = 10
    },
    works: () => pool.open < 10 && pool.drained < 2,
    patience: '100ms',
  })
const forever = () => new Promise<never>(() => {})

describe('remediationContract', () => {
  test('a lawful remediation keeps every law, also one that has neither verify nor undo', async () => {
    expect(await verdict(laws())).toEqual(new Map())
    expect(await verdict(remediationContract({ remediation: () => ({ name: 'bare', apply() {} }) }))).toEqual(new Map())
  })

  everyLawCatches(laws(), {
    'it has a name': laws({ name: '' }),
    'apply repairs the system': laws({ apply() {} }),
    'applying it twice does no harm': laws({
      apply() {
        pool.open = 0
        pool.drained++
      },
    }),
    'applying it to a system that works does no harm': laws({
      apply() {
        if (pool.open < 10) throw new Error('nothing to drain')
        pool.open = 0
      },
    }),
    'it ends soon after its abort fires': laws({ apply: () => forever() }),
    'aborted before it begins, it ends soon': laws({
      apply: (_, { abort }) => (abort.aborted ? forever() : Promise.resolve()),
    }),
    'verify says what is so, and the same when asked again': laws({ verify: () => true }),
    'undo is safe after apply, twice, and without any apply': laws({
      undo() {
        if (pool.open === 10) throw new Error('never applied')
      },
    }),
  })

  const verifyLaw = 'verify says what is so, and the same when asked again'
  const culprits: Readonly<Record<string, Remediation['verify']>> = {
    'one that never believes in the repair': () => false,
    'one that answers otherwise the second time': () => pool.open < 10 && pool.drained++ === 0,
    'one that breaks what it looks at': () => {
      const answer = pool.open < 10
      if (answer) pool.drained++
      return answer
    },
  }
  for (const [name, verify] of Object.entries(culprits)) {
    test(`caught: a verify like ${name}`, async () => {
      const spoiled = verify ? { verify } : {}
      expect([...(await verdict(laws(spoiled))).keys()]).toContain(verifyLaw)
    })
  }

  test('caught: one that changes the incident', async () => {
    const broken = await verdict(laws({ apply: (incident) => void Object.assign(incident, { title: 'mine' }) }))
    expect([...broken.keys()]).toContain('apply repairs the system')
  })

  test('a hang is told in plain words', async () => {
    const broken = await verdict(laws({ apply: () => forever() }).filter(({ name }) => name.startsWith('apply ')))
    expect([...broken.values()]).toEqual(['apply has not ended after 100 ms'])
  })
})
