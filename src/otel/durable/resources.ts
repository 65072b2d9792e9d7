import type { Resource } from '@opentelemetry/resources'

/** A resource as plain data. */
export interface PlainResource {
  readonly attributes: Resource['attributes']
  readonly schemaUrl: string | undefined
}

export function packResource({ attributes, schemaUrl }: Resource): PlainResource {
  return { attributes: { ...attributes }, schemaUrl }
}

export async function unpackResource({ attributes, schemaUrl }: PlainResource): Promise<Resource> {
  const { resourceFromAttributes } = await import('@opentelemetry/resources')
  return resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl })
}

/** Records of a few resources: each resource once, the records with its number. */
export interface PlainRecords<R> {
  readonly resources: readonly PlainResource[]
  readonly records: readonly (readonly [number, R])[]
}

export function packRecords<T extends { readonly resource: Resource }, R>(
  items: readonly T[],
  pack: (item: T) => R,
): PlainRecords<R> {
  const numbers = new Map<Resource, number>()
  const records = items.map((item) => {
    const number = numbers.get(item.resource) ?? numbers.size
    numbers.set(item.resource, number)
    return [number, pack(item)] as const
  })
  return { resources: [...numbers.keys()].map(packResource), records }
}

/** @throws when it is not what {@link packRecords} has made. */
export async function unpackRecords<T, R>(plain: unknown, unpack: (record: R, resource: Resource) => T): Promise<T[]> {
  const { resources, records } = plain as PlainRecords<R>
  const whole = await Promise.all(resources.map(unpackResource))
  return records.map(([number, record]) => {
    const resource = whole[number]
    if (!resource || typeof record !== 'object') throw new Error('a record of no resource')
    return unpack(record, resource)
  })
}
