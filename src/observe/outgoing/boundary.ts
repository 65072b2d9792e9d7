import type { BlockList, LookupFunction } from 'node:net'

/** Loopback and private ranges, which `private` allows. */
const PRIVATE = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '::1/128', 'fc00::/7']

/**
 * Neither public nor private: this network, link-local (where clouds have their metadata), multicast, reserved, documentation,
 * tunnels that carry an IPv4 address of any kind; and metadata services with an address among the private or public ones.
 */
const SPECIAL = [
  ...[
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
  ],
  ...['224.0.0.0/4', '240.0.0.0/4', '100.100.100.200/32', '168.63.129.16/32'],
  ...['fe80::/10', 'fec0::/10', 'ff00::/8', '2001:db8::/32', '2001::/32', '2002::/16', '64:ff9b:1::/48', '::/96'],
  ...['100::/64', 'fd00:ec2::/32', 'fd20:ce::/32'],
]

/** Both lists, once they are needed: they belong to a module of node. */
let lists: { readonly private: BlockList; readonly special: BlockList } | undefined

/** That an address must not be called. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError'
}

/** Judges addresses before anything is sent to them. */
export class Boundary {
  #allowed: BlockList | undefined

  constructor(
    private readonly isPrivate: boolean,
    private readonly allow: readonly string[],
  ) {}

  /** Why an address must not be called; `undefined` when it may be. */
  refusal(address: string): string | undefined {
    const { isIP } = process.getBuiltinModule('node:net')
    lists ??= { private: listOf(PRIVATE), special: listOf(SPECIAL) }
    this.#allowed ??= listOf(this.allow)
    const plain = unwrapped(address)
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(plain) === 0) return `${address} is no address`
    if (this.#allowed.check(plain, family)) return undefined
    const loopback = plain === '::1'
    if (!loopback && lists.special.check(plain, family))
      return `${address} is no public address: name its range in 'allow'`
    if (!this.isPrivate && lists.private.check(plain, family)) return `${address} is a private address: set 'private'`
    return undefined
  }

  /** Resolves a name for a connection, to those of its addresses that may be called. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    const { lookup } = process.getBuiltinModule('node:dns')
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const allowed = found.filter(({ address }) => this.refusal(address) === undefined)
      const [first] = allowed
      if (!first) {
        const why = this.refusal(found[0]?.address ?? '') ?? `${hostname} has no address`
        return callback(new RefusedAddressError(`${hostname}: ${why}`), '', 0)
      }
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family)
    })
  }

  /** A host that is an address is not looked up: it is judged here, with or without the brackets that a URL has around it. @throws RefusedAddressError */
  check(hostname: string): void {
    const { isIP } = process.getBuiltinModule('node:net')
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const why = isIP(host) === 0 ? undefined : this.refusal(host)
    if (why !== undefined) throw new RefusedAddressError(why)
  }
}

function listOf(ranges: readonly string[]): BlockList {
  const { BlockList, isIP } = process.getBuiltinModule('node:net')
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** The IPv4 address in one of IPv6 that stands for it (`::ffff:0:0/96`, and `64:ff9b::/96` of NAT64); without a zone. */
function unwrapped(address: string): string {
  const { isIP } = process.getBuiltinModule('node:net')
  const plain = address.replace(/%.*$/, '')
  if (isIP(plain) !== 6) return plain
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1)
  const [, high, low] = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16)
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')
}
