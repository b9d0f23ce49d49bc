import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedFor } from '../shared/loaded-for.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3, s3As } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { agreements } from './agreements.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'
import { linkSessions } from './sharing/link-session-client.ts'
import { sharedReadStore } from './sharing/shared-read-store.ts'
import { sharingApi } from './sharing/sharing-api.ts'
import { sharingTokenStore } from './sharing/sharing-token-store.ts'
import { kmsJwks } from './signer-client.ts'

const ledgerTable = setting(handoverSettings.ledgerTable)
const bucket = setting(handoverSettings.handoverBucket)
const provingKeys = setting(handoverSettings.provingKeys).split(' ')
const clock = () => new Date()

/** A key that could not be read is tried again so often. */
const millisecondsUntilReadAgain = 5 * 60_000

export const handler = sharingApi({
  agreements,
  tokens: sharingTokenStore(dynamodb, ledgerTable),
  ledger: ledgerStore(dynamodb, ledgerTable),
  published: s3ObjectStore(s3, bucket),
  jwks: loadedFor(millisecondsUntilReadAgain, kmsJwks(kms, provingKeys), clock),
  linkSession: linkSessions({ bucket, role: setting(handoverSettings.sharingLinkRole), s3As, clock }),
  reads: sharedReadStore(dynamodb, ledgerTable),
  clock,
})
