import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb'
import { addDays, type Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { PersonId } from '../../registry/person-id.ts'
import { registryStore } from '../../registry/registry-store.ts'
import { atOnce } from '../../shared/at-once.ts'
import { lookupPartition, lookupShards } from '../lookups/lookup-store.ts'
import { lookupDays } from '../lookups/lookups-table.ts'

export interface SeenPeople {
  /** Whoever was looked at by the facility in the twelve months until that day, for which the table keeps lookups. */
  until(facility: FacilityCode, day: Day): Promise<readonly PersonId[]>
}

const partitionsAtOnce = 16

export function seenPeopleStore(
  db: DynamoDBClient,
  { registryTable, lookupsTable }: { readonly registryTable: string; readonly lookupsTable: string },
): SeenPeople {
  const hashesIn = async (partition: string) => {
    const hashes: string[] = []
    const query = {
      TableName: lookupsTable,
      KeyConditionExpression: 'PK = :partition',
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ProjectionExpression: 'numberHash',
    }
    for await (const { Items = [] } of paginateQuery({ client: db }, query))
      hashes.push(...Items.map(({ numberHash }) => numberHash?.S as string))
    return hashes
  }
  return {
    async until(facility, day) {
      const days = Array.from({ length: lookupDays }, (_, back) => addDays(day, -back))
      const partitions = days.flatMap(day =>
        Array.from({ length: lookupShards }, (_, shard) => lookupPartition(facility, day, shard)),
      )
      const hashes = new Set((await atOnce(partitionsAtOnce, partitions, hashesIn)).flat())
      const named = await registryStore(db, registryTable).namedBy([...hashes])
      return [...new Set([...named.values()].map(({ personId }) => personId))]
    },
  }
}
