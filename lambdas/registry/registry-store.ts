import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { type Item, readItems, writeItems } from './batch-items-store.ts'
import type { Day } from './day.ts'
import type { HouseholdId } from './household-id.ts'
import {
  type ContributionsOf,
  contributionsId,
  contributionsItem,
  contributionsKey,
  type Held,
  type HeldContributions,
  type HeldHousehold,
  type HeldPerson,
  householdItem,
  householdKey,
  numberItem,
  numberKey,
  personItem,
  personKey,
  type RegistryItem,
  readContributions,
  readHousehold,
  readPerson,
} from './items.ts'
import type { PersonId } from './person-id.ts'
import type { PersonNumber } from './person-numbers.ts'
import { byHousehold } from './registry-table.ts'

/** Households, persons with their cards, their contributions, and the numbers by which persons are found. What was written is seen by every read after it. */
export interface RegistryStore {
  isEmpty(): Promise<boolean>
  /** Those of them that the registry holds. */
  households(ids: readonly HouseholdId[]): Promise<ReadonlyMap<HouseholdId, Revised<HeldHousehold>>>
  persons(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Revised<HeldPerson>>>
  /** By `contributionsId`. */
  contributions(of: readonly ContributionsOf[]): Promise<ReadonlyMap<string, Revised<HeldContributions>>>
  /** Whom each number names, by its `numberHash`. */
  namedBy(hashes: readonly string[]): Promise<ReadonlyMap<string, Named>>
  /** Lags behind by a moment: for showing a household, never for a rule. */
  membersOf(household: HouseholdId): Promise<readonly PersonId[]>
  /** False when what is held is no longer at that revision, or is there although none was given: it is left as it was. */
  put(held: Held, revision: number | undefined): Promise<boolean>
  /**
   * False when the number names another person than it is for, or whom it is taken from; of several who race for it, one gets it.
   * The days it began and ended stay the first ones heard.
   */
  nameNumber(hash: string, number: PersonNumber, at: Date, from?: Named): Promise<boolean>
  /** Overwrites what is there: for who is alone. Once `batchMilliseconds` have passed it begins no more writes, done or not. */
  putAlone(all: readonly Revision[]): Promise<void>
  /** Names numbers that stand nowhere yet, each once: as `putAlone`, for who is alone. */
  nameAlone(all: readonly HashedNumber[], at: Date): Promise<void>
}

export interface HashedNumber {
  /** Its `numberHash`. */
  readonly hash: string
  readonly number: PersonNumber
}

/** Whom a number names. */
export interface Named {
  readonly personId: PersonId
  /** When that was last written, in milliseconds since 1970. */
  readonly at: number
}

/** What is held, and how often it has been written. */
export interface Revised<One extends Held> {
  readonly held: One
  readonly revision: number
}

/** What to write over that revision; over nothing, when there is none. */
export interface Revision {
  readonly held: Held
  readonly revision: number | undefined
}

export const batchMilliseconds = 30_000

export function registryStore(db: DynamoDBClient, table: string): RegistryStore {
  const writeAlone = (items: readonly Item[]) => writeItems(db, table, items, AbortSignal.timeout(batchMilliseconds))
  return {
    async isEmpty() {
      const { Items = [] } = await db.send(new ScanCommand({ TableName: table, ConsistentRead: true, Limit: 1 }))
      return Items.length === 0
    },
    async households(ids) {
      const items = await readItems(db, table, ids.map(householdKey))
      return new Map(
        items.map(item => [idIn(item) as HouseholdId, revised(item => ({ household: readHousehold(item) }), item)]),
      )
    },
    async persons(ids) {
      const items = await readItems(db, table, ids.map(personKey))
      return new Map(items.map(item => [idIn(item) as PersonId, revised(readPerson, item)]))
    },
    async contributions(of) {
      const items = await readItems(db, table, of.map(contributionsKey))
      return new Map(
        items.map(item => {
          const read = revised(readContributions, item)
          return [contributionsId(read.held), read]
        }),
      )
    },
    async namedBy(hashes) {
      const items = await readItems(db, table, hashes.map(numberKey))
      return new Map(items.map(item => [idIn(item), named(item)]))
    },
    async membersOf(household) {
      const query = new QueryCommand({
        TableName: table,
        IndexName: byHousehold,
        KeyConditionExpression: 'householdId = :household',
        ExpressionAttributeValues: { ':household': { S: household } },
      })
      const { Items = [] } = await db.send(query)
      return Items.map(item => idIn(item) as PersonId).sort()
    },
    put(held, revision) {
      const unchanged =
        revision === undefined
          ? { ConditionExpression: 'attribute_not_exists(PK)' }
          : {
              ConditionExpression: 'revision = :read',
              ExpressionAttributeValues: { ':read': { N: String(revision) } },
            }
      return done(db.send(new PutItemCommand({ TableName: table, Item: itemOf({ held, revision }), ...unchanged })))
    },
    nameNumber: (hash, number, at, from) => done(db.send(new UpdateItemCommand(naming(table, hash, number, at, from)))),
    putAlone: all => writeAlone(all.map(itemOf)),
    nameAlone: (all, at) =>
      writeAlone(all.map(({ hash, number }) => ({ ...(numberItem(hash, number) as Item), namedAt: instant(at) }))),
  }
}

function itemOf({ held, revision = 0 }: Revision): Item {
  return { ...(heldItem(held) as Item), revision: { N: String(revision + 1) } }
}

function heldItem(held: Held): RegistryItem {
  if ('household' in held) return householdItem(held.household)
  return 'person' in held ? personItem(held.person, held.cards) : contributionsItem(held)
}

function revised<One extends Held>(read: (item: RegistryItem) => One, item: Item): Revised<One> {
  return { held: read(item as RegistryItem), revision: Number(item.revision?.N) }
}

function named({ personId, namedAt }: Item): Named {
  return { personId: text(personId) as PersonId, at: Number(namedAt?.N) }
}

function instant(at: Date): AttributeValue {
  return { N: String(at.getTime()) }
}

function idIn({ PK }: Item): string {
  return text(PK).slice(2)
}

function text(attribute: AttributeValue | undefined): string {
  return attribute?.S as string
}

function naming(
  table: string,
  hash: string,
  { kind, personId, from, to }: PersonNumber,
  at: Date,
  taken: Named | undefined,
): UpdateItemCommandInput {
  const [day, other] = to ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const first = taken ? ':day' : `if_not_exists(#${day}, :day)`
  const ends = to && !taken ? '' : ` REMOVE #${other}`
  const stillTheirs = taken ? ' OR (personId = :other AND namedAt = :then)' : ''
  return {
    TableName: table,
    Key: numberKey(hash),
    UpdateExpression: `SET personId = :me, kind = :kind, namedAt = :at, #${day} = ${first}${ends}`,
    ConditionExpression: `attribute_not_exists(PK) OR personId = :me${stillTheirs}`,
    ExpressionAttributeNames: { [`#${day}`]: day, ...(ends && { [`#${other}`]: other }) },
    ExpressionAttributeValues: {
      ':me': { S: personId },
      ':kind': { S: kind },
      ':at': instant(at),
      ':day': { S: (to ?? from) as Day },
      ...(taken && { ':other': { S: taken.personId }, ':then': { N: String(taken.at) } }),
    },
  }
}

/** False when the write's condition does not hold. */
async function done(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
