import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Lookup, lookupStore } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { lookupsTable } from '../../../lambdas/checkin/lookups/lookups-table.ts'
import { type SealNeeds, type SealProgress, sealNext } from '../../../lambdas/checkin/lookups/seal-job.ts'
import { sealStore } from '../../../lambdas/checkin/lookups/seal-store.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { tableExport, tableRecovery } from '../../../lambdas/handover/export/export-client.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { makeBuckets, makeTable } from '../../../local/stack/make-resources.ts'
import { buckets, tables } from '../../../local/stack/resources.ts'
import { type Clients, clientsAt, startServices } from '../../../local/stack/services.ts'
import { signer } from '../../handover/convert/conversion.ts'
import { folder } from '../../local/service.ts'

export interface Sealing {
  readonly clients: Clients
  readonly needs: SealNeeds
  /** The folder in which the log is published. */
  readonly log: string
  look(lookup?: Partial<Lookup>): Promise<Lookup>
}

/** The table of lookups and its sealing on the embedded services; seals end at any second. */
export async function startSealing(): Promise<Sealing> {
  const dir = await folder()
  const services = await startServices(join(dir, 'services'), () => {})
  onTestFinished(() => services.close())
  const clients = clientsAt(services.endpoints)
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy()
  })
  await makeBuckets(clients.s3)
  await makeTable(clients.db, tables.ledger, ledgerTable)
  const tableArn = await makeTable(clients.db, tables.lookups, lookupsTable)
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '400MB' })
  onTestFinished(() => database.close())
  const store = lookupStore(clients.db, tables.lookups)
  const published = join(dir, 'published')
  return {
    clients,
    log: join(published, 'lookups'),
    needs: {
      seals: sealStore(clients.db, tables.ledger),
      tableExport: tableExport(clients.db, tableArn, { bucket: buckets.sealing, key: 'alias/audit' }),
      recovery: tableRecovery(clients.db, tableArn),
      work: s3ObjectStore(clients.s3, buckets.sealing),
      published: folderStore(published),
      signer,
      engine: () => database.connect(),
      dir,
      clock: () => new Date(),
      schedule: { everySeconds: 1, longestSeconds: 86_400, lagSeconds: 0 },
    },
    async look(given = {}) {
      const lookup: Lookup = {
        id: randomBytes(8).toString('hex'),
        numberHash: randomBytes(32).toString('base64url'),
        instant: new Date(),
        facility: '01007' as FacilityCode,
        purpose: 'reception',
        ...given,
      }
      await store.add(lookup)
      return lookup
    },
  }
}

/** Calls as the schedule does, until a seal is there. */
export async function sealed(needs: SealNeeds): Promise<Extract<SealProgress, { readonly sequence: number }>> {
  for (;;) {
    const progress = await sealNext(needs)
    if (progress.state === 'sealed') return progress
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
