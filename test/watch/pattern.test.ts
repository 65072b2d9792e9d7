import { beforeAll, describe, expect, test } from 'vitest'
import { uniform } from '../../src/math/random.js'
import {
  ATTRIBUTE,
  type Attributes,
  ConfigError,
  EVENT_SIGNAL,
  type Finding,
  type Signal,
} from '../../src/model/index.js'
import { dataOf, textOf } from '../../src/monitor/snapshot/snapshot-value.js'
import { type PatternOptions, type PatternState, pattern } from '../../src/watch/index.js'

const START = Date.UTC(2026, 0, 5) // a Monday
const [MINUTE, HOUR, DAY] = [6e4, 36e5, 864e5]

const about = (name: string): Signal => ({
  name: EVENT_SIGNAL,
  unit: '{event}',
  attributes: { [ATTRIBUTE.eventName]: name },
})

/** A shop whose people log in, list, read and log out by day, less on weekends, hardly at night. */
class Shop {
  readonly logins = pattern({ name: 'logins', event: 'login.failed', by: 'client.address', distinct: 'user.name' })
  readonly api = pattern({
    name: 'api',
    event: ['api.*', 'login.ok', 'logout'],
    by: 'user.id',
    distinct: 'record',
    novel: ['country'],
    pairs: [['role', 'action']],
    sequences: true,
  })
  readonly told: Finding[] = []
  #drawn = 0

  constructor(
    public at = 0,
    public states: { logins: PatternState; api: PatternState } | undefined = undefined,
  ) {
    this.states ??= { logins: this.logins.start(), api: this.api.start() }
  }

  /** The same shop, from a memory that was saved. */
  copy(): Shop {
    return new Shop(this.at, dataOf(textOf(this.states, 2 ** 22)) as NonNullable<Shop['states']>)
  }

  fail(address: string, user: string): void {
    this.#hear('logins', 'login.failed', { 'client.address': address, 'user.name': user })
  }

  act(event: string, attributes: Attributes): void {
    this.#hear('api', event, { country: 'DE', role: 'user', ...attributes })
  }

  until(end: number, attack: () => void = () => undefined): this {
    for (; this.at < end; this.at += MINUTE) {
      attack()
      this.#minute()
      for (const name of ['logins', 'api'] as const)
        this.told.push(
          ...this[name].tick(
            (this.states as NonNullable<Shop['states']>)[name],
            START + this.at + MINUTE - 1,
            about(''),
          ),
        )
    }
    return this
  }

  /** Five minutes of an attack and an hour after it; what was told. */
  under(attack: () => void): readonly Finding[] {
    const before = this.told.length
    this.until(this.at + 5 * MINUTE, attack).until(this.at + 60 * MINUTE)
    return this.told.slice(before)
  }

  #minute(): void {
    const rate = busy(this.at)
    for (let i = Math.floor(12 * rate * this.#draw()); i > 0; i--) {
      const who = Math.floor(300 * this.#draw())
      this.fail(`10.0.${who % 8}.${who % 250}`, `u${who}`)
    }
    for (let i = Math.floor(12 * rate * this.#draw()); i > 0; i--) this.#session()
  }

  #session(): void {
    const who = Math.floor(300 * this.#draw())
    const own = { 'user.id': `u${who}`, role: who < 20 ? 'admin' : 'user', country: this.#draw() < 0.9 ? 'DE' : 'FR' }
    this.act('login.ok', { ...own, action: 'login' })
    for (let i = Math.floor(4 * this.#draw()); i >= 0; i--) {
      this.act('api.list', { ...own, action: 'list' })
      this.act('api.read', { ...own, action: 'read', record: Math.floor(5_000 * this.#draw()) })
    }
    if (who < 20 && this.#draw() < 0.3) this.act('api.export', { ...own, action: 'export' })
    this.act('logout', { ...own, action: 'logout' })
  }

  #hear(name: 'logins' | 'api', event: string, attributes: Attributes): void {
    const state = (this.states as NonNullable<Shop['states']>)[name]
    this.told.push(...(this[name].hear?.(state, attributes, START + this.at, about(event)) ?? []))
  }

  #draw(): number {
    return uniform(7, this.at + ++this.#drawn)
  }
}

function busy(at: number): number {
  const [hour, day] = [(at % DAY) / HOUR, Math.floor(at / DAY) % 7]
  const byHour = hour > 8 && hour < 18 ? 1 : hour > 6 && hour < 22 ? 0.3 : 0.05
  return byHour * (day < 5 ? 1 : 0.2)
}

/** A shop that is ten days old, at nine in the morning. */
let shop: Shop
beforeAll(() => {
  shop = new Shop().until(9 * DAY + 9 * HOUR)
}, 120_000)

const opened = (found: readonly Finding[]) => found.filter(({ state }) => state === 'open')
const kinds = (found: readonly Finding[]) => opened(found).map(({ statistic }) => statistic)

describe('pattern()', () => {
  test('a normal week, its nights, its weekend and the Monday after it are no pattern', () => {
    expect(shop.told).toEqual([])
  })
})

describe('an attack is found within a minute, told once, and closed when it is over:', () => {
  test.each<[string, string, RegExp, (shop: Shop, i: number) => void]>([
    [
      'a brute-force login',
      'burst',
      /^logins: client\.address 203\.0\.113\.9 has 120 events in 1 min, the busiest usually \d+ to \d+$/,
      (attacked) => attacked.fail('203.0.113.9', 'root'),
    ],
    [
      'credential stuffing: many accounts from one address',
      'spread',
      /^logins: client\.address 203\.0\.113\.10 comes with about 1\d\d different user\.name in 1 min/,
      (attacked, i) => attacked.fail('203.0.113.10', `account-${i}`),
    ],
    [
      'a login flood from ever new addresses',
      'new keys',
      /^logins: 1\d\d of client\.address were never seen before in 1 min, usually 0 to \d+$/,
      (attacked, i) => attacked.fail(`198.51.${i}.${attacked.at / MINUTE}`, 'root'),
    ],
    [
      'one who reads what exfiltration reads: very many different records',
      'spread',
      /^api: user\.id u42 comes with about 1\d\d different record in 1 min/,
      (attacked, i) => attacked.act('api.read', { 'user.id': 'u42', record: `r${i}-${attacked.at}` }),
    ],
    [
      'steps that hardly ever follow each other',
      'sequence',
      /^api: what user\.id u45, .* then .* does hardly ever follows/,
      (attacked, i) => attacked.act(i % 2 === 0 ? 'api.export' : 'login.ok', { 'user.id': 'u45' }),
    ],
  ])('%s', (_, kind, said, attack) => {
    const attacked = shop.copy()
    const began = START + attacked.at
    const found = attacked.under(() => {
      for (let i = 0; i < 120; i++) attack(attacked, i)
    })
    const mine = found.filter(({ statistic }) => statistic === kind)
    expect(mine.map(({ state }) => state)).toEqual(['open', 'closed'])
    expect(mine[0]?.summary).toMatch(said)
    expect((mine[0]?.openedAt as number) - began).toBeLessThanOrEqual(MINUTE)
    expect((mine[1]?.closedAt as number) - began).toBeLessThanOrEqual(10 * MINUTE)
    expect((mine[1]?.closedAt as number) - began).toBeGreaterThanOrEqual(5 * MINUTE)
  })

  test('a country that was never seen, at its first event', () => {
    const attacked = shop.copy()
    const found = attacked.under(() => attacked.act('login.ok', { 'user.id': 'u43', country: 'KP', action: 'login' }))
    expect(kinds(found)).toEqual(['new country'])
    expect(found[0]?.summary).toMatch(/^login\.ok: country KP was never seen before; one event in \d+ has a new one$/)
  })

  test('a role that does what it never did, though both are common', () => {
    const attacked = shop.copy()
    const found = attacked.under(() => attacked.act('api.export', { 'user.id': 'u44', action: 'export' }))
    expect(kinds(found)).toContain('combination')
    expect(found[0]?.summary).toMatch(/^api\.export: role user with action export never came before, though \d+ times/)
  })
})

describe('its memory', () => {
  test('survives JSON: restored it tells the same', () => {
    const [one, other] = [shop.copy(), shop.copy()]
    const attack = (attacked: Shop) => () => {
      for (let i = 0; i < 100; i++) attacked.fail('203.0.113.9', 'root')
    }
    expect(other.under(attack(other))).toEqual(one.under(attack(one)))
  })

  test('is bounded, whatever comes: a hundred thousand keys take no more than ten', () => {
    const sizeAfter = (keys: number): number => {
      const state = shop.logins.start()
      for (let i = 0; i < 100_000; i++)
        shop.logins.hear?.(
          state,
          { 'client.address': `${i % keys}`.padStart(60, 'x') },
          START + i,
          about('login.failed'),
        )
      return textOf(state, 2 ** 22).length
    }
    expect(sizeAfter(100_000)).toBeLessThan(sizeAfter(10) + 20_000)
    expect(sizeAfter(100_000)).toBeLessThan(150_000)
  })

  test('a day of silence is a day without events', () => {
    const quiet = shop.copy()
    const state = (quiet.states as NonNullable<Shop['states']>).logins
    expect(quiet.logins.tick(state, START + quiet.at + 30 * DAY, about(''))).toEqual([])
    expect(state.due).toBeGreaterThan(START + quiet.at + 30 * DAY)
  })
})

test.each([
  [{}, 'pattern.by must be'],
  [{ by: 'a', novel: 'b' }, 'pattern.novel must be a list of at most 8'],
  [{ by: 'a', pairs: [['b']] }, 'pattern.pairs[0] must be two attributes'],
  [{ by: 'a', every: '2h' }, 'pattern.every'],
  [{ by: 'a', threshold: 1 }, 'pattern.threshold must be a number from 3 to 100, got 1'],
  [{ by: 'a', least: 0 }, 'pattern.least must be a whole number'],
  [{ by: 'a', event: 5 }, 'pattern.event'],
  [{ by: 'a', of: 'b' }, 'pattern.of must be left out'],
])('%o is refused', (options, message) => {
  expect(() => pattern(options as unknown as PatternOptions)).toThrow(ConfigError)
  expect(() => pattern(options as unknown as PatternOptions)).toThrow(message)
})
