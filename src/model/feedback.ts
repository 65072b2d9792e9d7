import type { Finding } from './finding.js'

/** What a person says of a finding: worth being told, or not. */
export type Rating = 'useful' | 'noise'

/** A {@link Rating} as it was given. */
export interface Feedback {
  /** What was rated: the id of a finding or of an incident. */
  readonly id: string
  readonly rating: Rating
  /** The finding, or the incident's findings. Those that had this rating already are left out. */
  readonly findings: readonly Finding[]
  /** In milliseconds since the epoch. */
  readonly time: number
}
