import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { writeNationExport } from '../local/nation/export-directory.ts'
import { type Figures, figuresOf, interleaved, median } from './process-figures.ts'
import type { Section } from './results.ts'

/** How fast, and in how much memory, does an export become a handover? */
export async function benchConvert(quick: boolean): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  try {
    return {
      title: 'From an export to a handover',
      text: [
        '`.json.gz` files of a DynamoDB export (households, persons with their cards, numbers) become sorted, partitioned, hashed and listed Parquet:',
        'four datasets by 34 provinces. Ours is `bangiao convert` (zstd, signed, every field guarded, keys matched, counts reconciled);',
        'the peers do the same job with parquetjs-lite (snappy) and hyparquet-writer (zstd), fields not guarded, not signed. Fresh process each, in turn; rows are final rows.',
        'To reach: 10 x parquetjs-lite, 160,000 rows per second, 1,000 MB at either size, and with low caps 10 % between the sizes.',
        'The peers hold what they sort, in a heap that may grow to 16 GB, and slow down as it grows: hence two sizes.',
      ].join(' '),
      tables: [
        await againstPeers(dir, quick ? 20_000 : 280_000, quick ? 1 : 3),
        ...(quick ? [] : [await againstPeers(dir, 1_120_000, 1)]),
        await bySize(dir, quick ? [20_000] : [280_000, 2_800_000], quick ? 1 : 3),
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function againstPeers(dir: string, people: number, times: number) {
  const exportDir = await exportOf(dir, people)
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
    caption: `${people.toLocaleString('en')} people, ${counted}`,
    header: ['', ...summarised, 'bangiao is, pair by pair'],
    rows: (Object.keys(runs) as (keyof typeof runs)[]).map(name => [
      name,
      ...summary(runs[name]),
      name === 'bangiao' ? '1' : `${ratio(name).toFixed(1)} x`,
    ]),
  }
}

async function bySize(dir: string, sizes: readonly number[], times: number) {
  const rows: (string | number)[][] = []
  for (const people of sizes) {
    const exportDir = await exportOf(dir, people)
    const { own, capped } = await interleaved(
      { own: () => ours(dir, exportDir), capped: () => oursCapped(dir, exportDir) },
      times,
    )
    rows.push([`${people.toLocaleString('en')} people`, ...summary(own), median(capped.map(mebibytes))])
  }
  return {
    caption: `By size, median of ${times}: memory must not grow with the rows. The last column is the peak with all that may grow capped so low that both sizes fill it: chunks of 8 MiB, units of 20,000 rows, a young generation of 4 MiB, and a pool of as many threads as workers`,
    header: ['', ...summarised, 'peak MiB, low caps'],
    rows,
  }
}

/** Once for all runs on that many people. */
async function exportOf(dir: string, people: number): Promise<string> {
  const exportDir = join(dir, `export-${people}`)
  if (await stat(exportDir).catch(() => undefined)) return exportDir
  const files = Math.ceil(people / 140_000)
  await writeNationExport({ people, seed: 1, today: dayInVietnam(new Date()) }, { dir: exportDir, files })
  return exportDir
}

async function ours(dir: string, exportDir: string): Promise<Figures> {
  const words = ['convert', exportDir, '--to', await freshOut(dir), '--key', join(dir, 'key.pem'), '--json']
  return figuresOf('bin/bangiao.ts', words)
}

/** After `ours`, which makes the key. */
async function oursCapped(dir: string, exportDir: string): Promise<Figures> {
  return figuresOf('bench/convert-capped.ts', [exportDir, await freshOut(dir), join(dir, 'key.pem')], {
    flags: ['--max-semi-space-size=4'],
    environment: { UV_THREADPOOL_SIZE: '2' },
  })
}

async function peer(dir: string, writer: string, exportDir: string): Promise<Figures> {
  return figuresOf('bench/peer.ts', [writer, exportDir, await freshOut(dir)], {
    flags: ['--max-old-space-size=16000'],
  })
}

/** Removed at the end only: where many files were deleted a moment ago, ext4 creates others slowly for minutes. */
function freshOut(dir: string): Promise<string> {
  return mkdtemp(join(dir, 'out-'))
}

function perCpu({ rows, cpuSeconds }: Figures): number {
  return rows / cpuSeconds
}

function mebibytes({ peakRssBytes }: Figures): number {
  return Math.round(peakRssBytes / 2 ** 20)
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
