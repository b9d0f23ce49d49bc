import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type Day, dayInVietnam } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { LookupPurpose } from '../card-check.ts'
import { lookupDays, lookupsExpiry } from './lookups-table.ts'

/** Every look at a card, so that its holder can learn of it. */
export interface Lookups {
  /** @throws unless it is written; nothing that was written before changes. */
  add(lookup: Lookup): Promise<void>
}

export interface Lookup {
  /** At random, 16 hexadecimal digits or more. */
  readonly id: string
  /** `numberHash` of the number presented. */
  readonly numberHash: string
  readonly instant: Date
  readonly facility: FacilityCode
  /** In the facility's own words. */
  readonly officer?: string
  /** Of an officer who is known by national id, in the place of words. */
  readonly officerHash?: string
  readonly purpose: LookupPurpose
}

export function lookupStore(db: DynamoDBClient, table: string): Lookups {
  return {
    async add(lookup) {
      const put = new PutItemCommand({
        TableName: table,
        Item: lookupItem(lookup),
        ConditionExpression: 'attribute_not_exists(PK)',
      })
      await db.send(put)
    },
  }
}

/** As it stands in the table, and as its export gives it to whoever seals it. */
export function lookupItem({ id, numberHash, instant, facility, officer, officerHash, purpose }: Lookup) {
  return {
    PK: { S: lookupPartition(facility, dayInVietnam(instant), shardOf(id)) },
    SK: { S: `${instant.toISOString()}#${id}` },
    numberHash: { S: numberHash },
    instant: { S: instant.toISOString() },
    facility: { S: facility },
    ...(officer && { officer: { S: officer } }),
    ...(officerHash && { officerHash: { S: officerHash } }),
    purpose: { S: purpose },
    [lookupsExpiry]: { N: String(Math.floor(instant.getTime() / 1000) + lookupDays * 86_400) },
  }
}

/** A large hospital's morning is more than one partition takes (1,000 writes a second). */
export const lookupShards = 10

/** The partition key of one shard of a facility's day. */
export function lookupPartition(facility: FacilityCode, day: Day, shard: number): string {
  return `AUD#${facility}#${day.replaceAll('-', '')}#${shard}`
}

function shardOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) % lookupShards
}
