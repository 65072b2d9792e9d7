const DAY = 864e5

/** Midnight UTC of the first of the month, or of the Monday. */
export function beginningOf(calendar: 'week' | 'month', time: number): number {
  const day = Math.floor(time / DAY)
  if (calendar === 'week') return (day - ((day + 3) % 7)) * DAY
  return (day - dayOfMonth(day)) * DAY
}

/** Days since the first of the month. @see Hinnant, "chrono-compatible low-level date algorithms", 2013. */
function dayOfMonth(day: number): number {
  const shifted = day + 719_468
  const ofEra = shifted - Math.floor(shifted / 146_097) * 146_097
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * ofYear + 2) / 153)
  return ofYear - Math.floor((153 * month + 2) / 5)
}
