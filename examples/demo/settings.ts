/**
 * How the demo runs. In earnest one observes every 10 s, and a deviation must last half a minute before anybody is told; the
 * demo has a minute for everything, so all its times are shorter, and its faults are stronger than the noise of a busy machine.
 */
export const RATE = 30 // requests a second
export const COLLECT = 500 // ms between two OpenTelemetry collections
export const BASELINE = 18_000 // ms of ordinary life before the first fault
export const BETWEEN = 4_000 // ms of ordinary life between two faults
export const PATIENCE = 40_000 // ms that detecting, and then repairing, one fault may take
export const HARD_LIMIT = 150_000 // ms after which the demo gives up, whatever happens

export const PRICING_USUALLY = 8 // ms
export const PRICING_SLOW = 2_000 // ms
export const REPORT_BLOCKS = 500 // ms for which each part of the report blocks the event loop
export const PRODUCTS = 50 // that the shop sells
export const PAGE_SIZE = 500_000 // bytes that one cached page takes
