import { join } from 'node:path'
import { expect } from 'vitest'
import { verifySeals } from '../../../lambdas/checkin/lookups/verify-seals-files.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { type Death, Died, dying } from '../../handover/faults/dying.ts'
import { readBack } from '../../handover/parquet-rows.ts'
import { sealed, startSealing } from './sealing.ts'

/**
 * A function that seals dies at its writes, one seal after the other, and is called again: every look is in the log once, and the log
 * is whole.
 */
export async function expectSealsWhenKilled(deathsAt: (write: number) => readonly Death['when'][]) {
  const sealing = await startSealing()
  const { scene, written } = dying({ ...sealing.needs })
  await sealed(scene)
  const writes = written.length
  expect(writes).toBeGreaterThan(8)
  const looks: unknown[] = []
  for (let write = 1; write <= writes; write++) {
    for (const when of deathsAt(write)) {
      looks.push((await sealing.look()).id)
      const { scene } = dying({ ...sealing.needs }, { write, when })
      await expect(sealed(scene), `${when} write ${write} of ${writes}`).rejects.toThrow(Died)
      await sealed(sealing.needs)
    }
  }
  const { faults, seals } = await verifySeals(sealing.log, { jwks })
  expect(faults).toEqual([])
  const files = seals.map(({ folder }) => readBack(join(sealing.log, folder, 'lookups.parquet')))
  const kept = (await Promise.all(files)).flatMap(({ rows }) => rows.map(({ id }) => id))
  expect(kept.sort()).toEqual(looks.sort())
}
