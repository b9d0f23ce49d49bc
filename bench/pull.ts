import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { packagePrefix } from '../lambdas/handover/manifest.ts'
import { s3ObjectStore } from '../lambdas/shared/object-store.ts'
import { startS3 } from '../local/s3/s3.ts'
import { s3At } from '../local/stack/services.ts'
import { exportOf, ours, peopleText } from './conversions.ts'
import { type Figures, figuresOf, interleaved, median } from './process-figures.ts'
import type { Section } from './results.ts'

const bucket = 'handover'

/** How near does a pull come to what hashing its files takes alone, and to what the line gives? */
export async function benchPull(quick: boolean, exports: string): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  const people = quick ? 20_000 : 2_800_000
  const s3 = await startS3({ dir: join(dir, 's3') })
  try {
    const { bytes } = await ours(dir, await exportOf(exports, people))
    const [out = ''] = (await readdir(dir)).filter(name => name.startsWith('out-'))
    await put(s3.endpoint, join(dir, out))
    const one = (what: string) => () =>
      figuresOf('bench/pull-one.ts', [what, s3.endpoint, bucket, join(dir, out), join(dir, 'taken')])
    const runs = await interleaved({ hash: one('hash'), line: one('line'), pull: one('pull') }, quick ? 1 : 5)
    const paceOf = (other: readonly Figures[]) => {
      const share = median(other.map(({ seconds }, at) => seconds / (runs.pull[at] as Figures).seconds))
      return `${(100 * share).toFixed(0)} %`
    }
    const row = (what: string, figures: readonly Figures[]) => {
      const seconds = median(figures.map(({ seconds }) => seconds))
      return [
        what,
        Math.round(bytes / 1e6 / seconds),
        seconds.toFixed(2),
        median(figures.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
      ]
    }
    return {
      title: 'A pull',
      text: [
        `The Ministry of Health’s handover of ${peopleText(people)}, ${Math.round(bytes / 1e6)} MB, from the stand-in for S3 in another process on the same two cores:`,
        'downloaded in parts, written, and verified whole from the disk. Beside it the same files hashed (SHA-256, by OpenSSL) and nothing else,',
        'and brought over the same line four at a time and thrown away, which no pull can outdo.',
        `Fresh process each, median of ${runs.pull.length} in turn. To reach: 80 % of the pace of hashing.`,
      ].join(' '),
      tables: [
        {
          caption: `A pull goes at ${paceOf(runs.hash)} of the pace of hashing, and at ${paceOf(runs.line)} of the line’s`,
          header: ['', 'MB a second', 'seconds', 'CPU s'],
          rows: [row('hash alone', runs.hash), row('line alone', runs.line), row('pull', runs.pull)],
        },
      ],
    }
  } finally {
    await s3.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Every file of a converted handover as it would have been published. */
async function put(endpoint: string, from: string) {
  const client = s3At(endpoint)
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const store = s3ObjectStore(client, bucket)
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter(entry => entry.isFile())) {
    const path = join(entry.parentPath, entry.name)
    await store.put(`${packagePrefix('snapshots', 'moh', 0)}/${relative(from, path)}`, await readFile(path))
  }
  client.destroy()
}
