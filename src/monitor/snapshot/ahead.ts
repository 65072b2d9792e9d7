const DAY = 864e5
/** 2026-01-01T00:00Z: no clock that is right stands before this. A board without a clock of its own boots in 1970. */
const WRITTEN = 1_767_225_600_000

/** Whether memory of `time` lies so far ahead of the clock that it must have been learned by a wrong one. */
export function isAhead(time: number, now: number): boolean {
  return now > WRITTEN && time - now > DAY
}
