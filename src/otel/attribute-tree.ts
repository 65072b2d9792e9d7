/** The shape of an attribute set: its keys as they come, and the branch for those keys in order. */
interface Shape {
  readonly keys: readonly string[]
  readonly branch: Branch
}

interface Branch {
  /** Sorted: two attribute sets that differ in order only are one. */
  readonly keys: readonly string[]
  readonly root: Node
}

/** A level for each key; the last holds what was put. */
type Node = Map<unknown, unknown>

/** So many orders of keys are told apart quickly; a metric has one or two. */
const QUICK_SHAPES = 8

/**
 * Finds what was put under an attribute set, by its values: no string is built and nothing allocated to look one up.
 *
 * For attribute objects that are new at every collection, as the SDK's delta streams hand them out. O(attributes).
 */
export class AttributeTree<T> {
  readonly #branches = new Map<string, Branch>()
  readonly #shapes: Shape[] = []
  #oldest = 0

  find(attributes: Readonly<Record<string, unknown>>): T | undefined {
    const branch = this.#known(attributes) ?? this.#branches.get(nameOf(sortedKeys(attributes)))
    if (!branch) return undefined
    let node: unknown = branch.root
    for (const key of branch.keys) {
      if (node === undefined) return undefined
      node = (node as Node).get(atom(attributes[key]))
    }
    return node as T | undefined
  }

  put(attributes: Readonly<Record<string, unknown>>, value: T): void {
    const { keys, root } = this.#known(attributes) ?? this.#learn(attributes)
    let node = root
    for (let depth = 0; depth < keys.length - 1; depth++) {
      const held = atom(attributes[keys[depth] as string])
      let below = node.get(held) as Node | undefined
      if (!below) {
        below = new Map()
        node.set(held, below)
      }
      node = below
    }
    node.set(atom(attributes[keys[keys.length - 1] as string]), value)
  }

  delete(attributes: Readonly<Record<string, unknown>>): void {
    const keys = sortedKeys(attributes)
    const name = nameOf(keys)
    const branch = this.#branches.get(name)
    if (!branch) return
    prune(branch.root, branch.keys, attributes, 0)
    if (branch.root.size > 0) return
    this.#branches.delete(name)
    this.#shapes.splice(0, this.#shapes.length, ...this.#shapes.filter((shape) => shape.branch !== branch))
  }

  #known(attributes: Readonly<Record<string, unknown>>): Branch | undefined {
    for (const shape of this.#shapes) if (sameKeys(shape.keys, attributes)) return shape.branch
    return undefined
  }

  #learn(attributes: Readonly<Record<string, unknown>>): Branch {
    const keys = sortedKeys(attributes)
    const name = nameOf(keys)
    let branch = this.#branches.get(name)
    if (!branch) {
      branch = { keys, root: new Map() }
      this.#branches.set(name, branch)
    }
    const shape = { keys: Object.keys(attributes), branch }
    if (this.#shapes.length < QUICK_SHAPES) this.#shapes.push(shape)
    else this.#shapes[this.#oldest++ % QUICK_SHAPES] = shape
    return branch
  }
}

/** What stands for a value: arrays and objects by what they hold, since each collection may bring new ones. */
export function atom(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  try {
    return JSON.stringify(value)
  } catch {
    return 'unprintable'
  }
}

function prune(
  node: Node,
  keys: readonly string[],
  attributes: Readonly<Record<string, unknown>>,
  depth: number,
): void {
  const held = atom(attributes[keys[depth] as string])
  if (depth < keys.length - 1) {
    const below = node.get(held) as Node | undefined
    if (!below) return
    prune(below, keys, attributes, depth + 1)
    if (below.size > 0) return
  }
  node.delete(held)
}

function sameKeys(keys: readonly string[], attributes: Readonly<Record<string, unknown>>): boolean {
  let at = 0
  for (const key in attributes) if (keys[at++] !== key) return false
  return at === keys.length
}

/** The empty set has one key that nothing is under, so that a branch has at least one level. */
function sortedKeys(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(attributes).sort()
  return keys.length > 0 ? keys : ['\u0000']
}

function nameOf(keys: readonly string[]): string {
  return JSON.stringify(keys)
}
