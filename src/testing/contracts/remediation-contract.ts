import type { Duration, Remediation } from '../../model/index.js'
import { type Law, law, must } from './law.js'
import { Patience } from './patience.js'
import { sampleContext, sampleIncident } from './samples.js'

/** A remediation, and the system that it repairs. */
export interface RemediationContractOptions {
  /** Made anew for each law. */
  readonly remediation: () => Remediation | Promise<Remediation>
  /** Breaks the system, so that there is something to repair. @defaultValue nothing is broken */
  readonly damage?: () => void | Promise<void>
  /** Whether the system works, asked without the remediation's help. @defaultValue not asked */
  readonly works?: () => boolean | Promise<boolean>
  /** How long to wait for what must end, in real time. @defaultValue `'5s'` */
  readonly patience?: Duration
}

/**
 * The laws of every remediation.
 *
 * @example
 * const laws = remediationContract({ remediation: () => recycle, damage: () => pool.exhaust(), works: () => pool.ping() })
 * for (const law of laws) test(law.name, () => law.run())
 */
export function remediationContract(options: RemediationContractOptions): readonly Law[] {
  const { remediation, damage = () => {}, works = () => true } = options
  const patience = new Patience('remediationContract.patience', options.patience)
  const incident = sampleIncident()
  const applied = async (remedy: Remediation, what = 'apply'): Promise<void> => {
    await patience.outcome(what, async () => remedy.apply(incident, sampleContext()))
  }
  return [
    law('it has a name', async () => {
      const { name } = await remediation()
      must(typeof name === 'string' && name.length > 0 && name.length <= 255, 'its name must have 1 to 255 characters')
    }),
    law('apply repairs the system', async () => {
      await damage()
      await applied(await remediation())
      must(await works(), 'the system does not work after apply')
    }),
    law('applying it twice does no harm', async () => {
      const remedy = await remediation()
      await damage()
      await applied(remedy)
      await applied(remedy, 'apply for the second time')
      must(await works(), 'the system does not work after the second apply')
    }),
    law('applying it to a system that works does no harm', async () => {
      await applied(await remediation(), 'apply, with nothing to repair,')
      must(await works(), 'the system worked before apply, and does not any more')
    }),
    law('it ends soon after its abort fires', async () => {
      const [abort, remedy] = [new AbortController(), await remediation()]
      const context = sampleContext(abort.signal)
      await damage()
      await patience.ending('an apply that was aborted', async () => {
        const work = remedy.apply(incident, context)
        abort.abort()
        await work
      })
    }),
    law('aborted before it begins, it ends soon', async () => {
      const remedy = await remediation()
      await patience.ending('apply when aborted', async () =>
        remedy.apply(incident, sampleContext(AbortSignal.abort())),
      )
    }),
    law('verify says what is so, and the same when asked again', async () => {
      const remedy = await remediation()
      if (!remedy.verify) return
      const verified = () => patience.outcome('verify', async () => remedy.verify?.(incident, sampleContext()))
      await damage()
      if (options.damage) must((await verified()) === false, 'verify says that a damaged system works')
      await applied(remedy)
      must((await verified()) === true, 'verify says that a repaired system does not work')
      must((await verified()) === true, 'verify answers otherwise when asked again')
      must(await works(), 'the system does not work any more after verify')
    }),
    law('undo is safe after apply, twice, and without any apply', async () => {
      const remedy = await remediation()
      const undone = (what: string) => patience.outcome(what, async () => remedy.undo?.(incident, sampleContext()))
      await undone('undo without apply')
      await damage()
      await applied(remedy)
      await undone('undo')
      await undone('undo for the second time')
      await applied(remedy, 'apply after undo')
      must(await works(), 'the system does not work after apply, undo and apply')
    }),
  ]
}
