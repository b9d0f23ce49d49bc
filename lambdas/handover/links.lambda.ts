import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { s3Links } from './recipients/link-client.ts'
import { linksApi } from './recipients/links-api.ts'
import { handoverSettings } from './settings.ts'

export const handler = linksApi({
  links: s3Links(s3, setting(handoverSettings.handoverBucket)),
  clock: () => new Date(),
})
