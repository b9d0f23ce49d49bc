import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb'
import { addDays, type Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { type Month, monthOf } from '../../registry/month.ts'
import type { PersonId } from '../../registry/person-id.ts'
import { registryStore } from '../../registry/registry-store.ts'
import { atOnce } from '../../shared/at-once.ts'
import { lookupPartition, lookupShards } from '../lookups/lookup-store.ts'
import { lookupDays } from '../lookups/lookups-table.ts'

export interface SeenPeople {
  /**
   * Whoever was looked at by the facility in the twelve months until that day, for which the table keeps lookups. What came of a look does
   * not stand there, since it is written beside the reads: one that identified nobody counts as well.
   */
  until(facility: FacilityCode, day: Day): Promise<readonly PersonId[]>
}

const partitionsAtOnce = 16

export function seenPeopleStore(
  db: DynamoDBClient,
  { registryTable, lookupsTable }: { readonly registryTable: string; readonly lookupsTable: string },
): SeenPeople {
  const hashesIn = async (partition: string, from: Date, to: Date) => {
    const hashes: string[] = []
    const query = {
      TableName: lookupsTable,
      KeyConditionExpression: 'PK = :partition AND SK BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':partition': { S: partition },
        ':from': { S: from.toISOString() },
        ':to': { S: to.toISOString() },
      },
      ProjectionExpression: 'numberHash',
    }
    for await (const { Items = [] } of paginateQuery({ client: db }, query))
      hashes.push(...Items.map(({ numberHash }) => numberHash?.S as string))
    return hashes
  }
  return {
    async until(facility, day) {
      const [first, after] = [addDays(day, 1 - lookupDays), addDays(day, 1)]
      const partitions = monthsFrom(first, day).flatMap(month =>
        Array.from({ length: lookupShards }, (_, shard) => lookupPartition(facility, month, shard)),
      )
      const hashesOf = (partition: string) => hashesIn(partition, midnight(first), midnight(after))
      const hashes = new Set((await atOnce(partitionsAtOnce, partitions, hashesOf)).flat())
      const named = await registryStore(db, registryTable).namedBy([...hashes])
      return [...new Set([...named.values()].map(({ personId }) => personId))]
    },
  }
}

function monthsFrom(first: Day, last: Day): readonly Month[] {
  const months = [monthOf(first)]
  for (let day = first; day <= last; day = addDays(day, 1))
    if (monthOf(day) !== months.at(-1)) months.push(monthOf(day))
  return months
}

/** The first instant of a day in Vietnam. */
function midnight(day: Day): Date {
  return new Date(`${day}T00:00:00+07:00`)
}
