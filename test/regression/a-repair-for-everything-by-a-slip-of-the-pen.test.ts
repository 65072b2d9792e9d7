import { expect, test } from 'vitest'
import { ConfigError } from '../../src/model/index.js'
import { remediate } from '../../src/respond/index.js'

const build = (when: unknown) => () => remediate({ name: 'r', when: when as never, steps: [() => undefined] })

test.each([
  [{ sginal: 'db.*' }, 'remediate.when.sginal'],
  [{ signal: undefined }, 'remediate.when.signal'],
  [{ check: undefined, severity: 'critical' }, 'remediate.when.check'],
  [{ check: [] }, 'remediate.when.check'],
  [{ check: 42 }, 'remediate.when.check'],
  [{ watcher: 42 }, 'remediate.when.watcher'],
])('the condition %o is refused, and the field is named', (when, field) => {
  expect(build(when)).toThrow(expect.objectContaining({ field, constructor: ConfigError }))
})

test.each([{ check: 'db' }, { check: ['db', 'cache'], watcher: 'unhealthy' }, { severity: 'critical' }, () => true])(
  'the condition %o is taken',
  (when) => {
    expect(build(when)).not.toThrow()
  },
)
