import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { numberKey } from '../../lambdas/registry/items.ts'
import type { PersonNumber } from '../../lambdas/registry/person-numbers.ts'
import { registryStore } from '../../lambdas/registry/registry-store.ts'
import { person } from './records.ts'
import { localClient, registryAt, startedDynamodb } from './registry-service.ts'
import { describeRegistryStore } from './registry-store.suite.ts'

const embedded = async () => registryAt({ ...localClient, endpoint: await startedDynamodb() })

describeRegistryStore('the embedded DynamoDB', async () => {
  const { db, table } = await embedded()
  return registryStore(db, table)
})

/** `https://dynamodb.ap-southeast-1.amazonaws.com`, with region and credentials from where the SDK finds them, or any other. */
const endpoint = process.env.REGISTRY_STORE_ENDPOINT
if (endpoint) {
  describeRegistryStore(endpoint, async () => {
    const { db, table } = await registryAt({ endpoint })
    return registryStore(db, table)
  })
}

describe('a number item', () => {
  it('keeps the first day heard of its beginning and of its end, and loses the end when the number is used again', async () => {
    const { db, table } = await embedded()
    const registry = registryStore(db, table)
    const from = (day: string) => ({ kind: 'insurance', number: '0123456789', personId, from: day }) as PersonNumber
    const { personId } = person()
    const item = async () => {
      const { Item } = await db.send(new GetItemCommand({ TableName: table, Key: numberKey('hash') }))
      return Item
    }
    const at = new Date('2026-01-01T00:00:00Z')
    const named = {
      ...numberKey('hash'),
      namedAt: { N: String(at.getTime()) },
      kind: { S: 'insurance' },
      personId: { S: personId },
    }

    await registry.nameNumber('hash', { ...from('2026-01-01'), kind: 'card' }, at)
    await registry.nameNumber('hash', from('2026-01-02'), at)
    expect(await item()).toEqual({ ...named, from: { S: '2026-01-01' } })
    await registry.nameNumber('hash', { ...from('2026-01-02'), to: '2026-01-03' as never }, at)
    await registry.nameNumber('hash', { ...from('2026-01-02'), to: '2026-01-04' as never }, at)
    expect(await item()).toEqual({ ...named, from: { S: '2026-01-01' }, to: { S: '2026-01-03' } })
    await registry.nameNumber('hash', from('2026-01-05'), at)
    expect(await item()).toEqual({ ...named, from: { S: '2026-01-01' } })
  })

  it('that is taken for another person begins anew', async () => {
    const { db, table } = await embedded()
    const registry = registryStore(db, table)
    const { personId } = person()
    const at = new Date('2026-01-01T00:00:00Z')
    const theirs = { kind: 'national', number: '001190000001', personId, from: '2026-01-01' } as PersonNumber
    const ours = { ...theirs, personId: '0123456789B', from: '2026-01-05' } as PersonNumber

    await registry.nameNumber('hash', theirs, at)
    await registry.nameNumber('hash', { ...theirs, to: '2026-01-03' as never }, at)
    await registry.nameNumber('hash', ours, at, (await registry.namedBy(['hash'])).get('hash'))

    expect((await db.send(new GetItemCommand({ TableName: table, Key: numberKey('hash') }))).Item).toEqual({
      ...numberKey('hash'),
      namedAt: { N: String(at.getTime()) },
      kind: { S: 'national' },
      personId: { S: ours.personId },
      from: { S: '2026-01-05' },
    })
  })
})
