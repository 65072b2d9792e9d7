/** Whose fault it is that the target cannot be reached. */
export type NetworkVerdict =
  /** It can be reached. */
  | 'ok'
  /** Ours: not even the gateway answers. */
  | 'local'
  /** The way out: the gateway answers, and nothing behind it. */
  | 'uplink'
  /** Its own: others can be reached. */
  | 'target'
  /** Too few could be asked to tell. */
  | 'unknown'

export const VERDICTS: readonly NetworkVerdict[] = ['ok', 'local', 'uplink', 'target', 'unknown']

/** Who answered; undefined where nobody could be asked. */
export interface Witnesses {
  readonly target: boolean
  readonly gateway: boolean | undefined
  readonly resolver: boolean | undefined
  readonly peers: readonly boolean[]
}

/** So many witnesses beside the target must have been asked. */
const QUORUM = 2

/** Judges from who answers and who does not. A resolver speaks for the way out; peers may stand on this side of it, and speak for it only where there is no resolver to ask. */
export function verdictOf({ target, gateway, resolver, peers }: Witnesses): NetworkVerdict {
  if (target) return 'ok'
  const asked = peers.length + [gateway, resolver].filter((one) => one !== undefined).length
  if (asked < QUORUM) return 'unknown'
  const peer = peers.includes(true)
  if (resolver ?? peer) return 'target'
  if (gateway === true || peer) return 'uplink'
  return gateway === false ? 'local' : 'unknown'
}
