import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverIn, openPack, type Pack } from '../lambdas/checkin/pack/pack.ts'
import { packDelta, provePack } from '../lambdas/checkin/pack/pack-delta.ts'
import { packKey } from '../lambdas/checkin/pack/pack-key.ts'
import { recordBytes } from '../lambdas/checkin/pack/record.ts'
import { agreementWith } from '../lambdas/handover/agreements.ts'
import { type Engine, openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { type Jwks, pemSigner } from '../lambdas/handover/signature.ts'
import type { BirthDate } from '../lambdas/registry/birth-date.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { monthOf } from '../lambdas/registry/month.ts'
import { convertExport } from '../local/convert-export.ts'
import { writeNationExport } from '../local/nation/export-directory.ts'
import { ensureSigningKey } from '../local/signing-key.ts'
import { figuresOf } from './process-figures.ts'
import type { Section } from './results.ts'

/** How large is a facility's offline pack, how long does it take to build, to ask and to update? */
export async function benchPack(quick: boolean): Promise<Section> {
  const records = quick ? 50_000 : 1_000_000
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  try {
    const jwks = await prepare(dir, quick ? 5_000 : 20_000, records)
    const [today, tomorrow] = [join(dir, 'today.pack'), join(dir, 'tomorrow.pack')]
    const built = await figuresOf('bench/pack-one.ts', [dir, 'eligibility.parquet', today])
    await figuresOf('bench/pack-one.ts', [dir, 'changed.parquet', tomorrow])
    const { pack, opening } = await opened(today, jwks)
    const check = await checkCost(pack, dir)
    const delta = await deltaBytes(today, tomorrow, jwks)
    const perMillion = (1_000_000 * built.seconds) / built.rows
    return {
      title: 'The offline pack',
      text: [
        'A facility’s pack from the files of its province, in a fresh process with one thread of DuckDB; then in this process a check of somebody',
        'who is in it and of somebody who is not, in turn, and the delta to a pack in which the level of one person in a hundred is another.',
        'To reach: 24 bytes a record, 20 microseconds a check, a million records in 10 seconds, a delta of 2 %.',
      ].join(' '),
      tables: [
        {
          caption: `${built.rows.toLocaleString('en')} records`,
          header: ['', 'measured'],
          rows: [
            ['bytes a record', recordBytes],
            ['bytes of the file', built.bytes],
            ['seconds a million records', perMillion.toFixed(1)],
            ['CPU seconds a million records', ((1_000_000 * built.cpuSeconds) / built.rows).toFixed(1)],
            ['peak MiB while building', Math.round(built.peakRssBytes / 2 ** 20)],
            ['milliseconds to prove and open it', Math.round(opening)],
            ['microseconds a check', check.microseconds.toFixed(1)],
            ['CPU microseconds a check', check.cpuMicroseconds.toFixed(1)],
            ['delta at 1 % churn, of the pack', `${((100 * delta) / built.bytes).toFixed(2)} %`],
          ],
        },
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const asked = 'asked.parquet'

/** Files of one province with so many numbers in it: a small nation again and again, under further ids and numbers. */
async function prepare(dir: string, people: number, records: number): Promise<Jwks> {
  const key = await ensureSigningKey(join(dir, 'key.pem'))
  const exported = { dir: join(dir, 'export'), files: 1 }
  await writeNationExport({ people, seed: 1, today: dayInVietnam(new Date()) }, exported)
  const signer = pemSigner(await readFile(key.path, 'utf8'))
  const outDir = join(dir, 'handover')
  const agreement = agreementWith('moh')
  await convertExport({ exportDir: exported.dir, outDir, agreement, signer, clock: () => new Date() })
  const database = await openDatabase({ dir: join(dir, 'spill'), threads: 2, memoryLimit: '2GB' })
  try {
    await copies(await database.connect(), outDir, dir, records)
  } finally {
    database.close()
  }
  return JSON.parse(await readFile(key.jwksPath, 'utf8')) as Jwks
}

async function copies(engine: Engine, from: string, dir: string, records: number) {
  const of = (dataset: string) => `read_parquet('${from}/${dataset}/*/*.parquet', hive_partitioning = false)`
  const numbers = 'insurance_number IS NOT NULL, former_insurance_number IS NOT NULL, national_id IS NOT NULL'
  const [one] = await engine.rows<{ numbers: number }>(
    `SELECT sum(list_sum([${numbers}]::INTEGER[]))::INTEGER AS numbers FROM ${of('persons')}`,
  )
  const times = Math.ceil(records / (one?.numbers as number))
  const id = `person_id || '-' || copy AS person_id, '01' AS province_code`
  const moved = (digits: string, most: string) => `lpad(((${digits}::BIGINT + copy * 7919) % ${most})::VARCHAR`
  const insurance = (column: string) => `${moved(column, '10000000000')}, 10, '0')`
  const write = (select: string, file: string) =>
    engine.run(`COPY (${select}) TO '${join(dir, file)}' (FORMAT parquet, COMPRESSION zstd)`)
  const again = `range(${times}) AS copies (copy)`
  await write(
    `SELECT persons.* REPLACE (${id}, ${insurance('insurance_number')} AS insurance_number, ${insurance('former_insurance_number')} AS former_insurance_number,
      ${moved('national_id', '100000000000')}, 12, '0') AS national_id) FROM ${of('persons')} AS persons, ${again}`,
    'persons.parquet',
  )
  await write(
    `SELECT cards.* REPLACE (${id}, card_number[1:5] || ${insurance('card_number[6:15]')} AS card_number) FROM ${of('cards')} AS cards, ${again}`,
    'cards.parquet',
  )
  const eligibility = `SELECT rows.* REPLACE (${id}) FROM ${of('eligibility')} AS rows, ${again}`
  await write(eligibility, 'eligibility.parquet')
  const other = 'CASE WHEN hash(person_id) % 100 = 0 THEN level % 4 + 1 ELSE level END AS level'
  await write(`SELECT * REPLACE (${other}) FROM (${eligibility})`, 'changed.parquet')
  await write(
    `SELECT national_id, birth_date::VARCHAR AS birth_date FROM '${join(dir, 'persons.parquet')}' WHERE national_id IS NOT NULL USING SAMPLE 100000`,
    asked,
  )
}

async function opened(path: string, jwks: Jwks): Promise<{ readonly pack: Pack; readonly opening: number }> {
  const file = await readFile(path)
  const started = performance.now()
  const keys = [packKey(monthOf(dayInVietnam(new Date())), Buffer.alloc(32, 1))]
  const pack = await openPack(file, { facility: '01007' as FacilityCode, jwks, keys }, new Date())
  if (typeof pack === 'string') throw new Error(pack)
  return { pack, opening: performance.now() - started }
}

async function checkCost(pack: Pack, dir: string) {
  const database = await openDatabase({ dir: join(dir, 'spill'), threads: 1, memoryLimit: '1GB' })
  const engine = await database.connect()
  const people = await engine.rows<{ national_id: string; birth_date: BirthDate }>(
    `SELECT * FROM '${join(dir, asked)}'`,
  )
  database.close()
  let found = 0
  const [started, before] = [performance.now(), process.cpuUsage()]
  for (const { national_id, birth_date } of people) {
    if (coverIn(pack, national_id, birth_date)) found++
    if (coverIn(pack, `9${national_id.slice(1)}`, birth_date)) found++
  }
  const checks = 2 * people.length
  const microseconds = ((performance.now() - started) * 1000) / checks
  const { user, system } = process.cpuUsage(before)
  if (found < 0.99 * people.length || found > people.length) throw new Error(`${found} of ${people.length} were found`)
  return { microseconds, cpuMicroseconds: (user + system) / checks }
}

async function deltaBytes(from: string, to: string, jwks: Jwks): Promise<number> {
  const [old, now] = await Promise.all([from, to].map(async path => provePack(await readFile(path), jwks)))
  if (typeof old !== 'object' || typeof now !== 'object') throw new Error(`${old} ${now}`)
  const delta = packDelta(old, now)
  if (typeof delta === 'string') throw new Error(delta)
  return delta.length
}
