import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { checkinSettings } from './settings.ts'
import { tokenAuthorizerApi } from './token-authorizer-api.ts'
import { tokenKey } from './token-key-client.ts'

const tokenKeyId = setting(checkinSettings.tokenKey)

export const handler = tokenAuthorizerApi({
  tokenKey: loadedOnce(() => tokenKey(kms, tokenKeyId)),
  rules: { issuer: setting(checkinSettings.tokenIssuer), audience: setting(checkinSettings.tokenAudience) },
  clock: () => new Date(),
})
