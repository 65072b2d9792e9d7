import { ConfigError, checkOptions, type Remediation } from '../../model/index.js'
import type { ApprovalOptions } from '../remediate/approval.js'
import { type GuardrailOptions, guardrails } from '../remediate/guards/guardrails.js'
import { REMEDIATE_OPTIONS, type RemediateOptions, type Step } from '../remediate/options.js'
import { STEP_KINDS, type StepTools } from './step-kinds.js'

/**
 * A step as data: its kind, with what it works on, and its options beside it. `{ recyclePool: 'pool' }` names one of the tools;
 * `{ command: ['/usr/bin/systemctl', 'restart', 'worker'], timeout: '10s' }` is the program with its arguments.
 */
export type StepData = Readonly<Record<string, unknown>>

/** A playbook as data, as from a JSON file: what is a function in {@link RemediateOptions} is here the name of a tool. */
export interface PlaybookData
  extends Omit<RemediateOptions, 'steps' | 'ladder' | 'verify' | 'targets' | 'lease' | 'guards' | 'approval'> {
  readonly steps?: readonly StepData[]
  readonly ladder?: readonly (readonly StepData[])[]
  readonly verify?: string
  readonly targets?: string
  readonly lease?: string
  /** How strict the guardrails are. @defaultValue as they are by default */
  readonly guardrails?: GuardrailOptions
  readonly approval?: Omit<ApprovalOptions, 'ask'> & { readonly ask: string }
}

const NAMED = ['verify', 'targets', 'lease'] as const
const FIELDS = [...REMEDIATE_OPTIONS.filter((name) => name !== 'guards'), 'guardrails'] as const

/**
 * Reads a playbook that is data: for `remediate(readPlaybook(JSON.parse(text), { pool }))`. What the data may reach is what is in
 * `tools`, beside programs and addresses, which it names itself: who may write the data may do all that this process may.
 *
 * @param tools - what steps work on, by name; with `{ call: 'name' }`, a step of your own.
 * @throws ConfigError naming the field, such as `playbook.steps[1]`; and as the steps themselves do.
 * @example
 * remediate(readPlaybook({ name: 'recycle', when: { signal: 'db.*' }, steps: [{ recyclePool: 'pool' }] }, { pool }))
 */
export function readPlaybook(data: PlaybookData, tools: StepTools = {}): RemediateOptions {
  checkOptions('playbook', data, FIELDS)
  const { steps, ladder, approval, guardrails: strictness, verify, targets, lease, ...same } = data
  return {
    ...same,
    ...(steps && { steps: stepsIn('playbook.steps', steps, tools) }),
    ...(ladder && {
      ladder: listIn('playbook.ladder', ladder).map((rung, i) => stepsIn(`playbook.ladder[${i}]`, rung, tools)),
    }),
    ...(strictness && { guards: guardrails(strictness) }),
    ...(approval && { approval: { ...approval, ask: toolIn('playbook.approval.ask', approval.ask, tools) as never } }),
    ...Object.fromEntries(
      NAMED.flatMap((name) =>
        data[name] === undefined ? [] : [[name, toolIn(`playbook.${name}`, data[name], tools)]],
      ),
    ),
  }
}

function stepsIn(field: string, steps: unknown, tools: StepTools): readonly Step[] {
  return listIn(field, steps).map((step, i) => stepIn(`${field}[${i}]`, step, tools))
}

function listIn(field: string, list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list
  throw new ConfigError(field, 'a list', list)
}

/** The one key that is a kind of step says which; the others are its options. */
function stepIn(field: string, step: unknown, tools: StepTools): Remediation | Step {
  const given = typeof step === 'object' && step !== null ? (step as Record<string, unknown>) : {}
  const kinds = Object.keys(given).filter((key) => Object.hasOwn(STEP_KINDS, key))
  const [kind = ''] = kinds
  const make = STEP_KINDS[kind]
  if (!make || kinds.length > 1)
    throw new ConfigError(field, `one of ${Object.keys(STEP_KINDS).join(', ')}`, Object.keys(given).join(', '))
  const { [kind]: about, ...options } = given
  return make({ about, options, tool: (name) => toolIn(`${field}.${kind}`, name, tools), field: `${field}.${kind}` })
}

function toolIn(field: string, name: unknown, tools: StepTools): unknown {
  if (typeof name === 'string' && Object.hasOwn(tools, name)) return tools[name]
  throw new ConfigError(field, `the name of a tool: ${Object.keys(tools).join(', ') || 'none is given'}`, name)
}
