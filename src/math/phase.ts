/**
 * Which of so many parts of a period a time is in, with how far: from 0 to less than `parts`.
 *
 * @param time - since a period began; may be below 0.
 * @example
 * phaseOf(30, 24, 48) // 12
 */
export function phaseOf(time: number, period: number, parts: number): number {
  const place = (parts * (time - period * Math.floor(time / period))) / period
  return place < parts ? Math.max(0, place) : 0
}
