import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { numberHashKey } from '../shared/number-hash-key-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { firstLoadStore } from './first-load-store.ts'
import { intakeJob } from './intake-job.ts'
import { outcomeStore } from './outcome-store.ts'
import { registryStore } from './registry-store.ts'
import { registrySettings } from './settings.ts'

const landing = s3ObjectStore(s3, setting(registrySettings.landingBucket))
const registry = registryStore(dynamodb, setting(registrySettings.registryTable))
const hashKeyId = setting(registrySettings.numberHashKey)
const clock = () => new Date()

export const handler = intakeJob({
  landing,
  registry,
  outcomes: outcomeStore(landing, tmpdir()),
  firstLoads: firstLoadStore({ landing, registry, clock }),
  hashKey: loadedOnce(() => numberHashKey(kms, hashKeyId)),
  clock,
  newId: randomUUID,
})
