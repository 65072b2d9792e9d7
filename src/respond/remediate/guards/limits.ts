import { describe } from '../../../model/index.js'
import type { RemediationGuard } from './guard.js'

const HOUR = 36e5
const DAY = 864e5

/** Nothing within the playbook's `cooldown` of the end of its last run. */
export const cooldown: RemediationGuard = {
  name: 'cooldown',
  check({ playbook, engine, book }) {
    const left = book.endedAt < 0 ? 0 : book.endedAt + playbook.cooldown - engine.age
    return left > 0 ? `it has just been done, and rests for another ${describe(left)}` : undefined
  },
}

/** Nothing by a playbook that has stopped helping, for a day, then two, four … 30. */
export const bench: RemediationGuard = {
  name: 'bench',
  check({ engine, book: { score } }) {
    if (engine.age >= score.benchedUntil) return undefined
    const why = score.streak > 1 ? `its last ${score.streak} runs did not help` : 'its last run did not help'
    return `${why}, and it is benched for another ${describe(score.benchedUntil - engine.age)}`
  },
}

/**
 * So many runs an hour and a day, of all playbooks together. Time alone gives nothing back: health must have been sustained
 * since, so that a service that is restarted all night is not restarted all night by us.
 */
export function budget(perHour: () => number, perDay: () => number): RemediationGuard {
  return {
    name: 'budget',
    check({ engine: { deeds, age, wellAt } }) {
      const spent = (span: number): number => deeds.filter(({ at }) => at > age - span || at > wellAt).length
      const [hourly, daily] = [perHour(), perDay()]
      if (spent(HOUR) >= hourly) return `${hourly} repairs are allowed in an hour, and then health must last`
      if (spent(DAY) >= daily) return `${daily} repairs are allowed in a day, and then health must last`
      return undefined
    },
  }
}

/** Nothing in the first moments of a process: what has just started is not yet what it will be. */
export function uptime(least: number): RemediationGuard {
  return {
    name: 'uptime',
    check({ engine, book }) {
      const left = book.bornAt + least - engine.age
      return left > 0 ? `the process has just started; it is left alone for another ${describe(left)}` : undefined
    },
  }
}
