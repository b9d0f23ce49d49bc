import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { agreementWith } from '../../lambdas/handover/agreements.ts'
import type { DatasetName } from '../../lambdas/handover/datasets.ts'
import { type ChangeManifest, type Manifest, packagePrefix } from '../../lambdas/handover/manifest.ts'
import { askBangiao } from '../command.ts'
import { type StackProcess, serveStack } from '../journeys/handover-stack.ts'
import { askPython, python, runPython } from './python.ts'

interface Seen {
  readonly shares: readonly string[]
  readonly schemas: readonly string[]
  readonly tables: Readonly<Record<string, SeenTable>>
  readonly refused: Readonly<Record<string, unknown>>
}

interface SeenTable {
  readonly version: number
  readonly columns: readonly string[]
  readonly newest: number
  readonly first: number
  readonly atCut: boolean
  readonly limited: number
  readonly types: Readonly<Record<string, string>>
  readonly distinct: number
  readonly provinces: readonly string[]
  readonly hinted: readonly string[]
  readonly changes: Readonly<Record<string, number>>
  readonly changedIn: readonly number[]
  readonly oldestAsInserts: Readonly<Record<string, number>>
  readonly changedSince: readonly number[]
  readonly foldsToNewest: boolean
}

let home: string
let stack: StackProcess
let interpreter: string
let seen: Seen
/** The newest version, the one before it, and the first of all. */
let newest: number
let before: number
let oldest: number

beforeAll(async () => {
  interpreter = await python()
  home = await mkdtemp(join(tmpdir(), 'bangiao-'))
  await askBangiao(home, 'demo', '--people', '200')
  stack = await serveStack(join(home, '.bangiao'))
  const { feeds } = await askBangiao<{ feeds: object }>(
    home,
    'intake',
    ...(await newerFeeds(join(home, '.bangiao/feeds'))),
  )
  expect(feeds).toMatchObject([{ changed: 1 }, { changed: 1 }])
  expect(await askBangiao(home, 'export', '--delta')).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'delta' } })
  const published = (await stack.ledger.publications('moh')).map(({ facts }) => facts)
  newest = published.at(0)?.sequence ?? 0
  before = published.at(1)?.sequence ?? 0
  oldest = published.at(-1)?.sequence ?? 0
  expect(oldest).toBeLessThan(before)
  await askBangiao(home, 'recipient', 'share', 'moh', '--to', 'moh.share')
  const versions = [oldest, before, newest].map(String)
  const cut = published.at(1)?.asOf ?? ''
  seen = await askPython<Seen>(interpreter, 'read_share.py', join(home, 'moh.share'), ...versions, cut)
})
afterAll(async () => {
  await stack?.end('SIGTERM')
  await rm(home, { recursive: true, force: true })
})

describe('the Python connector', () => {
  const granted = Object.keys(agreementWith('moh').datasets) as DatasetName[]

  it('finds the share, its schema and the tables of the agreement', () => {
    expect([seen.shares, seen.schemas]).toEqual([['moh'], ['handover']])
    expect(Object.keys(seen.tables)).toEqual(granted)
  })

  it.each(granted)('loads %s at its newest and at an old version, as many rows as the manifests say', async name => {
    const [first, last] = await Promise.all([
      manifestOf<Manifest>('snapshots', before),
      manifestOf<Manifest>('snapshots', newest),
    ])
    const table = seen.tables[name]
    expect(table).toMatchObject({
      version: newest,
      columns: agreementWith('moh').datasets[name],
      newest: last.handover.totals[name]?.rows,
      distinct: last.handover.totals[name]?.rows,
      first: first.handover.totals[name]?.rows,
      atCut: true,
      limited: 3,
    })
    const provinces = last.resources
      .filter(resource => resource['handover:dataset'] === name)
      .map(resource => resource['handover:partition']?.province)
    expect(table?.provinces).toEqual(provinces)
    expect(table?.hinted).toEqual(provinces.slice(0, 1))
  })

  it.each(granted)(
    'loads the changes of %s, as many as the change set says, and they lead to the next version',
    async name => {
      const { inserts, updates, deletes } =
        (await manifestOf<ChangeManifest>('changes', newest)).handover.totals[name] ?? {}
      const counted = Object.entries({ insert: inserts, update_postimage: updates, delete: deletes })
      const table = seen.tables[name]
      expect(table?.changes).toEqual(Object.fromEntries(counted.filter(([, count]) => count)))
      expect(table?.changedIn).toEqual(Object.keys(table?.changes ?? {}).length ? [newest] : [])
      expect(table?.foldsToNewest).toBe(true)
    },
  )

  it.each(granted)('loads the changes of %s since the first version, whose rows all count as inserts', async name => {
    const { handover } = await manifestOf<Manifest>('snapshots', oldest)
    const table = seen.tables[name]
    expect(table?.oldestAsInserts).toEqual({ insert: handover.totals[name]?.rows })
    expect(table?.changedSince.filter(version => version > before)).toEqual(table?.changedIn)
  })

  it('gives pandas a whole number that may be absent as a decimal one', () => {
    const types = Object.values(seen.tables).map(({ types }) => types)
    expect(Object.assign({}, ...types)).toEqual({ level: 'float64' })
  })

  it('sees what changed: an update, and a move as a delete and an insert', () => {
    expect(seen.tables.households?.changes).toEqual({ update_postimage: 1 })
    expect(seen.tables.persons?.changes).toEqual({ delete: 1, insert: 1 })
  })

  it('is told what there is not, what is not served, and what is not its own', () => {
    expect(seen.refused).toEqual({
      'missing version': 400,
      'changes from before the oldest': 400,
      'delta format': 400,
      'other share': 404,
    })
  })

  it('runs the example of docs/sharing.md', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/sharing.md'), 'utf8')
    const [, example = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? []
    const printed = await runPython(interpreter, home, example)
    expect(printed).toMatch(/^[0-9]+ 200 \{('(insert|delete|update_postimage)': [0-9]+(, )?)+\}\n$/)
    expect(Number.parseInt(printed, 10)).toBe(seen.tables.persons?.newest)
  })

  it('calls a link that S3 refuses, as it does one that ended, a file that is not found', async () => {
    expect(await askPython(interpreter, 'read_refused.py', await profileOfEndedLinks())).toBe('FileNotFoundError')
  })

  it('is refused once its token is revoked', async () => {
    expect(await askBangiao(home, 'recipient', 'unshare', 'moh')).toMatchObject({ revoked: 1 })
    expect(await askPython(interpreter, 'read_refused.py', join(home, 'moh.share'))).toBe(401)
  })
})

async function manifestOf<Form>(form: 'snapshots' | 'changes', sequence: number): Promise<Form> {
  const found = await stack.published.get(`${packagePrefix(form, 'moh', sequence)}/datapackage.json`)
  return JSON.parse(Buffer.from(found?.bytes ?? '').toString()) as Form
}

/** A profile of the same share, behind which no link's signature holds any longer. */
async function profileOfEndedLinks(): Promise<string> {
  const profile = JSON.parse(await readFile(join(home, 'moh.share'), 'utf8')) as { readonly endpoint: string }
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const { authorization = '' } = headers
    const body = await text(request)
    const answer = await fetch(profile.endpoint + url, { method, headers: { authorization }, ...(body && { body }) })
    const lines = (await answer.text()).replaceAll(/X-Amz-Expires=[0-9]+/g, 'X-Amz-Expires=1')
    response.setHeader('delta-table-version', answer.headers.get('delta-table-version') ?? '').end(lines)
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const path = join(home, 'ended.share')
  await writeFile(path, JSON.stringify({ ...profile, endpoint }))
  return path
}

/** One household gets another address, and one person moves to the province of somebody else. */
async function newerFeeds(dir: string): Promise<readonly string[]> {
  const source_time = new Date().toISOString()
  const [household] = await recordsOf(join(dir, 'households.ndjson'))
  const persons = await recordsOf(join(dir, 'persons.ndjson'))
  const [person] = persons
  const elsewhere = persons.find(({ province_code }) => province_code !== person?.province_code)
  const { province_code, former_province_code, ward_code } = elsewhere ?? {}
  const moved = { province_code, former_province_code, ward_code }
  return [
    await feedOf(dir, 'households', { ...household, address_line: 'Thôn 1', source_time }),
    await feedOf(dir, 'persons', { ...person, ...moved, source_time }),
  ]
}

type FeedRecord = Readonly<Record<string, unknown>>

async function recordsOf(file: string): Promise<readonly FeedRecord[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  return lines.map(line => JSON.parse(line) as FeedRecord)
}

async function feedOf(dir: string, kind: string, record: FeedRecord): Promise<string> {
  const file = join(dir, `${kind}-later.ndjson`)
  await writeFile(file, `${JSON.stringify(record)}\n`)
  return file
}
