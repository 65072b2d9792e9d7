/** Characters of a line that are looked at, and words of it. */
const LONGEST = 500
const MOST_WORDS = 40
/** What stands for whatever varies. */
export const VARIES = '<*>'

const SPACE = 32
const QUOTE = 34
const APOSTROPHE = 39

/**
 * The words of a line, with what varies from line to line taken out: every run of letters and digits that has a digit in it, and what
 * stands in quotes. `user=42 took 13ms` is `user=<*> took <*>`. The first line only. In one pass, O(length), whatever the line is.
 */
export function wordsOf(text: string): string[] {
  const line = text.slice(0, LONGEST)
  const end = line.length
  const words: string[] = []
  let word = ''
  for (let at = 0; at < end; ) {
    const code = line.charCodeAt(at)
    if (code <= SPACE) {
      if (word !== '') words.push(word)
      word = ''
      if (words.length >= MOST_WORDS || ((code === 10 || code === 13) && words.length > 0)) return words
      at++
    } else if (isPart(code)) {
      const from = at
      let varies = false
      for (; at < end && isPart(line.charCodeAt(at)); at++) varies ||= isDigit(line.charCodeAt(at))
      word = varies ? varying(word) : word + line.slice(from, at)
    } else if (code === QUOTE || (code === APOSTROPHE && !isPart(line.charCodeAt(at - 1)))) {
      const close = line.indexOf(line[at] as string, at + 1)
      word = close > 0 ? varying(word) : word + line[at]
      at = close > 0 ? close + 1 : at + 1
    } else word += line[at++]
  }
  if (word !== '') words.push(word)
  return words
}

/** Two that stand beside each other are one. */
function varying(word: string): string {
  return word.endsWith(VARIES) ? word : word + VARIES
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Letters, digits, `_`, `-`, `.`, and everything beyond ASCII. */
function isPart(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code > 127
  )
}
