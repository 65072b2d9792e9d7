/** The questions that have a path of their own. */
export type Question = 'livez' | 'readyz' | 'startupz' | 'healthz'

/** A health request, read from an HTTP request. */
export interface HealthRequest {
  readonly question: Question
  /** Whether the method is one that is answered. */
  readonly allowed: boolean
  /** Only checks of one of these groups; empty for all. */
  readonly groups: readonly string[]
  /** Leave these checks out. */
  readonly exclude: readonly string[]
  /** Answer in text, as Kubernetes does. */
  readonly verbose: boolean
}

const QUESTIONS: readonly string[] = ['livez', 'readyz', 'startupz', 'healthz']
/** The most names that one request may list. */
const MOST_NAMES = 100
const ORIGIN = /^https?:\/\/[^/?#]*/i

/** What is asked, or nothing when the path is not one of ours. Total: any text will do. O(length). */
export function readRequest(method: unknown, url: unknown, prefix: string): HealthRequest | undefined {
  if (typeof url !== 'string') return undefined
  const target = url.replace(ORIGIN, '')
  const cut = target.indexOf('?')
  const path = cut < 0 ? target : target.slice(0, cut)
  if (!path.startsWith(`${prefix}/`)) return undefined
  const [question = '', group = '', ...rest] = path.slice(prefix.length + 1).split('/', 4)
  if (!QUESTIONS.includes(question) || rest.length > 0) return undefined
  const named = group === '' ? [] : [decoded(group)]
  if (named.length > 0 && question !== 'readyz') return undefined
  const query = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1))
  return {
    question: question as Question,
    allowed: method === 'GET' || method === 'HEAD',
    groups: [...named, ...query.getAll('group')].slice(0, MOST_NAMES),
    exclude: query.getAll('exclude').slice(0, MOST_NAMES),
    verbose: query.has('verbose'),
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
