import { hash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { convertChanges } from '../../../lambdas/handover/convert/change-engine.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { householdItem } from '../../../lambdas/registry/items.ts'
import { folder } from '../../local/service.ts'
import { household } from '../../registry/records.ts'

const item = householdItem(household())
const { PK, SK } = item
const change = {
  Metadata: { WriteTimestampMicros: { N: '1795312800000000' } },
  Keys: { PK, SK },
  OldImage: item,
  NewImage: item,
}
const named = { S: 'H#Nguyễn Văn Kín' }

describe('a line of an incremental export is refused by its number, and by no key, when it', () => {
  it.each([
    ['does not say when it was written', { Metadata: {} }, 'malformed-item', 'no WriteTimestampMicros'],
    ['has neither image', { OldImage: undefined, NewImage: undefined }, 'malformed-item', 'neither image'],
    [
      'has the image of another item',
      { NewImage: { ...item, PK: named } },
      'malformed-item',
      'an image of another item in a change',
    ],
    [
      'is of what has no key of its kind',
      { Keys: { PK: named, SK }, OldImage: undefined, NewImage: { ...item, PK: named } },
      'malformed-item',
      'PK: no key of its kind',
    ],
    [
      'had a code of no list',
      { OldImage: { ...item, state: { S: 'asleep' } } },
      'unknown-code',
      'state: no code of its list',
    ],
    [
      'is now in no ward',
      { NewImage: { ...item, wardCode: { S: '99999' } } },
      'malformed-item',
      'wardCode: unknown ward',
    ],
  ])('%s', async (_, spoilt, code, fault) => {
    const other = { PK: { S: 'H#0000000009' }, SK }
    const whole = { ...change, Keys: other, OldImage: undefined, NewImage: { ...item, ...other } }

    const converted = changesOf([whole, { ...change, ...spoilt }])

    const says = `a-file: line 2: ${fault}; find who wrote the item, correct it, then export again`
    await expect(converted).rejects.toMatchObject({ code, message: says })
  })
})

async function changesOf(changes: readonly object[]) {
  const dir = await folder()
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '500MB' })
  onTestFinished(() => database.close())
  const gzip = gzipSync(changes.map(each => `${JSON.stringify(each)}\n`).join(''))
  const file = { name: 'a-file', itemCount: changes.length, md5: hash('md5', gzip, 'base64') }
  const engine = await database.connect()
  return convertChanges(Readable.from([gzip]), file, { engine, aggregates: ['households'], dir, chunkBytes: 1_000_000 })
}
