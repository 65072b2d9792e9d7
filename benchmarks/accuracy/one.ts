/** Evaluates one detector in a process of its own, `node one.ts DIR NAME`, so that no other one has shaped the code that V8 made. */
import { corpora } from './corpora.js'
import { subjects } from './detectors.js'
import { evaluation } from './evaluation.js'

const [folder, name] = process.argv.slice(2) as [string, string]
const subject = subjects().found.find((one) => one.name === name)
if (subject === undefined) throw new Error(`there is no detector ${name}`)
process.stdout.write(JSON.stringify(evaluation(subject, corpora(folder).series)))
