import type { FeedRecord } from '../../lambdas/registry/feeds.ts'
import { contributionsItem, householdItem, numberItem, personItem } from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import { numbersOf } from '../../lambdas/registry/person-numbers.ts'
import type { WrittenExport } from '../dynamodb/export-files.ts'
import { type FullExport, writeExportDirectory } from '../dynamodb/table-export.ts'
import type { Item } from '../dynamodb/table-item.ts'
import { type FeedRecords, feedRecords } from './feed-records.ts'
import { type NationOptions, nation } from './nation.ts'

/** A nation as the export of a registry that holds just it, without the registry: for measuring, and for tests of the converter. */
export function writeNationExport(
  options: NationOptions,
  target: Pick<FullExport, 'dir' | 'files'>,
  onProgress: (peopleDone: number) => void = () => {},
): Promise<WrittenExport> {
  const exportTime = new Date(`${options.today}T01:00:00Z`)
  return writeExportDirectory(items(options, onProgress), {
    ...target,
    ...exportedRegistry,
    exportId: `${exportTime.getTime()}0-${options.seed.toString(16).padStart(8, '0')}`,
    exportTime,
    partitionKey: 'PK',
    clock: () => exportTime,
  })
}

/** What the exports of a registry that nobody runs say of their table. */
export const exportedRegistry = {
  bucket: 'bangiao-exports',
  tableArn: 'arn:aws:dynamodb:ap-southeast-1:000000000000:table/bangiao-registry',
  tableId: '00000000-0000-4000-8000-000000000000',
} as const

async function* items(options: NationOptions, onProgress: (peopleDone: number) => void): AsyncGenerator<Item> {
  let people = 0
  for (const home of nation(options)) {
    for (const item of registryItems(feedRecords(home))) yield item
    people += home.members.length
    if (people % 1000 < home.members.length) onProgress(people)
  }
}

const hashKey = Buffer.from('synthetic')

/** What the registry holds once these have been taken in: whatever a person has must be among them. */
export function registryItems({ households, persons, cards, contributions }: FeedRecords): readonly Item[] {
  const cardsOf = Map.groupBy(cards, ({ personId }) => personId)
  const periods = Map.groupBy(contributions, ({ personId, scheme }) => `${personId} ${scheme}`)
  const people = persons.flatMap(person => {
    const held = (cardsOf.get(person.personId) ?? []).map(({ personId: _, ...card }) => card)
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
  return [...households.map(householdItem), ...people, ...contributed] as readonly Item[]
}
