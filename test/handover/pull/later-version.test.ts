import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Link } from '../../../lambdas/handover/handover.ts'
import type { Latest } from '../../../lambdas/handover/latest.ts'
import { type Manifest, manifestName, type PackageForm, packagePrefix } from '../../../lambdas/handover/manifest.ts'
import { mediumTransport } from '../../../lambdas/handover/pull/medium-files.ts'
import { pull } from '../../../lambdas/handover/pull/pull-client.ts'
import { enrol, readTrust } from '../../../lambdas/handover/pull/trust-files.ts'
import { receipt } from '../../../lambdas/handover/receipt.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { signFlattened } from '../../../lambdas/handover/signature.ts'
import { sha256Of } from '../../../lambdas/shared/digest-files.ts'
import { rebuildSnapshot } from '../../../local/rebuild-snapshot.ts'
import { thisMachine } from '../../../local/this-machine.ts'
import { folder } from '../../local/service.ts'
import { jwks, signer } from '../convert/conversion.ts'
import { faultsIn, manifestIn, replaceManifest } from './handover-copy.ts'
import { type Received, receivedChains } from './received.ts'

const aReceivedChain = receivedChains()

describe('what a later version adds while manifestVersion is 1: properties, a dataset and a column,', () => {
  it('is verified with the rest', async () => {
    const received = await ofLaterVersion(await aReceivedChain(), ['blood_type'])

    expect(await faultsIn(received.at('snapshots', 1))).toEqual([])
    expect(await faultsIn(received.at('changes', 2))).toEqual([])
  })

  it('is pulled and counted with the rest, link by link', async () => {
    const received = await ofLaterVersion(await aReceivedChain(), ['blood_type'])
    const { dir, newest } = await mediumOf(received)
    const trustDir = await folder()
    await enrol(trustDir, jwks)
    const transport = mediumTransport({ dir, recipient: 'moh' })

    const { handovers } = await pull({
      ...thisMachine,
      ...{ recipient: 'moh', transport, dir: await folder(), trustDir, withChanges: true },
    })

    const { visits } = (await manifestIn(received.at('snapshots', 2))).handover.totals
    expect(handovers).toMatchObject([
      { verified: true, sequence: 1 },
      { verified: true, sequence: 2, receipt: { rows: { visits: visits?.rows } } },
    ])
    for (const one of handovers) if (one.verified) expect(receipt.parse(one.receipt)).toEqual(one.receipt)
    expect((await readTrust(trustDir)).seen).toEqual(newest)
  })

  it('is passed over where changes are applied, and what is known results', async () => {
    const received = await ofLaterVersion(await aReceivedChain())
    const to = join(await folder(), 'applied')

    const applied = await rebuildSnapshot({
      baseDir: received.at('snapshots', 1),
      changeDirs: [received.at('changes', 2)],
      to,
      jwks,
    })

    const { resources, handover } = await manifestIn(received.at('snapshots', 2))
    const { visits: _, ...known } = handover.totals
    const rows = Object.fromEntries(Object.entries(known).map(([name, total]) => [name, total.rows]))
    expect(applied).toMatchObject({ sequence: 2, rows })
    const files = resources.filter(({ path }) => /^(?!visits|exceptions)/.test(path))
    for (const { path, hash } of files) expect(`sha256:${await sha256Of(join(to, path))}`).toBe(hash)
  })
})

/** The first two handovers of a chain, as a version that knows more would have written them: `columns` are new ones of persons. */
async function ofLaterVersion(received: Received, columns: readonly string[] = []): Promise<Received> {
  const first = received.at('snapshots', 1)
  const visits = await rewrite(first, columns, ({ rows }) => ({ totals: { rows } }))
  const changes = await rewrite(received.at('changes', 2), columns, ({ rows }) => ({
    previous: visits.link,
    totals: { inserts: rows, updates: 0, deletes: 0, resultingRows: visits.rows + rows },
  }))
  await rewrite(received.at('snapshots', 2), columns, ({ rows }) => ({
    previous: visits.link,
    changes: changes.link,
    totals: { rows },
  }))
  return received
}

interface Said {
  readonly previous?: Link
  readonly changes?: Link
  /** Of visits, beside files and bytes. */
  readonly totals: object
}

/** Adds a dataset of visits, which has as many rows as a file of persons; gives the link to what results. */
async function rewrite(dir: string, columns: readonly string[], said: (visits: { rows: number }) => Said) {
  const manifest = await manifestIn(dir)
  const persons = manifest.resources.find(resource => resource['handover:dataset'] === 'persons')
  if (!persons) throw new Error(`${dir} has no file of persons`)
  const path = persons.path.replace('persons/', 'visits/')
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await cp(join(dir, persons.path), join(dir, path))
  const { 'handover:rowCount': rows, bytes } = persons
  const { totals, ...links } = said({ rows })
  const { sequence, agreement } = manifest.handover
  const { persons: granted = [], ...others } = agreement.datasets
  const datasets = { ...others, persons: [...granted, ...columns], visits: ['visit_id', 'province_code'] }
  const written = await replaceManifest(
    dir,
    withMore({
      ...manifest,
      resources: [
        ...manifest.resources,
        { ...persons, name: `${persons.name}-visits`, path, 'handover:dataset': 'visits' },
      ],
      handover: {
        ...manifest.handover,
        ...links,
        agreement: { ...agreement, datasets },
        totals: { ...manifest.handover.totals, visits: { ...totals, files: 1, bytes } },
      },
    }) as Manifest,
  )
  return { rows, link: { sequence, sha256: sha256Hex(written) } }
}

/** What it says and a property more in every object, but for those whose keys are names of what they hold. */
function withMore(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(one => withMore(one))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]) => [key, withMore(one, key)])
  const more = ['items', 'totals', 'datasets'].includes(name) ? {} : { more: { of: ['a later version'] } }
  return { ...Object.fromEntries(entries), ...more }
}

/** A medium with both handovers, and which of them is the newest. */
async function mediumOf(received: Received) {
  const dir = await folder()
  const packages: readonly [PackageForm, number][] = [
    ['snapshots', 1],
    ['changes', 2],
    ['snapshots', 2],
  ]
  for (const [form, sequence] of packages)
    await cp(received.at(form, sequence), join(dir, packagePrefix(form, 'moh', sequence)), { recursive: true })
  const newest = { sequence: 2, sha256: await sha256Of(join(received.at('snapshots', 2), manifestName)) }
  const latest: Latest = {
    recipient: 'moh',
    sequence: newest.sequence,
    manifestKey: `${packagePrefix('snapshots', 'moh', newest.sequence)}/${manifestName}`,
    manifestSha256: newest.sha256,
    asOf: '2026-11-22T01:00:01.000Z',
    nextDue: '2026-12-22T01:00:01.000Z',
  }
  const signed = await signFlattened(Buffer.from(JSON.stringify(latest)), signer)
  await writeFile(join(dir, 'moh/latest.json'), JSON.stringify(signed))
  return { dir, newest }
}
