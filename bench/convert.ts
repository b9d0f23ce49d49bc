import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportOf, mebibytes, ours, peer, peopleText } from './conversions.ts'
import { type Figures, interleaved, median } from './process-figures.ts'
import type { Section } from './results.ts'

/** How fast, and in how much memory, does an export become a handover? */
export async function benchConvert(quick: boolean, exports: string): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  try {
    return {
      title: 'From an export to a handover',
      text: [
        '`.json.gz` files of a DynamoDB export (households, persons with their cards, numbers) become sorted, partitioned, hashed and listed Parquet:',
        'four datasets by 34 provinces. Ours is `bangiao convert` (zstd, signed, every field guarded, keys matched, counts reconciled);',
        'the peers do the same job with parquetjs-lite (snappy) and hyparquet-writer (zstd), fields not guarded, not signed. Fresh process each, in turn; rows are final rows.',
        'To reach: 10 x parquetjs-lite, 160,000 rows per second, and 1,000 MB at either size.',
        'The peers hold what they sort, in a heap that may grow to 16 GB, and slow down as it grows: hence two sizes.',
      ].join(' '),
      tables: [
        await againstPeers({ dir, exports }, quick ? 20_000 : 280_000, quick ? 1 : 3),
        ...(quick ? [] : [await againstPeers({ dir, exports }, 1_120_000, 1)]),
        await bySize({ dir, exports }, quick ? [20_000] : [280_000, 2_800_000], quick ? 1 : 3),
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

interface Folders {
  /** Of what is converted, and of what it is converted from. */
  readonly dir: string
  readonly exports: string
}

async function againstPeers({ dir, exports }: Folders, people: number, times: number) {
  const exportDir = await exportOf(exports, people)
  const runs = await interleaved(
    {
      bangiao: () => ours(dir, exportDir),
      'parquetjs-lite 0.8.7': () => peer(dir, 'parquetjs-lite', exportDir),
      'hyparquet-writer 0.17.0': () => peer(dir, 'hyparquet-writer', exportDir),
    },
    times,
  )
  const ratio = (name: keyof typeof runs) =>
    median(runs.bangiao.map((own, at) => perCpu(own) / perCpu(runs[name][at] as Figures)))
  const counted = times === 1 ? 'one run each' : `median of ${times} in turn`
  return {
    caption: `${peopleText(people)}, ${counted}`,
    header: ['', ...summarised, 'bangiao is, pair by pair'],
    rows: (Object.keys(runs) as (keyof typeof runs)[]).map(name => [
      name,
      ...summary(runs[name]),
      name === 'bangiao' ? '1' : `${ratio(name).toFixed(1)} x`,
    ]),
  }
}

async function bySize({ dir, exports }: Folders, sizes: readonly number[], times: number) {
  const rows: (string | number)[][] = []
  for (const people of sizes) {
    const exportDir = await exportOf(exports, people)
    const { own } = await interleaved({ own: () => ours(dir, exportDir) }, times)
    rows.push([peopleText(people), ...summary(own)])
  }
  return {
    caption: `By size, median of ${times}: memory must not grow with the rows`,
    header: ['', ...summarised],
    rows,
  }
}

function perCpu({ rows, cpuSeconds }: Figures): number {
  return rows / cpuSeconds
}

const summarised = ['rows', 'rows per CPU second', 'rows per second', 'CPU s', 'peak MiB', 'MB written']

function summary(runs: readonly Figures[]): number[] {
  const of = (value: (run: Figures) => number) => median(runs.map(value))
  return [
    of(({ rows }) => rows),
    Math.round(of(perCpu)),
    Math.round(of(({ rows, seconds }) => rows / seconds)),
    Number(of(({ cpuSeconds }) => cpuSeconds).toFixed(1)),
    of(mebibytes),
    Number(of(({ bytes }) => bytes / 1e6).toFixed(1)),
  ]
}
