import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { numberHashKey } from '../lambdas/shared/number-hash-key-client.ts'
import { keys } from '../local/stack/resources.ts'
import { clientsAt, startServices } from '../local/stack/services.ts'
import { makeStackResources } from '../local/stack/stack-resources.ts'
import { bareCheck, load, seed } from './bare-operations.ts'
import { asksOf, deskPeople, facilitiesOf } from './desk-asks.ts'

/** The bare operations of so many checks, SDK and stand-in in one process, as in the embedded stack. */
const [people, checks] = process.argv.slice(2).map(Number) as [number, number]
const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
const { endpoints, close } = await startServices(join(dir, 'services'), () => undefined)
const clients = clientsAt(endpoints)
await makeStackResources(clients)
const held = deskPeople(people, dayInVietnam(new Date()))
const hashKey = await numberHashKey(clients.kms, keys.numberHash)
await seed(clients.db, held, hashKey)
const asks = asksOf(held, facilitiesOf(held), checks)
const row = await load('bare operations, SDK and stand-in in one process', asks, ask =>
  bareCheck(clients.db, hashKey, ask),
)
for (const client of Object.values(clients)) client.destroy()
await close()
await rm(dir, { recursive: true, force: true })
process.send?.(row, () => process.disconnect?.())
