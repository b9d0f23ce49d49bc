import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { gatewayAccountStore } from './gateway/gateway-account-store.ts'
import { gatewayTokenApi } from './gateway/gateway-token-api.ts'
import { sessionKey } from './gateway/session-key-client.ts'
import { checkinSettings } from './settings.ts'

const hashKeyId = setting(checkinSettings.numberHashKey)

export const handler = gatewayTokenApi({
  accounts: gatewayAccountStore(dynamodb, setting(checkinSettings.ledgerTable)),
  sessionKey: loadedOnce(() => sessionKey(kms, hashKeyId)),
  clock: () => new Date(),
})
