import { fieldsOf } from '../machine/text.js'

/** How worn an eMMC says it is. */
export interface Wear {
  /** Share of its life that is left, by the worse of its two areas. */
  readonly left: number | undefined
  readonly state: 'ok' | 'predicted_failure' | 'failed'
}

/** In tenths of its life: 0x01 is up to 10 %, 0x0a up to all of it, 0x0b more than that. */
const WORN_OUT = 0x0b
const NEARLY = 0x0a

/**
 * life_time and pre_eol_info of an eMMC; SD cards have neither. Of the reserved blocks 80 % are used at 2, 90 % at 3.
 *
 * @see JEDEC JESD84-B51, DEVICE_LIFE_TIME_EST_TYP_A and _B, PRE_EOL_INFO
 */
export function parseWear(lifeTime: string, preEol: string): Wear | undefined {
  const areas = fieldsOf(lifeTime)
    .map(hexOf)
    .filter((tenths): tenths is number => tenths !== undefined && tenths >= 1 && tenths <= WORN_OUT)
  const reserve = hexOf(preEol.trim()) ?? 0
  if (areas.length === 0 && (reserve < 1 || reserve > 3)) return undefined
  const used = Math.max(0, ...areas)
  const left = areas.length > 0 ? Math.max(0, (WORN_OUT - used) / 10) : undefined
  if (used >= WORN_OUT || reserve === 3) return { left, state: 'failed' }
  return { left, state: used >= NEARLY || reserve === 2 ? 'predicted_failure' : 'ok' }
}

function hexOf(text: string): number | undefined {
  return /^0x[0-9a-f]{1,2}$/i.test(text) ? Number.parseInt(text, 16) : undefined
}
