import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import type { PackageForm } from '../../../lambdas/handover/manifest.ts'
import { folderOf } from '../../../lambdas/handover/pull/inbox.ts'
import { folder } from '../../local/service.ts'
import { aHandoverChain, began, type HandedOver, packageOf } from '../compact/handover-chain.ts'
import { lived, villagers } from '../compact/life.ts'
import { jwks } from '../convert/conversion.ts'

/** What a recipient has pulled: folders by the number of the handover, change sets in one below. */
export interface Received {
  /** An inbox of its own, that may be spoilt. */
  readonly inbox: string
  readonly jwksFile: string
  readonly handovers: readonly HandedOver[]
  /** Of one handover in the inbox. */
  at(form: PackageForm, sequence: number): string
}

/** Hands a village over three times, two of them deltas, for all tests of a file; gives each what the Ministry of Health received. */
export function receivedChains(): () => Promise<Received> {
  let dir: string
  let handovers: readonly HandedOver[]
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
    handovers = await threeHandovers(join(dir, 'made'))
    for (const handover of handovers) {
      const { snapshot, changes } = packageOf(handover, 'moh')
      await cp(snapshot.dir, folderOf(join(dir, 'inbox'), 'snapshots', handover.sequence), { recursive: true })
      if (changes)
        await cp(changes.dir, folderOf(join(dir, 'inbox'), 'changes', handover.sequence), { recursive: true })
    }
    await writeFile(join(dir, 'jwks.json'), JSON.stringify(jwks))
  })
  afterAll(() => rm(dir, { recursive: true }))
  return async () => {
    const inbox = join(await folder(), 'inbox')
    await mkdir(inbox)
    await cp(join(dir, 'inbox'), inbox, { recursive: true })
    return { inbox, jwksFile: join(dir, 'jwks.json'), handovers, at: (form, n) => folderOf(inbox, form, n) }
  }
}

async function threeHandovers(dir: string): Promise<readonly HandedOver[]> {
  const village = villagers(30)
  const moved = lived(village, [{ what: 'a move of a household', who: 3, how: 2 }])
  const movedAgain = lived(moved, [
    { what: 'a move of a household', who: 3, how: 1 },
    { what: 'a correction', who: 5, how: 1 },
    { what: 'somebody who vanishes', who: 8, how: 0 },
  ])
  const after = (seconds: number) => new Date(began.getTime() + seconds * 1000)
  const chain = aHandoverChain(dir)
  return [
    await chain.full({ population: village, at: began }, agreements),
    await chain.delta([{ population: moved, at: after(1) }], agreements),
    await chain.delta([{ population: movedAgain, at: after(2) }], agreements),
  ]
}
