import { randomBytes } from 'node:crypto'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedFor } from '../shared/loaded-for.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { numberHashKey } from '../shared/number-hash-key-client.ts'
import { setting } from '../shared/setting.ts'
import { allowances } from './allowance/allowance-steps.ts'
import { counterStore } from './allowance/counter-store.ts'
import { cardHolderStore } from './card-holder-store.ts'
import { gatewayAccountStore } from './gateway/gateway-account-store.ts'
import { gatewayLookupApi } from './gateway/gateway-lookup-api.ts'
import { millisecondsUntilLocked } from './gateway/gateway-session.ts'
import { sessionKey as derivedSessionKey } from './gateway/session-key-client.ts'
import { lookupStore } from './lookups/lookup-store.ts'
import { checkinSettings } from './settings.ts'

const hashKeyId = setting(checkinSettings.numberHashKey)
const hashKey = loadedOnce(() => numberHashKey(kms, hashKeyId))
const sessionKey = loadedOnce(() => derivedSessionKey(kms, hashKeyId))
const clock = () => new Date()
const accounts = gatewayAccountStore(dynamodb, setting(checkinSettings.ledgerTable))
const locks = loadedFor(millisecondsUntilLocked, () => accounts.locks(), clock)

export const handler = gatewayLookupApi({
  holders: cardHolderStore(dynamodb, setting(checkinSettings.registryTable)),
  lookups: lookupStore(dynamodb, setting(checkinSettings.lookupsTable)),
  allowances: allowances({ counters: counterStore(dynamodb, setting(checkinSettings.countersTable)), clock }),
  hashKey,
  sessionKey,
  locks,
  clock,
  newId: () => randomBytes(8).toString('hex'),
})

// At cold start, when a failure harms nobody yet: the first check would try again.
await Promise.allSettled([hashKey(), sessionKey(), locks()])
