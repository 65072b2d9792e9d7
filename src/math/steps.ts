/** The usual time between observations. Plain data; O(1). */
export interface Steps {
  /** Of the last observation, in milliseconds; before any time, until there is one. */
  time: number
  /** The usual time between two of them, in milliseconds; 0 before there are two. */
  step: number
  /** Times between two so far; those at one moment are one observation. */
  gaps: number
}

/** Before any time; a number that JSON keeps. */
export const NEVER: number = -Number.MAX_VALUE
/** The step is a mean of logarithms over about so many gaps, in which none counts as more, or less, than so many steps. */
const MEMORY = 32
const REACH = 4
/** Less than a nanosecond is no time: it would be lost in rounding. */
const LEAST = 1e-6

export function emptySteps(): Steps {
  return { time: NEVER, step: 0, gaps: 0 }
}

/** Takes note of an observation; answers with the steps since the one before: 0 for the first, and for one at the same moment. */
export function learnStep(steps: Steps, time: number): number {
  const before = steps.time
  const gap = time - before
  if (gap <= LEAST) return 0
  steps.time = time
  if (before === NEVER) return 0
  steps.gaps++
  if (steps.step === 0) steps.step = gap
  else {
    const usual = Math.min(REACH, Math.max(1 / REACH, gap / steps.step))
    steps.step *= usual ** (1 / Math.min(MEMORY, steps.gaps))
  }
  return gap / steps.step
}
