import { ConfigError, checkOptions } from '../../model/index.js'
import type { Step } from '../remediate/options.js'
import { type CommandOptions, command } from './command.js'
import { heapSnapshot, type RotateOptions, rotateLog } from './files.js'
import { type HttpOptions, http } from './http.js'
import { type RestartSelfOptions, reboot, restartSelf } from './restart.js'
import * as service from './service.js'

/** What the steps of a playbook that is data work on, by name. */
export type StepTools = Readonly<Record<string, unknown>>

/** One step of a playbook that is data. */
interface Given {
  /** What stands with its kind. */
  readonly about: unknown
  readonly options: Readonly<Record<string, unknown>>
  readonly field: string
  /** @throws ConfigError when there is no such tool. */
  tool(name: unknown): unknown
}

type Make = (given: Given) => Step

/** A step that works on one tool, without options. */
function on<T>(make: (tool: T) => Step): Make {
  return ({ about, options, field, tool }) => {
    none(field, options)
    return make(tool(about) as T)
  }
}

/** A step that works on nothing: `{ reboot: true }`. */
function alone(make: () => Step): Make {
  return ({ about, options, field }) => {
    none(field, options)
    if (about !== true) throw new ConfigError(field, 'true', about)
    return make()
  }
}

function none(field: string, options: object): void {
  checkOptions(field, options, [])
}

/** How each kind of step is made. */
export const STEP_KINDS: Readonly<Record<string, Make>> = {
  call: on<Step>((step) => step),
  clearCache: on(service.clearCache),
  collectGarbage: alone(service.collectGarbage),
  command({ about, options, field }) {
    const [path, ...argv] = Array.isArray(about) ? about : []
    if (path === undefined) throw new ConfigError(field, 'a list: the program, then its arguments', about)
    const { undo, ...rest } = options as Omit<CommandOptions, 'undo'> & { readonly undo?: readonly string[] }
    const [back, ...its] = undo ?? []
    return command(path, argv, { ...rest, ...(back !== undefined && { undo: [back, its] as const }) })
  },
  heapSnapshot({ about, options, field }) {
    none(field, options)
    return heapSnapshot(about as string)
  },
  http({ about, options }) {
    const { undo, ...rest } = options as Omit<HttpOptions, 'undo'> & { readonly undo?: string }
    return http(about as string, { ...rest, ...(undo !== undefined && { undo: [undo] as const }) })
  },
  lowerConcurrency({ about, options, field, tool }) {
    checkOptions(field, options as { to?: number }, ['to'])
    return service.lowerConcurrency(tool(about) as service.Concurrency, options.to as number)
  },
  openCircuit: on(service.openCircuit),
  pauseConsumer: on(service.pauseConsumer),
  reboot: alone(reboot),
  recyclePool: on(service.recyclePool),
  restartSelf({ about, options, field, tool }) {
    if (about !== true) throw new ConfigError(field, 'true', about)
    const { before, ...rest } = options as Omit<RestartSelfOptions, 'before'> & { readonly before?: string }
    return restartSelf({ ...rest, ...(before !== undefined && { before: tool(before) as () => unknown }) })
  },
  restartWorker: on(service.restartWorker),
  rotateLog({ about, options, tool }) {
    const { reopen, ...rest } = options as Omit<RotateOptions, 'reopen'> & { readonly reopen?: string }
    return rotateLog(about as string, {
      ...rest,
      ...(reopen !== undefined && { reopen: tool(reopen) as () => unknown }),
    })
  },
  shedLoad({ about, options, field, tool }) {
    checkOptions(field, options as { share?: number }, ['share'])
    return service.shedLoad(tool(about) as (share: number) => unknown, options.share as number)
  },
}
