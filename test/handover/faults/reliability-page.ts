import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { InjectedFault } from './fault.ts'

const path = join(import.meta.dirname, '../../../docs/reliability.md')

/** What a long run saw of a fault. */
export interface Seen {
  readonly fault: InjectedFault
  readonly runs: number
  readonly held: number
}

export async function writeReliabilityPage(seen: readonly Seen[], ranOn: string) {
  const rows = seen.map(({ fault, runs, held }) => [
    fault.name,
    fault.injected,
    fault.holds,
    String(runs),
    `held ${held} times`,
  ])
  const table = [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
  await writeFile(
    path,
    `${before}\n\n${table}\n\nRun on ${ranOn} by \`npm run test:long\`, which writes this page. ${after}\n`,
  )
}

/** The rows of the page, cell by cell. */
export async function reliabilityRows(): Promise<readonly (readonly string[])[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(line => line.startsWith('| '))
  return lines.slice(2).map(line => line.slice(2, -2).split(' | '))
}

const header = ['what breaks', 'how it is brought about', 'what must hold afterwards', 'runs', 'outcome']

const before = `# What it survives

A handover is either committed or it is not: its manifest is put last, if absent, beside a signature over it. What is to be committed is written into the ledger before, so whoever comes next, the same step, the step that gives a handover up, or the daily reminder, finds out which it is and sees it through. Every step leaves a record of its completion under a fixed key, and takes up what it finds there. Two chains cannot grow from one link, since the head of a chain moves only from where the handover found it.

Each row is a fault that tests inject (\`test/handover/faults/\`), and what they look at afterwards.`

const after = `A few runs of each are part of every \`npm test\`. Beside these, journeys kill the process of the whole embedded stack in each state of the machine (\`test/journeys/killed-handover.long.test.ts\`), and a pull a hundred times at random (\`test/journeys/killed-pull.long.test.ts\`); the machine itself is driven to each of AWS's limits (\`test/scale/\`).`
