import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsedAggregates } from '../lambdas/handover/agreement.ts'
import { agreements } from '../lambdas/handover/agreements.ts'
import { convertDataFile } from '../lambdas/handover/convert/convert-engine.ts'
import type { PartFile } from '../lambdas/handover/convert/parts-engine.ts'
import { type Engine, openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { chunkBytes, engineMemory, placeRows, unitRows } from '../lambdas/handover/engine/lambda-limits.ts'
import { readFiles, readSummary } from '../lambdas/handover/export/export-manifest.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { writeNationExport } from '../local/nation/export-directory.ts'
import { type Figures, figuresOf } from './process-figures.ts'
import type { Section } from './results.ts'

const kinds = ['persons', 'cards'] as const

/** How much memory does a child need for one unit, and does it grow with the unit? Cards are the larger kind of part, so they fill it. */
export async function benchFullUnit(quick: boolean): Promise<Section> {
  const sizes = quick ? [20_000] : [unitRows / 2, unitRows, placeRows]
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  try {
    const parts = await partsOfNation(dir, quick ? 5_000 : 100_000)
    const rows: (string | number)[][] = []
    for (const cards of sizes) {
      const { peakRssBytes, cpuSeconds, rows: written } = await compactCopies(dir, parts, cards)
      rows.push([cards, written, Number(cpuSeconds.toFixed(1)), Math.round(peakRssBytes / 2 ** 20)])
    }
    return {
      title: 'One unit',
      text: [
        'Persons with their cards, all in one province, become the final files of every agreement, in a fresh process, as a child of the',
        `state machine does it: one thread, ${engineMemory} for the engine. Units are planned with ${unitRows.toLocaleString('en')} rows at most, to take 1,000 MB;`,
        `one ward or agency is never cut, and may have ${placeRows.toLocaleString('en')}. A child has 1,769 MiB.`,
      ].join(' '),
      tables: [{ caption: 'By size', header: ['cards', 'final rows', 'CPU s', 'peak MiB'], rows }],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Parts of a small nation, as they lie after a full export was converted. */
async function partsOfNation(dir: string, people: number): Promise<readonly PartFile[]> {
  const exported = join(dir, 'export')
  const { manifestKey } = await writeNationExport(
    { people, seed: 1, today: dayInVietnam(new Date()) },
    { dir: exported, files: 1 },
  )
  const read = (key: string) => readFile(join(exported, key))
  const summary = readSummary(manifestKey, await read(manifestKey))
  const filesKey = summary.manifestFilesS3Key
  const md5 = (await read(filesKey.replace('.json', '.md5'))).toString()
  const parts: PartFile[] = []
  await withEngine(join(dir, 'convert'), async engine => {
    const aggregates = parsedAggregates(agreements)
    const options = { engine, agreements, aggregates, dir: join(dir, 'convert'), chunkBytes, buckets: 1 }
    for (const file of readFiles(summary, await read(filesKey), md5))
      parts.push(...(await convertDataFile(createReadStream(join(exported, file.key)), file, options)).parts)
  })
  return parts
}

/** The same people again and again under further ids, all in one province, until they hold so many cards. */
async function compactCopies(dir: string, parts: readonly PartFile[], cards: number): Promise<Figures> {
  const unit = join(dir, `unit-${cards}`)
  const paths = new Map<string, string[]>(kinds.map(kind => [kind, []]))
  await withEngine(unit, async engine => {
    const of = (kind: string) => {
      const files = parts.filter(part => part.kind === kind).map(({ path }) => `'${path}'`)
      return `read_parquet([${files}], hive_partitioning = false)`
    }
    const [one] = await engine.rows<{ cards: bigint }>(`SELECT count(*) AS cards FROM ${of('cards')}`)
    const copies = Math.ceil(cards / Number(one?.cards))
    for (const kind of kinds) {
      for (let copy = 0; copy < copies; copy++) {
        const path = join(unit, `${kind}-${copy}.parquet`)
        await engine.run(`COPY (SELECT * REPLACE (person_id || '-${copy}' AS person_id, '79' AS province_code) FROM ${of(kind)})
          TO '${path}' (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)`)
        paths.get(kind)?.push(path)
      }
    }
  })
  const [persons = [], held = []] = kinds.map(kind => paths.get(kind))
  try {
    return await figuresOf('bench/compact-one.ts', [unit, persons.join(','), held.join(',')])
  } finally {
    await rm(unit, { recursive: true })
  }
}

async function withEngine(dir: string, use: (engine: Engine) => Promise<void>) {
  await mkdir(dir, { recursive: true })
  const database = await openDatabase({ dir: join(dir, 'spill'), threads: 1, memoryLimit: engineMemory })
  try {
    await use(await database.connect())
  } finally {
    database.close()
  }
}
