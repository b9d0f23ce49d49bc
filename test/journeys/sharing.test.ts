import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { readBack } from '../handover/parquet-rows.ts'
import { folder } from '../local/service.ts'
import { documented } from './documented.ts'
import { beginHandover, handoverEnded, loadRegistry, serveStack } from './handover-stack.ts'

interface Profile {
  readonly endpoint: string
  readonly bearerToken: string
}

it('a recipient reads its share by the profile it was given, file by file, until that is taken back', async () => {
  const home = await folder()
  const stack = await serveStack(join(home, '.bangiao'))
  onTestFinished(() => stack.end('SIGKILL'))
  await loadRegistry(stack, { people: 80, seed: 5, today: dayInVietnam(new Date()) })
  expect(await handoverEnded(stack, await beginHandover(stack))).toMatchObject({ status: 'SUCCEEDED' })

  const shared = await askBangiao<{ profile: string }>(home, ...(await documentedCommand()))
  expect(Object.keys(shared).sort()).toEqual(await documented('recipient share'))
  expect((await stat(shared.profile)).mode & 0o777).toBe(0o600)
  const profile = JSON.parse(await readFile(shared.profile, 'utf8')) as Profile
  expect(profile).toMatchObject({ shareCredentialsVersion: 1, endpoint: `${stack.address.api}/delta-sharing` })

  const { facts } = (await stack.ledger.publication('moh', 1)) ?? {}
  for (const [name, { rows, files }] of Object.entries({ ...facts?.totals })) {
    const links = await filesOf(profile, name)
    expect(links).toHaveLength(files)
    let counted = 0
    for (const { url, id, size, stats } of links) {
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
      expect([bytes.length, sha256Hex(bytes)]).toEqual([size, id])
      const path = join(home, 'file.parquet')
      await writeFile(path, bytes)
      const { length } = (await readBack(path)).rows
      expect(JSON.parse(stats)).toEqual({ numRecords: length })
      counted += length
    }
    expect(counted).toBe(rows)
  }

  // A second profile, so that readers can change over before the first one ends
  await askBangiao(home, 'recipient', 'share', 'moh', '--to', 'next.share', '--days', '1')
  const unshared = await askBangiao<object>(home, 'recipient', 'unshare', 'moh')
  expect(unshared).toEqual({ recipient: 'moh', revoked: 2 })
  expect(Object.keys(unshared).sort()).toEqual(await documented('recipient unshare'))
  expect((await query(profile, 'persons')).status).toBe(401)
})

it('is opened by nobody who is not in an agreement, and on no stack that will not be there', async () => {
  const home = await folder()
  for (const [words, exit, said] of [
    [['share', 'customs', '--to', 'customs.share'], 2, 'no agreement with customs'],
    [['share', 'moh', '--to', 'moh.share'], 1, /^no-stack: .*start it with npx bangiao serve/],
    [['share', 'moh', '--to', 'moh.share', '--days', '31'], 2, '--days must be a whole number from 1 to 30'],
    [['share', 'moh'], 2, '--to is missing'],
    [['lend', 'moh'], 2, 'enrol, share, unshare'],
  ] as const) {
    const { code, stderr } = await runBangiao(home, 'recipient', ...words)
    expect(stderr).toMatch(said)
    expect(code, said.toString()).toBe(exit)
  }
})

/** The one command of docs/sharing.md. */
async function documentedCommand(): Promise<readonly string[]> {
  const page = await readFile(join(import.meta.dirname, '../../docs/sharing.md'), 'utf8')
  const [, command = ''] = /```sh\nnpx bangiao (.*)\n```/.exec(page) ?? []
  return command.split(' ')
}

interface SharedFile {
  readonly url: string
  readonly id: string
  readonly size: number
  readonly stats: string
}

async function filesOf(profile: Profile, table: string): Promise<readonly SharedFile[]> {
  const lines = (await (await query(profile, table)).text()).trim().split('\n').slice(2)
  return lines.map(line => (JSON.parse(line) as { file: SharedFile }).file)
}

function query({ endpoint, bearerToken }: Profile, table: string): Promise<Response> {
  const url = `${endpoint}/shares/moh/schemas/handover/tables/${table}/query`
  return fetch(url, { method: 'POST', headers: { authorization: `Bearer ${bearerToken}` }, body: '{}' })
}
