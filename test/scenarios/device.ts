import { resourceFromAttributes } from '@opentelemetry/resources'
import { DataPointType, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { type Forwarding, fileStore, forward } from '../../src/edge/index.js'
import { alert, anomaly, check, createMonitor, remediate } from '../../src/index.js'
import type { Action, Alert, Channel, Clock, Finding, Monitor, Source } from '../../src/model/index.js'
import { type Durable, durable } from '../../src/otel/index.js'
import { DeliveryError } from '../../src/respond/channels/index.js'
import {
  add,
  constant,
  noise,
  type Recorder,
  recorder,
  seasonal,
  type VirtualClock,
  virtualClock,
  type Wave,
} from '../../src/testing/index.js'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Everything outside of the device: true time, its uplink, and whoever listens at the other end. */
export class World {
  readonly clock: VirtualClock = virtualClock()
  readonly began: number = this.clock.elapsed()
  isOnline = true
  isPumpWell = true
  /** What is added to each signal. */
  readonly fault: Record<SignalName, number> = { 'queue.depth': 0, 'motor.heat': 0, 'grid.load': 0 }
  /** Numbers of the points that have arrived, with the true time. */
  readonly arrived = new Map<number, number>()
  /** What the remote channel was told. */
  readonly told: (Alert & { readonly at: number })[] = []
  /** In the device's own screen. */
  readonly screen: Recorder = recorder('screen')

  get time(): number {
    return this.clock.elapsed() - this.began
  }

  /** Lets time pass, step by step; between two steps files and compression come to rest. */
  async pass(span: number, { each = () => undefined as unknown, step = 10_000 } = {}): Promise<void> {
    const end = this.time + span
    while (this.time < end) {
      await this.clock.advance(Math.min(step, end - this.time))
      await settled()
      await each()
    }
  }
}

/** Until nothing is under way that virtual time does not wait for. */
async function settled(): Promise<void> {
  const isBusy = (): boolean => process.getActiveResourcesInfo().some((kind) => /^FSReq|zlib/i.test(kind))
  for (let quiet = 0, turn = 0; quiet < 3 && turn < 100_000; turn++) {
    await new Promise(setImmediate)
    quiet = isBusy() ? 0 : quiet + 1
  }
}

type SignalName = 'queue.depth' | 'motor.heat' | 'grid.load'

const day = seasonal({ amplitude: 40 })
const WAVES: Record<SignalName, Wave> = {
  'queue.depth': add(constant(100), day, noise(3, 42)),
  'motor.heat': add(constant(300), day, noise(2, 43)),
  'grid.load': add(constant(500), noise(10, 44)),
}

/** What the device feels: by true time, whatever it believes. */
function senses(world: World): Source {
  const signals = Object.keys(WAVES).map((name) => ({ name, unit: '1', attributes: {} }))
  return {
    name: 'senses',
    async start(emit, { clock, abort }) {
      while (!abort.aborted) {
        for (const signal of signals) {
          const name = signal.name as SignalName
          emit(signal, WAVES[name](world.time) + world.fault[name])
        }
        await clock.sleep(10_000, abort)
      }
    },
  }
}

/** An exporter whose collector is reached while the world is online. */
function uplink(world: World): PushMetricExporter {
  return {
    export({ scopeMetrics }, done) {
      if (!world.isOnline)
        return done({ code: 1, error: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }) })
      for (const { metrics } of scopeMetrics)
        for (const { dataPoints } of metrics)
          for (const { value } of dataPoints) world.arrived.set(value as number, world.time)
      done({ code: 0 })
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
}

function pager(world: World): Channel {
  return {
    name: 'pager',
    async send(alert) {
      if (!world.isOnline) throw new DeliveryError('no connection (EHOSTUNREACH)', true)
      world.told.push({ ...alert, at: world.time })
    },
  }
}

function pointsFrom(first: number): ResourceMetrics {
  const dataPoints = Array.from({ length: 100 }, (_, i) => ({
    startTime: [0, 0] as [number, number],
    endTime: [0, 0] as [number, number],
    attributes: { i },
    value: first + i,
  }))
  const descriptor = { name: 'numbers', description: '', unit: '1', valueType: 0, type: 'OBSERVABLE_GAUGE' as never }
  const metric = { descriptor, aggregationTemporality: 1, dataPointType: DataPointType.GAUGE as const, dataPoints }
  return { resource: resourceFromAttributes({}), scopeMetrics: [{ scope: { name: 'test' }, metrics: [metric] }] }
}

/** One life of the device: from a boot to the next. */
export class Device {
  readonly monitor: Monitor
  readonly metrics: Durable<PushMetricExporter>
  readonly alerts: Forwarding
  /** As they opened, with the true time. */
  readonly findings: (Finding & { readonly at: number })[] = []
  readonly actions: Action[] = []
  /** By which its wall clock is wrong. */
  skew: number

  constructor(
    private readonly world: World,
    dir: string,
    { skew = 0 }: { skew?: number } = {},
  ) {
    this.skew = skew
    const booted = world.clock.elapsed() - 30_000
    const clock: Clock = {
      now: () => world.clock.now() + this.skew,
      elapsed: () => world.clock.elapsed() - booted, // as the kernel's: it begins at boot
      sleep: (ms, abort) => world.clock.sleep(ms, abort),
    }
    this.metrics = durable(uplink(world), { dir: `${dir}/outbox`, clock, kind: 'metrics' })
    this.alerts = forward(pager(world), { dir: `${dir}/outbox`, clock })
    this.monitor = createMonitor({
      service: 'pump-station',
      clock,
      telemetry: false,
      store: fileStore(`${dir}/store`),
      observe: [senses(world), check('pump', () => world.isPumpWell, { every: '30s' }), this.alerts, this.metrics],
      watch: [anomaly({ signal: Object.keys(WAVES) })],
      respond: [
        alert({ to: [world.screen, this.alerts] }),
        remediate({
          name: 'restart-pump',
          when: { check: 'pump' },
          steps: [() => (world.isPumpWell = true)],
          mode: 'act',
        }),
      ],
    })
    this.monitor.on('finding', (finding) => {
      const known = this.findings.some(({ id }) => id === finding.id)
      if (!known && finding.state === 'open') this.findings.push({ ...finding, at: world.time })
    })
    this.monitor.on('action', (action) => this.actions.push(action))
  }

  /** Collects a hundred points: ten a second. They are numbered. */
  async collect(first: number): Promise<void> {
    await new Promise<void>((resolve) => this.metrics.export(pointsFrom(first), () => resolve()))
  }

  async end(): Promise<void> {
    const ending = Promise.all([this.monitor.stop(), this.metrics.shutdown(), this.alerts.close()])
    let isOver = false
    void ending.then(() => {
      isOver = true
    })
    while (!isOver) await this.world.pass(1_000)
  }
}
