import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportOf, mebibytes, oursCapped, peopleText } from './conversions.ts'
import { interleaved, median } from './process-figures.ts'
import type { Section } from './results.ts'

/** Does memory grow with the rows, where all else that may grow is held so low that both sizes fill it? */
export async function benchLowCaps(quick: boolean, exports: string): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  const times = quick ? 1 : 3
  const rows: (string | number)[][] = []
  try {
    for (const people of quick ? [5_000, 10_000] : [280_000, 2_800_000]) {
      const exportDir = await exportOf(exports, people)
      const { capped } = await interleaved({ capped: () => oursCapped(dir, exportDir) }, times)
      const peaks = capped.map(mebibytes)
      const smallest = Number(rows[0]?.[2] ?? median(peaks))
      rows.push([
        peopleText(people),
        capped[0]?.rows ?? 0,
        median(peaks),
        `${Math.min(...peaks)} to ${Math.max(...peaks)}`,
        (median(peaks) / smallest).toFixed(2),
      ])
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  return {
    title: 'Memory with low caps',
    text: [
      'The same conversion with chunks of 8 MiB, units of 20,000 rows, a young generation of 4 MiB, a pool of two threads, and one worker as in a child of the state machine:',
      'of two, chance decides whose peaks meet, and more often in a long run than in a short one. To reach: 10 % between the sizes.',
    ].join(' '),
    tables: [
      {
        caption: `Fresh process each, median of ${times}`,
        header: ['', 'rows', 'peak MiB', 'from', 'of the smaller size'],
        rows,
      },
    ],
  }
}
