import { randomUUID } from 'node:crypto'
import { kmsSigner } from '../handover/signer-client.ts'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { clientStore } from './client-store.ts'
import { accessSettings } from './settings.ts'
import { tokenApi } from './token-api.ts'

const tokenKeyId = setting(accessSettings.tokenKey)

export const handler = tokenApi({
  clients: clientStore(dynamodb, setting(accessSettings.ledgerTable)),
  signer: loadedOnce(() => kmsSigner(kms, tokenKeyId)),
  api: setting(accessSettings.apiAddress),
  clock: () => new Date(),
  newId: randomUUID,
})
