import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportOf, ours, peopleText } from './conversions.ts'
import { interleaved, median } from './process-figures.ts'
import type { Section } from './results.ts'

/** 94 million participants and 9 million other members of their households. */
const nation = 103_000_000

/** How long would the whole nation take on a machine like this one, contributions passed over, and how long they alone? */
export async function benchNation(quick: boolean, exports: string): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  const people = quick ? 20_000 : 2_800_000
  try {
    const exportDir = await exportOf(exports, people)
    const { moh, labour } = await interleaved(
      { moh: () => ours(dir, exportDir), labour: () => ours(dir, exportDir, 'labour') },
      quick ? 1 : 3,
    )
    const row = (what: string, runs: typeof moh) => {
      const seconds = median(runs.map(({ seconds }) => seconds))
      return [what, runs[0]?.rows ?? 0, seconds.toFixed(1), ((seconds * nation) / people / 60).toFixed(1)]
    }
    return {
      title: 'The nation on one machine',
      text: [
        `An export of ${peopleText(people)} that holds every kind of item, one conversion a recipient, fresh process each, median of ${moh.length} in turn;`,
        `the minutes are those of ${peopleText(nation)} at the same pace. To reach: 35 minutes, contributions passed over.`,
      ].join(' '),
      tables: [
        {
          caption: 'From `.json.gz` to a signed handover',
          header: ['', 'rows', 'seconds', 'minutes of the nation'],
          rows: [
            row('the Ministry of Health’s: all but contributions', moh),
            row('labour’s: contributions, all else passed over', labour),
          ],
        },
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
