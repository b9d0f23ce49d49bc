import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { ledgerExpiry } from '../../handover/ledger-table.ts'
import { type AccountLocks, type GatewayAccount, parseUsername, type Username } from './gateway-account.ts'
import type { Officer } from './officers.ts'

/** The accounts of facilities' hospital software, and who may ask by each. */
export interface GatewayAccounts {
  find(username: Username): Promise<GatewayAccount | undefined>
  /** In the place of the one before: so passwords change. */
  put(account: GatewayAccount): Promise<void>
  officers(username: Username): Promise<readonly Officer[]>
  /** In the place of the list before. */
  putOfficers(username: Username, officers: readonly Officer[]): Promise<void>
  locks(): Promise<AccountLocks>
  lock(username: Username, now: Date): Promise<void>
  /** When it was locked stays known. */
  unlock(username: Username): Promise<void>
  /** How many wrong passwords have come from `source` for the account within a window that has not ended. */
  failures(username: Username, source: string, now: Date): Promise<number>
  /** One more; the first opens a window until `end`. */
  addFailure(username: Username, source: string, now: Date, end: Date): Promise<void>
  /** Ends the window. */
  forgetFailures(username: Username, source: string, now: Date): Promise<void>
}

/** In the ledger, beside the clients. */
export function gatewayAccountStore(db: DynamoDBClient, table: string): GatewayAccounts {
  const get = async (key: Key) => {
    const { Item } = await db.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))
    return Item
  }
  const document = async <Document>(key: Key): Promise<Document | undefined> => {
    const item = await get(key)
    return item && (JSON.parse(item.document?.S as string) as Document)
  }
  const putDocument = async (key: Key, content: unknown) => {
    await db.send(new PutItemCommand({ TableName: table, Item: { ...key, document: { S: JSON.stringify(content) } } }))
  }
  const putFailures = async (username: Username, source: string, failures: number, end: Date) => {
    const numbers = { failures: { N: String(failures) }, [ledgerExpiry]: { N: String(seconds(end)) } }
    await db.send(new PutItemCommand({ TableName: table, Item: { ...failuresKey(username, source), ...numbers } }))
  }
  return {
    find: username => document<GatewayAccount>(accountKey(username)),
    put: account => putDocument(accountKey(account.username), account),
    officers: async username => (await document<readonly Officer[]>(officersKey(username))) ?? [],
    putOfficers: (username, officers) => putDocument(officersKey(username), officers),
    async locks() {
      const { usernames, ...others } = (await get(lockedKey)) ?? {}
      const lastLocked = Object.entries(others).flatMap(([name, { N }]) => {
        const username = parseUsername(name)?.username
        return username ? [[username, new Date(Number(N) * 1000)] as const] : []
      })
      return { locked: new Set(usernames?.SS as Username[] | undefined), lastLocked: new Map(lastLocked) }
    },
    async lock(username, now) {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: lockedKey,
        UpdateExpression: 'ADD usernames :username SET #lastLocked = :now',
        ExpressionAttributeNames: { '#lastLocked': username },
        ExpressionAttributeValues: { ':username': { SS: [username] }, ':now': { N: String(seconds(now)) } },
      })
      await db.send(update)
    },
    async unlock(username) {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: lockedKey,
        UpdateExpression: 'DELETE usernames :username',
        ExpressionAttributeValues: { ':username': { SS: [username] } },
      })
      await db.send(update)
    },
    async failures(username, source, now) {
      const item = await get(failuresKey(username, source))
      return item && Number(item[ledgerExpiry]?.N) > seconds(now) ? Number(item.failures?.N) : 0
    },
    async addFailure(username, source, now, end) {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: failuresKey(username, source),
        UpdateExpression: 'ADD failures :one',
        ConditionExpression: '#expiry > :now',
        ExpressionAttributeNames: { '#expiry': ledgerExpiry },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':now': { N: String(seconds(now)) } },
      })
      await db.send(update).catch(async error => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        await putFailures(username, source, 1, end)
      })
    },
    forgetFailures: (username, source, now) => putFailures(username, source, 0, now),
  }
}

type Key = { readonly PK: { readonly S: string }; readonly SK: { readonly S: string } }

/** Who is locked, in `usernames`, and when each was last locked, in an attribute of its name. */
const lockedKey: Key = { PK: { S: 'GATEWAY' }, SK: { S: 'LOCKED' } }

function accountKey(username: Username): Key {
  return keyOf(username, 'ACCOUNT')
}

function officersKey(username: Username): Key {
  return keyOf(username, 'OFFICERS')
}

function failuresKey(username: Username, source: string): Key {
  return keyOf(username, `FAILURES#${source}`)
}

function keyOf(username: Username, SK: string): Key {
  return { PK: { S: `GATEWAY#${username}` }, SK: { S: SK } }
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
