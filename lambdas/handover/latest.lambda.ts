import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { latestApi } from './recipients/latest-api.ts'
import { handoverSettings } from './settings.ts'

export const handler = latestApi({ published: s3ObjectStore(s3, setting(handoverSettings.handoverBucket)) })
