import { randomBytes } from 'node:crypto'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { numberHashKey } from '../shared/number-hash-key-client.ts'
import { setting } from '../shared/setting.ts'
import { allowances } from './allowance/allowance-steps.ts'
import { counterStore } from './allowance/counter-store.ts'
import { cardHolderStore } from './card-holder-store.ts'
import { lookupStore } from './lookups/lookup-store.ts'
import { deskApi } from './native/desk-api.ts'
import { checkinSettings } from './settings.ts'

const clock = () => new Date()
const hashKeyId = setting(checkinSettings.numberHashKey)
const hashKey = loadedOnce(() => numberHashKey(kms, hashKeyId))

export const handler = deskApi({
  holders: cardHolderStore(dynamodb, setting(checkinSettings.registryTable)),
  lookups: lookupStore(dynamodb, setting(checkinSettings.lookupsTable)),
  allowances: allowances({ counters: counterStore(dynamodb, setting(checkinSettings.countersTable)), clock }),
  hashKey,
  clock,
  newId: () => randomBytes(8).toString('hex'),
})

// At cold start, when a failure harms nobody yet: the first check would try again.
await Promise.allSettled([hashKey()])
