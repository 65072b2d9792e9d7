import { inspect } from 'node:util'
import type { AlertReason, Channel, Duration } from '../../model/index.js'
import { type Law, law, must } from './law.js'
import { Patience } from './patience.js'
import { sampleAlert, sampleContext } from './samples.js'

/** A channel in each of the situations that it will meet. Each is made anew for each law, on a real receiver or a stand-in. */
export interface ChannelContractOptions {
  /** A channel whose receiver accepts everything. */
  readonly works: () => Channel | Promise<Channel>
  /** One whose receiver refuses. */
  readonly refused: () => Channel | Promise<Channel>
  /** One whose receiver never answers. @defaultValue the laws about hanging are left out */
  readonly hangs?: () => Channel | Promise<Channel>
  /** How many alerts the receiver has accepted so far. @defaultValue not counted */
  readonly received?: () => number
  /** Texts that no error may show, such as a token: those of the channels above. @defaultValue none */
  readonly secrets?: readonly string[]
  /** How long to wait for what must end, in real time. @defaultValue `'5s'` */
  readonly patience?: Duration
}

const REASONS: readonly AlertReason[] = ['opened', 'worsened', 'reminder', 'resolved']
const HOSTILE = `line one\nline two\r\u0000\u001b[2J"quotes" \\ <b>&amp;</b> \u202e\ud800 🔥 ${'long '.repeat(2_000)}`

/**
 * The laws of every channel.
 *
 * @example
 * const laws = channelContract({ works: () => webhook(up.url), refused: () => webhook(down.url), secrets: [token] })
 * for (const law of laws) test(law.name, () => law.run())
 */
export function channelContract(options: ChannelContractOptions): readonly Law[] {
  const { works, refused, hangs, received, secrets = [] } = options
  const patience = new Patience('channelContract.patience', options.patience)
  const laws = [
    law('it has a name', async () => {
      const { name } = await works()
      must(typeof name === 'string' && name.length > 0 && name.length <= 255, 'its name must have 1 to 255 characters')
    }),
    law('an alert of every reason arrives, once, and is not changed', async () => {
      const channel = await works()
      for (const reason of REASONS) {
        const before = received?.() ?? 0
        await patience.outcome(`sending '${reason}'`, () => channel.send(sampleAlert(reason), sampleContext()))
        const arrived = (received?.() ?? before + 1) - before
        must(arrived === 1, `'${reason}' was sent once and arrived ${arrived} times`)
      }
    }),
    law('two alerts at once both arrive', async () => {
      const channel = await works()
      const before = received?.() ?? 0
      const send = () => channel.send(sampleAlert(), sampleContext())
      await patience.outcome('sending two at once', () => Promise.all([send(), send()]))
      const arrived = (received?.() ?? before + 2) - before
      must(arrived === 2, `two were sent at once, and ${arrived} arrived`)
    }),
    law(
      'text with line breaks, control characters and ten thousand letters ends the sending, one way or the other',
      async () => {
        const channel = await works()
        await patience.ending('sending hostile text', () =>
          channel.send(sampleAlert('opened', HOSTILE), sampleContext()),
        )
      },
    ),
    law('when the receiver refuses, it rejects', async () => {
      const channel = await refused()
      await patience.refusal('sending to a receiver that refuses', () => channel.send(sampleAlert(), sampleContext()))
    }),
    law('neither its name nor an error shows a secret', async () => {
      const [good, channel] = [await works(), await refused()]
      const context = sampleContext()
      const end = await patience.ending('sending', () => channel.send(sampleAlert(), context))
      const shown = [
        good.name,
        channel.name,
        ...(end.how === 'rejected' ? seen(end.error) : []),
        ...context.faults.flatMap(seen),
      ]
      for (const secret of secrets) must(!shown.some((text) => text.includes(secret)), 'an error shows a secret')
    }),
    law('a context that was aborted before does not make it hang', async () => {
      const channel = await (hangs ?? works)()
      await patience.ending('sending when aborted', () =>
        channel.send(sampleAlert(), sampleContext(AbortSignal.abort())),
      )
    }),
  ]
  if (!hangs) return laws
  return [
    ...laws,
    law('when the receiver hangs, it rejects soon after its abort fires', async () => {
      const channel = await hangs()
      const abort = new AbortController()
      const context = sampleContext(abort.signal)
      await patience.refusal('sending to a receiver that hangs', async () => {
        const sending = channel.send(sampleAlert(), context)
        sending.catch(() => {})
        await context.clock.sleep(50)
        abort.abort()
        await sending
      })
    }),
  ]
}

/** Everything that a person or a log may come to see of an error. */
function seen(error: unknown): readonly string[] {
  const shown = [inspect(error, { depth: 8, showHidden: true })]
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    shown.push(at.message, String(at.stack), JSON.stringify(at) ?? '')
  }
  return shown
}
