/** Variables whose names say that nobody may see them. */
const SECRET_NAME = /pass|secret|token|key|credential|auth|cookie|session|dsn|private/i
/** A shorter value hides nothing, and would be found everywhere; so would a plain word, such as `postgres`. */
const SHORTEST = 6
const PLAIN_WORD = /^[a-z]{1,11}$/
const HIDDEN = '***'

/** Each in time linear in the text: no part of a pattern may be taken in two ways. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  [/\b(bearer|basic|digest)\s{1,4}[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,500}@/gi, `$1${HIDDEN}@`],
  [/\beyJ[\w-]{5,2000}\.[\w-]{5,2000}\.[\w-]*/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, HIDDEN],
  [/\b(?:gh[pousr]|github_pat|xox[abposr]|sk|rk|pk|glpat)[-_][\w-]{10,}/g, HIDDEN],
  [
    /((?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie)[\w.-]{0,40}["']?\s{0,4}[:=]\s{0,4})("[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    `$1${HIDDEN}`,
  ],
]

/**
 * A text without its secrets: what is known by its form, and the values of this process's own variables whose names say that they
 * are secret. What has neither form nor such a name cannot be known.
 */
export function mask(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  let masked = text.slice(0, 20_000)
  for (const secret of secretsOf(env)) masked = masked.replaceAll(secret, HIDDEN)
  for (const [pattern, by] of PATTERNS) masked = masked.replace(pattern, by)
  return masked
}

/** Longest first: one may be a part of another. */
function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const secrets: string[] = []
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && value.length >= SHORTEST && SECRET_NAME.test(name) && !PLAIN_WORD.test(value))
      secrets.push(value)
  return secrets.sort((a, b) => b.length - a.length)
}
