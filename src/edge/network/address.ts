import { ConfigError, textIn } from '../../model/index.js'

/** A host and a port to knock at. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Of `host:port`, `[::1]:port`, or a URL, whose scheme says the port. @throws ConfigError naming the field. */
export function addressIn(field: string, text: string): Address {
  const given = textIn(field, text, 1_000)
  const url = parsed(given.includes('://') ? given : `tcp://${given}`)
  const port = Number(url?.port || PORTS[url?.protocol ?? ''])
  if (!url?.hostname || !(port >= 1 && port <= 65_535)) throw new ConfigError(field, "'host:port' or a URL", given)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port }
}

const PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'mqtt:': 1883,
  'mqtts:': 8883,
  'nats:': 4222,
  'redis:': 6379,
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
