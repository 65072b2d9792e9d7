import { describe } from '../model/index.js'
import type { ApprovalRequest } from '../respond/remediate/approval.js'
import type { Answer } from './send.js'

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6570; --paper: #fff; --edge: #d9dfe5; --go: #1a6b3c; --stop: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #9aa5b1; --paper: #16191d; --edge: #343b43; --go: #2f8f57; --stop: #e2635b } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere }
p, li { overflow-wrap: anywhere }
.soft { color: var(--soft); margin: 0 0 .25rem }
form + .soft { margin-top: 1rem }
.card { margin: 1.5rem 0; padding: 1rem 1.25rem; border: 1px solid var(--edge); border-radius: .5rem }
.card h2 { margin: 0 0 .5rem; font-size: 1rem }
.card p, .card ol { margin: 0 }
ol { padding-left: 1.25rem }
label { display: block; margin-bottom: 1rem }
input { display: block; width: 100%; margin-top: .25rem; padding: .625rem; border: 1px solid var(--edge); border-radius: .375rem; background: inherit; color: inherit; font: inherit }
.answers { display: flex; gap: .75rem }
button { flex: 1; padding: .75rem; border: 1px solid var(--go); border-radius: .375rem; background: var(--go); color: #fff; font: inherit; font-weight: 600; cursor: pointer }
button.no { border-color: var(--stop); background: none; color: var(--stop) }
`

/** Nothing is loaded, nothing runs, nobody may frame it, and the link with its token is told to nobody. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
}

/** The question, with its two answers. */
export function question(service: string, request: ApprovalRequest, now: number, asksName: boolean): Answer {
  const { playbook, evidence, steps, token, expires } = request
  const left = Math.max(1, Math.round((expires - now) / 60_000)) * 60_000
  const until = `${new Date(expires).toISOString().slice(11, 16)} UTC, for another ${describe(left)}`
  const name =
    '<label>Your name, for the audit trail<input name="by" maxlength="100" autocomplete="name" required></label>'
  return page(200, `Run ${playbook}?`, service, [
    `<section class="card"><h2>Why</h2><p>${text(evidence)}</p></section>`,
    `<section class="card"><h2>What would be done</h2><ol>${steps.map((step) => `<li>${text(step)}</li>`).join('')}</ol></section>`,
    `<form method="post"><input type="hidden" name="token" value="${text(token)}">`,
    `${asksName ? name : ''}<div class="answers"><button name="answer" value="approve">Approve</button>`,
    '<button class="no" name="answer" value="decline">Decline</button></div></form>',
    `<p class="soft">The question stands until ${until}.</p>`,
  ])
}

/** That the answer was taken. */
export function taken(service: string, playbook: string, approved: boolean, by: string): Answer {
  const follows = approved
    ? 'The guards are asked once more, and then it begins.'
    : 'Nothing is done about this incident any more.'
  return page(200, `${playbook} is ${approved ? 'approved' : 'declined'}`, service, [
    `<p>By ${text(by)}. ${follows}</p>`,
  ])
}

/** That there is nothing to answer; whether there ever was is not told. */
export function gone(service: string): Answer {
  const why = 'It was answered, its time is over, the incident has passed, or the service has restarted and asks anew.'
  return page(410, 'This question no longer stands', service, [`<p>${why}</p>`])
}

/** That this person may not answer. */
export function forbidden(service: string): Answer {
  return page(403, 'You may not answer this', service, ['<p>Ask somebody who may.</p>'])
}

function page(code: number, title: string, service: string, parts: readonly string[]): Answer {
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(title)}</title><style>${STYLE}</style></head>`
  const body = `<body><main><p class="soft">${text(service)}</p><h1>${text(title)}</h1>${parts.join('')}</main></body></html>\n`
  return { code, type: 'text/html; charset=utf-8', body: head + body, headers: HEADERS }
}

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Any text as text: in an element, and in an attribute with quotes. */
function text(value: string): string {
  return String(value).replace(/[&<>"']/g, (sign) => ENTITY[sign] ?? sign)
}
