import { ATTRIBUTE } from '../semconv.js'
import { row, type SignalRow } from './row.js'

/** `commands()` */
export const COMMANDS = {
  commands:
    row`pi_uptime.commands | {command} | ${ATTRIBUTE.outcome} | remote commands in the window: done, failed, refused` as SignalRow,
} as const
