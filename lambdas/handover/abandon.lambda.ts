import { dynamodb } from '../shared/dynamodb-client.ts'
import { setting } from '../shared/setting.ts'
import { abandonJob } from './abandon-job.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = abandonJob({ ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)) })
