import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fuzzed, Tally } from './fuzz.ts'

const path = join(import.meta.dirname, '../../../docs/fuzz.md')

/** What a long run saw of one way to ask; `tally` has every request or pair that kept its promises. */
export interface Seen {
  readonly fuzzed: Fuzzed
  readonly tally: Tally
}

export async function writeFuzzPage(seen: readonly Seen[], ranOn: string) {
  const rows = seen.map(({ fuzzed: { name, sent, holds, requests, requestsEach }, tally }) => {
    const asked = [...tally.values()].reduce((sum, more) => sum + more, 0)
    const outcome = asked * requestsEach === requests[1] ? 'held for each' : `broken at ${grouped(asked)}`
    return [name, sent, holds, grouped(requests[1]), outcome, answersOf(tally)]
  })
  const table = [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
  await writeFile(
    path,
    `${before}\n\n${table}\n\nRun on ${ranOn} by \`npm run test:long\`, which writes this page. ${after}\n`,
  )
}

/** The rows of the page, cell by cell. */
export async function fuzzRows(): Promise<readonly (readonly string[])[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(line => line.startsWith('| '))
  return lines.slice(2).map(line => line.slice(2, -2).split(' | '))
}

export function grouped(number: number): string {
  return number.toLocaleString('en')
}

function answersOf(tally: Tally): string {
  const byCode = [...tally].sort(([one], [other]) => (one < other ? -1 : 1))
  return byCode.map(([code, times]) => `\`${code}\` ${grouped(times)}`).join(', ')
}

const header = ['what is asked', 'by which requests', 'what must hold', 'requests', 'outcome', 'answers']

const before = `# A million requests that nobody would send

Whole requests to the card check are made by chance, in both dialects, and then spoilt: fields that are malformed, missing, strange or repeated, other methods, paths, types, encodings and sizes, texts that harm databases, pages, paths or screens, halves of characters, names that every object already knows, and the numbers and birth dates of other people. One in ten meets a service that is broken on purpose, whose error quotes a patient. Everything between the event of API Gateway and the database is what is deployed.

Beside what its row says, each request must hold this: no answer and no header repeats what came, none has a line of a stack trace; a refusal holds nothing of anybody; every verdict was written down before it was answered, once; and no line of the log says anything but the event, the facility, the dialect, the outcome and the time, nor anybody's name, number, birth date or card.`

const after = `Of two dialects the answers count once for each pair, by \`maKetQua\`. A few thousand requests, other ones each time, are part of every \`npm test\` (\`test/checkin/fuzz/\`).`
