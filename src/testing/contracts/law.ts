import { AssertionError } from 'node:assert/strict'

/**
 * One thing that every implementation of an interface must do. Its name is a claim; `run` rejects with an `AssertionError` that
 * says in plain words how the claim fails.
 *
 * @example
 * for (const law of detectorContract(mine)) test(law.name, () => law.run())
 */
export interface Law {
  readonly name: string
  run(): Promise<void>
}

export function law(name: string, run: () => Promise<void> | void): Law {
  return { name, run: async () => run() }
}

/** Fails the law that runs. */
export function broken(message: string): never {
  throw new AssertionError({ message, stackStartFn: broken })
}

/** Fails the law that runs unless something holds. */
export function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw new AssertionError({ message, stackStartFn: must })
}
