import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256Of } from '../../../lambdas/shared/digest-files.ts'
import { runBangiao } from '../../command.ts'
import { type HandedOver, packageOf } from '../compact/handover-chain.ts'
import { manifestIn, replaceManifest } from './handover-copy.ts'
import { type Received, receivedChains } from './received.ts'

const aReceivedChain = receivedChains()

describe('a base and its change sets, applied', () => {
  it('are the very files of the snapshot', async () => {
    const received = await aReceivedChain()
    const { document } = await apply(received, [
      received.at('snapshots', 1),
      changes(received, 2),
      changes(received, 3),
    ])

    const { manifest } = packageOf(received.handovers[2] as HandedOver, 'moh').snapshot
    const rows = Object.entries(manifest.handover.totals).map(([name, total]) => [name, 'rows' in total && total.rows])
    expect(document).toEqual({
      dir: appliedDir(received),
      sequence: 3,
      asOf: manifest.handover.asOf,
      rows: Object.fromEntries(rows),
    })
    const files = manifest.resources.filter(resource => resource['handover:kind'] === 'full')
    const found = await readdir(appliedDir(received), { recursive: true })
    expect(found.filter(name => name.endsWith('.parquet')).sort()).toEqual(files.map(({ path }) => path).sort())
    for (const { path, hash } of files) expect(`sha256:${await sha256Of(join(appliedDir(received), path))}`).toBe(hash)
  })
})

describe('what does not follow is refused, and nothing stands where the snapshot would', () => {
  const wrong: readonly [that: string, of: (received: Received) => readonly string[], fault: string][] = [
    ['a change set left out', one => [one.at('snapshots', 1), changes(one, 3)], 'not-the-next'],
    ['one of an earlier time', one => [one.at('snapshots', 2), changes(one, 2)], 'not-the-next'],
    ['one twice', one => [one.at('snapshots', 1), changes(one, 2), changes(one, 2)], 'not-the-next'],
    ['the wrong order', one => [one.at('snapshots', 1), changes(one, 3), changes(one, 2)], 'not-the-next'],
    ['a snapshot for a change set', one => [one.at('snapshots', 1), one.at('snapshots', 2)], 'not-a-change-set'],
    ['a change set for a snapshot', one => [changes(one, 2), changes(one, 3)], 'not-a-snapshot'],
    [
      'another recipient’s',
      one => [one.at('snapshots', 1), packageOf(one.handovers[1] as HandedOver, 'population').changes?.dir ?? ''],
      'another-recipient',
    ],
  ]

  it.each(wrong)('%s', async (_, of, fault) => {
    const received = await aReceivedChain()
    const { code, document } = await apply(received, of(received))

    expect({ code, document }).toMatchObject({
      code: 1,
      document: { error: { code: 'not-applicable', message: fault } },
    })
    await expect(readdir(appliedDir(received))).rejects.toThrow('ENOENT')
  })

  it.each<readonly [that: string, of: (received: Received) => readonly string[], sequences: object, said: string]>([
    [
      'that is in the base already',
      one => [one.at('snapshots', 2), changes(one, 2)],
      { previous: 1, reached: 2 },
      'it leads on from handover 1, and what stands before it is handover 2',
    ],
    [
      'that comes twice',
      one => [one.at('snapshots', 1), changes(one, 2), changes(one, 2)],
      { previous: 1, reached: 2 },
      'it leads on from handover 1, and what stands before it is handover 2',
    ],
    [
      'that comes too soon',
      one => [one.at('snapshots', 1), changes(one, 3)],
      { previous: 2, reached: 1 },
      'it leads on from handover 2, and what stands before it is handover 1',
    ],
  ])('a change set %s, with the sequences of both sides', async (_, of, sequences, said) => {
    const received = await aReceivedChain()
    const dirs = of(received)
    const at = dirs.at(-1) ?? ''

    expect((await apply(received, dirs)).document).toEqual({
      error: { code: 'not-applicable', message: 'not-the-next', reading: at, ...sequences },
    })
    expect(await applyInText(received, dirs)).toEqual({
      code: 1,
      stdout: `  ✗ ${relative(received.inbox, at)}: not-the-next: ${said}\n`,
      stderr: expect.any(String),
    })
  })

  it('a change set of another handover that has the number of the base', async () => {
    const received = await aReceivedChain()
    const base = received.at('snapshots', 1)
    const manifest = await manifestIn(base)
    await replaceManifest(base, { ...manifest, created: '2026-11-22T01:00:01.000Z' })
    const dirs = [base, changes(received, 2)]

    expect((await apply(received, dirs)).document).toMatchObject({ error: { previous: 1, reached: 1 } })
    expect((await applyInText(received, dirs)).stdout).toContain(
      'not-the-next: it leads on from another handover 1 than stands before it',
    )
  })

  it('a change set with a file lost', async () => {
    const received = await aReceivedChain()
    const [lost = ''] = (await readdir(changes(received, 2), { recursive: true })).filter(name =>
      name.endsWith('.parquet'),
    )
    await rm(join(changes(received, 2), lost))

    expect(await apply(received, [received.at('snapshots', 1), changes(received, 2)])).toMatchObject({
      code: 1,
      document: { error: { message: 'missing', reading: join(changes(received, 2), lost) } },
    })
  })

  it('a folder that holds something', async () => {
    const received = await aReceivedChain()
    const [base, ...others] = [received.at('snapshots', 1), changes(received, 2)]
    const { code, stderr } = await runBangiao(received.inbox, 'apply', base, ...others, '--to', received.inbox)

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('holds something already') })
  })

  it('a file in the place of the folder, and leaves it as it is', async () => {
    const received = await aReceivedChain()
    const [base, ...others] = [received.at('snapshots', 1), changes(received, 2)]
    const file = join(received.inbox, '..', 'notes.txt')
    await writeFile(file, 'kept')
    const { code, stderr } = await runBangiao(received.inbox, 'apply', base, ...others, '--to', file)

    expect({ code, stderr }).toEqual({ code: 2, stderr: `${file} is no folder; name an empty one with --to\n` })
    expect(await readFile(file, 'utf8')).toBe('kept')
  })
})

function changes(received: Received, sequence: number): string {
  return received.at('changes', sequence)
}

function appliedDir({ inbox }: Received): string {
  return join(inbox, '..', 'applied')
}

async function apply(received: Received, dirs: readonly string[]) {
  const { code, stdout } = await applyInText(received, dirs, '--json')
  return { code, document: JSON.parse(stdout) as unknown }
}

function applyInText(received: Received, dirs: readonly string[], ...more: readonly string[]) {
  const words = ['apply', ...dirs, '--to', appliedDir(received), '--jwks', received.jwksFile, ...more]
  return runBangiao(received.inbox, ...words)
}
