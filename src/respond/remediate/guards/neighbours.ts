import { isAtWork, isWaiting, othersOf } from '../engine.js'
import type { Deed, PlaybookState } from '../engine-state.js'
import { helpedShare } from '../score.js'
import type { RemediationGuard, Situation } from './guard.js'

/** One disruptive run at a time, of all playbooks together. */
export const oneAtATime: RemediationGuard = {
  name: 'one at a time',
  check(situation) {
    if (!situation.playbook.disruptive) return undefined
    const other = atWork(situation).find(({ disruptive }) => disruptive)
    return other && `${other.playbook} is at work`
  },
}

/** No two runs that work on the same thing. */
export const exclusion: RemediationGuard = {
  name: 'resource',
  check(situation) {
    const mine = situation.playbook.resources
    const shared = (deed: Deed): string | undefined => deed.resources.find((name) => mine.includes(name))
    const other = atWork(situation).find((deed) => shared(deed) !== undefined)
    return other && `${other.playbook} is at work on ${shared(other)}`
  },
}

/** What was just done is not undone by another playbook within the cooldown: no ping-pong. */
export const noReverse: RemediationGuard = {
  name: 'reverse',
  check({ playbook, engine }) {
    const since = engine.age - playbook.cooldown
    const other = engine.deeds.find(
      (deed) =>
        deed.at > since &&
        (playbook.reverses.includes(deed.playbook) || deed.reverses.includes(playbook.playbook)) &&
        deed.playbook !== playbook.playbook,
    )
    return other && `${other.playbook} has just done the reverse`
  },
}

/** Where several playbooks fit an incident, the one that has helped more often goes first. */
export const betterFirst: RemediationGuard = {
  name: 'better first',
  check({ engine, book, incident }) {
    const waits = (other: PlaybookState): boolean =>
      other.cases.some((each) => each.incident.id === incident.id && isWaiting(each) && each.refusedBy === '')
    const share = helpedShare(book.score)
    const better = othersOf(engine, book).find(
      (other) => other.acts && other.run === null && helpedShare(other.score) > share && waits(other),
    )
    return better && `${better.name} has helped more often, and goes first`
  },
}

/** The deeds of others whose effect is not yet judged. */
function atWork({ engine, book }: Situation): readonly Deed[] {
  const runs = othersOf(engine, book).filter(isAtWork)
  return runs.flatMap(({ run }) => engine.deeds.filter(({ id }) => id === run?.id))
}
