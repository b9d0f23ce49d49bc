import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AttributeValue, DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { verifySeals } from '../../../lambdas/checkin/lookups/verify-seals-files.ts'
import { tables } from '../../../local/stack/resources.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { readBack } from '../../handover/parquet-rows.ts'
import { type Sealing, sealed, startSealing } from './sealing.ts'

it('what is done to the table between two seals stands in the second, and the log says so and stays whole', async () => {
  const sealing = await startSealing()
  const altered = await sealing.look({ officer: 'BS. Hà' })
  const deleted = await sealing.look()
  await sealing.look()
  await sealed(sealing.needs)
  const items = await itemsOf(sealing)
  const itemOf = (id: string) => items.find(({ SK }) => SK?.S?.endsWith(id)) as Record<string, AttributeValue>
  const { db } = sealing.clients
  const put = (Item: Record<string, AttributeValue>) => db.send(new PutItemCommand({ TableName: tables.lookups, Item }))
  await put({ ...itemOf(altered.id), officer: { S: 'Somebody else' } })
  const { PK, SK } = itemOf(deleted.id)
  await db.send(new DeleteItemCommand({ TableName: tables.lookups, Key: { PK, SK } as Record<string, AttributeValue> }))
  await put({ ...itemOf(altered.id), SK: { S: 'not as the desk writes it' } })
  const honest = await sealing.look()

  const { sequence } = await sealed(sealing.needs)

  const folder = join(sealing.log, String(sequence).padStart(12, '0'))
  const { seal } = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8'))
  expect(seal.counts).toMatchObject({ lookups: 1, tampering: { altered: 1, deleted: 1, forged: 1 } })
  expect((await readBack(join(folder, 'lookups.parquet'))).rows).toMatchObject([{ id: honest.id }])
  const { rows } = await readBack(join(folder, 'tampering.parquet'))
  expect(rows).toHaveLength(3)
  expect(rows).toContainEqual(
    expect.objectContaining({ tampering: 'altered', id: altered.id, officer: 'Somebody else' }),
  )
  expect(rows).toContainEqual(expect.objectContaining({ tampering: 'deleted', id: deleted.id }))
  const before = await readBack(join(sealing.log, '000000000001', 'lookups.parquet'))
  expect(before.rows).toContainEqual(expect.objectContaining({ id: altered.id, officer: 'BS. Hà' }))
  expect((await verifySeals(sealing.log, { jwks })).faults).toEqual([])
})

async function itemsOf({ clients: { db } }: Sealing) {
  return (await db.send(new ScanCommand({ TableName: tables.lookups }))).Items ?? []
}
