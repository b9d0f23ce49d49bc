import type { ItemKind } from '../registry/items.ts'
import { itemKinds } from '../registry/items.ts'
import { type Agreement, coversPeople } from './agreement.ts'
import type { Converted } from './convert-engine.ts'
import { HandoverFault } from './fault.ts'
import type { Matched } from './match-engine.ts'
import { addCounts, type WardCount } from './ward-count.ts'

/** What the whole export came to, before a final file is written. */
export interface Tally {
  readonly items: Readonly<Record<ItemKind, number>>
  /** By recipient, every ward once. */
  readonly selected: Readonly<Record<string, readonly WardCount[]>>
  readonly absent: Matched['absent']
  readonly moving: number
}

export function tallyUp(
  converted: readonly Pick<Converted, 'items' | 'selected'>[],
  matched: readonly Matched[],
): Tally {
  const recipients = Object.keys(converted[0]?.selected ?? {})
  return {
    items: Object.fromEntries(
      itemKinds.map(kind => [kind, sum(converted, ({ items }) => items[kind])]),
    ) as Tally['items'],
    selected: Object.fromEntries(
      recipients.map(recipient => [recipient, byWard(converted.map(({ selected }) => selected[recipient] ?? []))]),
    ),
    absent: matched.flatMap(({ absent }) => absent),
    moving: sum(matched, ({ moving }) => moving),
  }
}

/** @throws HandoverFault when more people of a province point at an absent household than the agreement allows. */
export function checkExceptions({ selected, absent }: Tally, agreement: Agreement) {
  if (!coversPeople(agreement)) return
  const { recipient, exceptionsPerThousand } = agreement
  const persons = new Map<string, number>()
  for (const { province, persons: more } of selected[recipient] ?? [])
    persons.set(province, (persons.get(province) ?? 0) + more)
  for (const [province, strays] of Map.groupBy(absent, ({ province }) => province)) {
    const handedOver = persons.get(province)
    if (handedOver === undefined) continue
    const allowed = Math.floor((handedOver * exceptionsPerThousand) / 1000)
    if (strays.length > allowed) {
      throw new HandoverFault(
        'too-many-exceptions',
        `province ${province} for ${recipient}`,
        `${strays.length} people belong to a household that is not there, the agreement allows ${allowed}`,
      )
    }
  }
}

function byWard(counts: readonly (readonly WardCount[])[]): readonly WardCount[] {
  const sums = new Map<string, WardCount>()
  for (const some of counts) addCounts(sums, some)
  return [...sums.values()].sort((a, b) => a.ward.localeCompare(b.ward))
}

function sum<Element>(elements: readonly Element[], of: (element: Element) => number): number {
  return elements.reduce((total, element) => total + of(element), 0)
}
