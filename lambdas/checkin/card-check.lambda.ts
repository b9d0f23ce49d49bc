import { randomBytes } from 'node:crypto'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { numberHashKey } from '../shared/number-hash-key-client.ts'
import { setting } from '../shared/setting.ts'
import { cardHolderStore } from './card-holder-store.ts'
import { lookupStore } from './lookups/lookup-store.ts'
import { cardCheckApi } from './native/card-check-api.ts'
import { checkinSettings } from './settings.ts'

const hashKeyId = setting(checkinSettings.numberHashKey)
const hashKey = loadedOnce(() => numberHashKey(kms, hashKeyId))

export const handler = cardCheckApi({
  holders: cardHolderStore(dynamodb, setting(checkinSettings.registryTable)),
  lookups: lookupStore(dynamodb, setting(checkinSettings.lookupsTable)),
  hashKey,
  clock: () => new Date(),
  newId: () => randomBytes(8).toString('hex'),
})

// At cold start, when a failure harms nobody yet: the first check would try again.
await Promise.allSettled([hashKey()])
