import type { Episode } from './episode.js'

/** The memory for one signal: the detector's, how sensitive to be, and the deviation under way. */
export interface AnomalyState {
  readonly memory: unknown
  /** Sigmas from which a value counts as abnormal now. */
  threshold: number
  /** What feedback has made of the threshold, as a factor; 1 without any. */
  factor: number
  /** False findings a millisecond that are accepted; 0 where no budget decides. */
  accepted: number
  /** Mean time between observations, in milliseconds; learned where a budget decides. */
  interval: number
  /** Observations since `counted`, and when their count began; -1 before that. */
  looks: number
  counted: number
  /**
   * When the signal was last heard, in milliseconds modulo 2³², and how long after the time before. Whole numbers of 32 bits:
   * others would take 16 bytes more each.
   */
  heard: number
  gap: number
  /** When the threshold was last seen to, where a budget or feedback moves it; -1 before that. */
  reviewed: number
  /** When the latest finding opened first, and when it closed last; -1 before the first. */
  openedAt: number
  closedAt: number
  episode: Episode | null
}
