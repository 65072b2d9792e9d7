import { ConfigError, functionIn, isThenable, type ObjectiveStatus } from '../../model/index.js'

/** What is done when no more than a part of the budget is left. */
export interface BudgetLevel {
  /** From 0 to 1. */
  readonly part: number
  readonly hook: (status: ObjectiveStatus, isSpent: boolean) => unknown
}

/** So much more must be left before a level counts as regained: the budget moves by a little all the time. */
const EASE = 0.01
const LEVEL = /^(\d{1,3}(?:\.\d+)?)\s?%$/

/** From the most to the least that is left. @throws ConfigError naming the level. */
export function levelsOf(hooks: Readonly<Record<string, BudgetLevel['hook']>> = {}): readonly BudgetLevel[] {
  if (typeof hooks !== 'object' || hooks === null) throw new ConfigError('objective.onBudget', 'an object', hooks)
  const levels = Object.entries(hooks).map(([level, hook]) => {
    const part = Number(LEVEL.exec(level)?.[1]) / 100
    if (!(part <= 1)) throw new ConfigError('objective.onBudget', "parts of the budget from '0%' to '100%'", level)
    return { part, hook: functionIn(`objective.onBudget['${level}']`, hook) }
  })
  return levels.sort((one, other) => other.part - one.part)
}

/** Tells each level when it is passed, either way. Nothing is kept over restarts: what a hook has set is lost with the process, too. */
export class BudgetLevels {
  readonly #spent = new Set<BudgetLevel>()
  readonly #failures: unknown[] = []

  constructor(private readonly levels: readonly BudgetLevel[]) {}

  /** @throws whatever a hook throws, or what one has rejected with since: each once, and every hook is called first. */
  tell(status: ObjectiveStatus): void {
    for (const level of this.levels) {
      const isSpent = status.remaining <= level.part
      const wasSpent = this.#spent.has(level)
      if (isSpent === wasSpent || !(isSpent || status.remaining > level.part + EASE)) continue
      if (isSpent) this.#spent.add(level)
      else this.#spent.delete(level)
      this.#call(level, status, isSpent)
    }
    if (this.#failures.length > 0) throw this.#failures.shift()
  }

  #call({ hook }: BudgetLevel, status: ObjectiveStatus, isSpent: boolean): void {
    const failed = (error: unknown): unknown => this.#failures.push(error)
    try {
      const answer = hook(status, isSpent)
      if (isThenable(answer)) answer.then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }
}
