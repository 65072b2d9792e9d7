/** Which board this is. */
export interface Board {
  /** As the firmware says it: `'Raspberry Pi 4 Model B Rev 1.4'`. */
  readonly model: string
  /** The revision code, hexadecimal: `'c03114'`; empty where it is not known. */
  readonly revision: string
  readonly five: boolean
}

const LONGEST = 100

/** From the device tree's model and /proc/cpuinfo; `undefined` on a machine that is no Raspberry Pi. */
export function parseBoard(model: string, cpuinfo: string): Board | undefined {
  const told = named(model) ?? named(/^Model\s*:(.*)$/m.exec(cpuinfo.slice(-2_000))?.[1] ?? '')
  if (told === undefined) return undefined
  const revision = /^Revision\s*:\s*([0-9a-f]{4,8})$/m.exec(cpuinfo.slice(-2_000))?.[1] ?? ''
  return { model: told, revision, five: /\b(?:Pi 5|Pi 500|Module 5)/.test(told) }
}

function named(text: string): string | undefined {
  const name = text.replaceAll('\0', '').trim().slice(0, LONGEST)
  return /^Raspberry Pi\b/.test(name) ? name : undefined
}
