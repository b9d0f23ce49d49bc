import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { checkCard } from '../../bin/check-card.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { buckets } from '../../local/stack/resources.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { readBack } from '../handover/parquet-rows.ts'
import { documented } from './documented.ts'
import { type StackProcess, serveStack } from './handover-stack.ts'

const page = join(import.meta.dirname, '../../docs/lookups.md')

interface Someone {
  readonly full_name: string
  readonly birth_date: string
  readonly insurance_number: string
  readonly national_id: string
}

let home: string
let stack: StackProcess
let woman: Someone

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bangiao-'))
  stack = await serveStack(join(home, '.bangiao'))
  await askBangiao(home, 'generate', '--people', '30', '--seed', '5', '--to', 'feeds')
  await askBangiao(home, 'intake', ...['households', 'persons', 'cards'].map(kind => `feeds/${kind}.ndjson`))
  const lines = (await readFile(join(home, 'feeds/persons.ndjson'), 'utf8')).trim().split('\n')
  const persons = lines.map(line => JSON.parse(line) as Someone & { died_on?: string })
  woman = persons.find(one => one.insurance_number && one.national_id && !one.died_on) as Someone
})
afterAll(async () => {
  await stack?.end('SIGTERM')
  await rm(home, { recursive: true })
})

it('a person is told who looked, under whichever number, from the first look to the last that is sealed', async () => {
  await look('01007', woman.insurance_number)
  await look('79001', woman.national_id)
  for (const words of await examples('To verify')) if (!words.includes('DIR')) await succeeds(words)
  await look('01007', woman.insurance_number)

  const [of = []] = await examples('To tell a person')
  const asked = of.map(word => ({ N: woman.insurance_number, D: woman.birth_date })[word] ?? word)
  const before = await askBangiao<Told>(home, ...asked)
  await askBangiao(home, 'lookups', 'seal')
  const after = await askBangiao<Told>(home, ...asked)

  expect(Object.keys(after).sort()).toEqual(await documented('lookups of'))
  expect(before.looks.map(({ facility }) => facility)).toEqual(['01007', '79001'])
  expect(after.looks).toMatchObject([
    { facility: '01007', facilityName: 'Bệnh viện E', officer: null, purpose: 'reception' },
    { facility: '79001' },
    { facility: '01007' },
  ])
  expect(after.sealedTo > (after.looks.at(-1)?.instant ?? '')).toBe(true)
  await succeeds(asked)
})

it('nobody is told of another’s looks', async () => {
  const wrong = ['lookups', 'of', '--number', woman.insurance_number, '--birth-date', '1901-01-01']
  expect(await runBangiao(home, ...wrong)).toMatchObject({ code: 1 })
  expect(await askBangiao(home, ...wrong)).toMatchObject({ error: { code: 'not-matched' } })
})

it('a copy of the log is proven anywhere with the public key alone, and a seal that is taken out of it is missed', async () => {
  const log = join(home, '.bangiao/services/s3', buckets.seals, 'lookups')
  const jwks = join(home, '.bangiao/lookups-sealing.jwks.json')
  const proven = await askBangiao<object>(home, 'lookups', 'verify', log, '--jwks', jwks)
  expect(proven).toMatchObject({ ok: true, seals: 2, lookups: 3, tampered: [], rollbackChecked: false })
  expect(Object.keys(proven).sort()).toEqual(await documented('lookups verify'))
  const copy = join(home, 'copy')
  await cp(log, copy, { recursive: true })
  await rm(join(copy, '000000000001'), { recursive: true })

  const spoilt = await runBangiao(home, 'lookups', 'verify', copy, '--jwks', jwks)

  expect(spoilt).toMatchObject({ code: 1, stdout: expect.stringContaining('cut') })
})

it('what is sealed is locked against everybody', async () => {
  const { s3 } = stack.clients
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: buckets.seals }))
  expect(Versions.length).toBeGreaterThan(8)
  for (const { Key, VersionId } of Versions) {
    const remove = { Bucket: buckets.seals, Key, VersionId, BypassGovernanceRetention: true }
    await expect(s3.send(new DeleteObjectCommand(remove))).rejects.toMatchObject({ name: 'AccessDenied' })
  }
})

it('neither the log nor what it is made from says who was looked at', async () => {
  const root = join(home, '.bangiao/services/s3')
  for (const bucket of [buckets.seals, buckets.sealing]) {
    const entries = await readdir(join(root, bucket), { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) expectNobody(`${file}\n${await textOf(file)}`)
  }
})

it('nor does the log of who seals', async () => {
  await look('01007', woman.insurance_number)
  await stack.end('SIGTERM')
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { stdout, stderr } = await runBangiao(home, 'lookups', 'seal')
  expect(stdout).toContain('"message":"seal lookups done"')
  expectNobody(stdout + stderr)
})

interface Told {
  readonly sealedTo: string
  readonly looks: readonly { readonly instant: string; readonly facility: string }[]
}

function look(facility: string, number: string) {
  const presented = { number, birthDate: woman.birth_date, fullName: woman.full_name }
  return checkCard(stack.address.api, join(home, '.bangiao'), facility as FacilityCode, presented)
}

/** The commands of a section, without `npx bangiao`. */
async function examples(heading: string): Promise<readonly (readonly string[])[]> {
  const section = (await readFile(page, 'utf8')).split(/^## /m).find(text => text.startsWith(heading)) ?? ''
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim())
  return blocks.flatMap(block => block.split('\n').map(line => line.split(' ').slice(2)))
}

async function succeeds(words: readonly string[]) {
  const { code, stdout, stderr } = await runBangiao(home, ...words)
  expect({ words, code }, `${stdout}\n${stderr}`).toEqual({ words, code: 0 })
}

/** All that a file says, uncompressed. */
async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file)
  if (file.endsWith('.gz')) return gunzipSync(bytes).toString()
  if (!file.endsWith('.parquet')) return bytes.toString()
  const { rows, pages } = await readBack(file)
  return `${JSON.stringify(rows)} ${Buffer.concat(pages)}`
}

function expectNobody(text: string) {
  const { full_name, birth_date, insurance_number, national_id } = woman
  for (const known of [full_name, insurance_number, national_id, birth_date]) expect(text).not.toContain(known)
}
