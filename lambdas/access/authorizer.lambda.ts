import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { protectedRoutes } from './allowed-routes.ts'
import { authorizerApi } from './authorizer-api.ts'
import { accessSettings } from './settings.ts'
import { tokenKey } from './token-key-client.ts'

const tokenKeyId = setting(accessSettings.tokenKey)

export const handler = authorizerApi({
  tokenKey: loadedOnce(() => tokenKey(kms, tokenKeyId)),
  api: setting(accessSettings.apiAddress),
  routes: protectedRoutes.parse(JSON.parse(setting(accessSettings.routes))),
  clock: () => new Date(),
})
