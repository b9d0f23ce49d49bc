import type { FeedRecord } from '../../lambdas/registry/feeds.ts'
import {
  contributionsItem,
  householdItem,
  numberItem,
  personItem,
  type RegistryItem,
} from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import { numbersOf } from '../../lambdas/registry/person-numbers.ts'
import type { WrittenExport } from '../dynamodb/export-files.ts'
import { type FullExport, writeExportDirectory } from '../dynamodb/table-export.ts'
import type { Item } from '../dynamodb/table-item.ts'
import { feedRecords } from './feed-records.ts'
import { type Home, type NationOptions, nation } from './nation.ts'

/** A nation as the export of a registry that holds just it, without the registry: for measuring, and for tests of the converter. */
export function writeNationExport(
  options: NationOptions,
  target: Pick<FullExport, 'dir' | 'files'>,
  onProgress: (peopleDone: number) => void = () => {},
): Promise<WrittenExport> {
  const exportTime = new Date(`${options.today}T01:00:00Z`)
  return writeExportDirectory(items(options, onProgress), {
    ...target,
    bucket: 'bangiao-exports',
    exportId: `${exportTime.getTime()}0-${options.seed.toString(16).padStart(8, '0')}`,
    tableArn: 'arn:aws:dynamodb:ap-southeast-1:000000000000:table/bangiao-registry',
    tableId: '00000000-0000-4000-8000-000000000000',
    exportTime,
    partitionKey: 'PK',
    clock: () => exportTime,
  })
}

async function* items(options: NationOptions, onProgress: (peopleDone: number) => void): AsyncGenerator<Item> {
  let people = 0
  for (const home of nation(options)) {
    for (const item of homeItems(home)) yield item as Item
    people += home.members.length
    if (people % 1000 < home.members.length) onProgress(people)
  }
}

const hashKey = Buffer.from('synthetic')

function homeItems(home: Home): readonly RegistryItem[] {
  const { households, persons, cards, contributions } = feedRecords(home)
  const periods = Map.groupBy(contributions, ({ personId, scheme }) => `${personId} ${scheme}`)
  const people = persons.flatMap(person => {
    const held = cards.filter(({ personId }) => personId === person.personId).map(({ personId: _, ...card }) => card)
    const numbers = numbersOf(person, held).map(number => numberItem(numberHash(hashKey, number.number), number))
    return [personItem(person, held), ...numbers]
  })
  const contributed = [...periods.values()].map(held => {
    const [{ personId, scheme }] = held as [FeedRecord<'contributions'>]
    return contributionsItem({
      personId,
      scheme,
      periods: held.map(({ personId: _, scheme: __, ...period }) => period),
    })
  })
  return [...households.map(householdItem), ...people, ...contributed]
}
