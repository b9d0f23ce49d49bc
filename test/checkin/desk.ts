import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { onTestFinished } from 'vitest'
import { allowances } from '../../lambdas/checkin/allowance/allowance-steps.ts'
import { counterStore } from '../../lambdas/checkin/allowance/counter-store.ts'
import { countersTable } from '../../lambdas/checkin/allowance/counters-table.ts'
import { cardHolderStore } from '../../lambdas/checkin/card-holder-store.ts'
import { lookupStore } from '../../lambdas/checkin/lookups/lookup-store.ts'
import { lookupsTable } from '../../lambdas/checkin/lookups/lookups-table.ts'
import { deskApi } from '../../lambdas/checkin/native/desk-api.ts'
import { type HeldPerson, numberItem, personItem, type RegistryItem } from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import { numbersOf } from '../../lambdas/registry/person-numbers.ts'
import { loadedOnce } from '../../lambdas/shared/loaded-once.ts'
import { numberHashKey } from '../../lambdas/shared/number-hash-key-client.ts'
import { startDynamodb } from '../../local/dynamodb/dynamodb.ts'
import { startKms } from '../../local/kms/kms.ts'
import { invokeLambda } from '../../local/stack/lambda.ts'
import { folder } from '../local/service.ts'
import { startTap } from './tap.ts'

/** Ten in the morning in Vietnam. */
export const now = new Date('2026-11-22T03:00:00Z')

const client = {
  region: 'ap-southeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
}

/** A desk on embedded services, with a tap on each. */
export async function startDesk(...people: readonly HeldPerson[]) {
  const kms = await startedKms()
  const { db, tap } = await startedDynamodb()
  const tables = { registry: lookupsTable, lookups: lookupsTable, counters: countersTable }
  for (const [TableName, table] of Object.entries(tables)) {
    await db.send(new CreateTableCommand({ TableName, ...table }))
    await waitUntilTableExists({ client: db, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.01 }, { TableName })
  }
  const hashKey = loadedOnce(() => numberHashKey(kms.client, 'alias/number-hash'))
  const put = (Item: RegistryItem) =>
    db.send(new PutItemCommand({ TableName: 'registry', Item: { ...Item } as PutItemCommand['input']['Item'] }))
  for (const held of people) {
    for (const number of numbersOf(held.person, held.cards))
      await put(numberItem(numberHash(await hashKey(), number.number), number))
    await put(personItem(held.person, held.cards))
  }
  tap.requests.length = 0
  let checks = 0
  const clock = () => now
  const counters = counterStore(db, 'counters')
  const handler = deskApi({
    holders: cardHolderStore(db, 'registry'),
    lookups: lookupStore(db, 'lookups'),
    allowances: allowances({ counters, clock }),
    hashKey,
    clock,
    newId: () => String(++checks).padStart(16, '0'),
  })
  return {
    handler,
    db,
    database: tap,
    kms,
    hashKey,
    /** Of the facility's allowance in this minute. */
    spend: (facility: string, checks: number) => counters.spend(facility, checks, checks, now),
    ask: async (event: object, timeoutMs = 29_000) =>
      (await invokeLambda(handler, 'card-check', event, timeoutMs)) as object as APIGatewayProxyResult,
    lookups: async () => (await db.send(new ScanCommand({ TableName: 'lookups' }))).Items ?? [],
  }
}

export async function startedKms() {
  const { endpoint, close } = await startKms({
    dir: await folder(),
    keys: { 'alias/number-hash': 'HMAC_256', 'alias/tokens': 'ECC_NIST_P256', 'alias/other': 'ECC_NIST_P256' },
  })
  onTestFinished(close)
  const tap = await startTap(endpoint)
  const kms = new KMSClient({ endpoint: tap.endpoint, ...client })
  onTestFinished(() => kms.destroy())
  return { client: kms, tap }
}

export async function startedDynamodb() {
  const s3 = new S3Client(client)
  const { endpoint, close } = await startDynamodb({ dir: await folder(), s3 })
  onTestFinished(close)
  const tap = await startTap(endpoint)
  const db = new DynamoDBClient({ endpoint: tap.endpoint, ...client })
  onTestFinished(() => db.destroy())
  return { db, tap }
}

/** A request as API Gateway hands it over, from facility 01007. */
export function request(content: unknown, changes: object = {}) {
  return {
    httpMethod: 'POST',
    resource: '/facilities/{facilityCode}/card-checks',
    path: '/facilities/01007/card-checks',
    pathParameters: { facilityCode: '01007' },
    headers: { 'Content-Type': 'application/json' },
    body: typeof content === 'string' ? content : JSON.stringify(content),
    isBase64Encoded: false,
    requestContext: { authorizer: { facility: '01007', client: 'desk-01007' } },
    ...changes,
  }
}
