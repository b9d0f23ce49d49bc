import type { ItemKind } from '../../registry/items.ts'
import { itemKinds } from '../../registry/items.ts'
import { type Agreement, asksFor } from '../agreement.ts'
import type { Matched, Stray } from '../convert/match-engine.ts'
import type { Aggregate, PartKind } from '../convert/parts.ts'
import { addCounts, type PlaceCount, sortedCounts } from '../convert/place-count.ts'
import { HandoverFault } from '../fault.ts'

/** What the whole export came to, before a final file is written. */
export interface Tally {
  readonly items: Readonly<Record<ItemKind, number>>
  /** By recipient, every place once. */
  readonly selected: Selected
  readonly absent: Matched['absent']
  readonly moving: number
  readonly headAbsent: number
}

/** All but who is absent, who stand apart: a child that compacts asks for them alone, and places are many. */
export type PlacedTally = Omit<Tally, 'absent'>

/** By recipient: what its agreement's rows come to, place by place. */
export type Selected = Readonly<Record<string, readonly PlaceCount[]>>

/** What is left out where somebody points at what is absent: the aggregate, and the kind of part whose rows are counted. */
export const leftOut: Readonly<Record<Stray['reason'], { readonly aggregate: Aggregate; readonly kind: PartKind }>> = {
  'household-absent': { aggregate: 'persons', kind: 'persons' },
  'person-absent': { aggregate: 'contributors', kind: 'contributions' },
}

/** Sums what children found, one outcome at a time and in any order. */
export class GrowingTally {
  readonly #items = new Map<ItemKind, number>(itemKinds.map(kind => [kind, 0]))
  readonly #places: ReadonlyMap<string, Map<string, PlaceCount>>
  readonly #absent: Stray[] = []
  #moving = 0
  #headAbsent = 0

  constructor(recipients: readonly string[]) {
    this.#places = new Map(recipients.map(recipient => [recipient, new Map()]))
  }

  addItems(items: Tally['items']) {
    for (const [kind, counted] of this.#items) this.#items.set(kind, counted + items[kind])
  }

  addSelected(selected: Selected) {
    for (const [recipient, places] of this.#places) addCounts(places, selected[recipient] ?? [])
  }

  addMatched({ absent, moving, headAbsent }: Matched) {
    for (const stray of absent) this.#absent.push(stray)
    this.#moving += moving
    this.#headAbsent += headAbsent
  }

  sum(): Tally {
    return {
      items: Object.fromEntries(this.#items) as Tally['items'],
      selected: Object.fromEntries([...this.#places].map(([recipient, places]) => [recipient, sortedCounts(places)])),
      absent: this.#absent.toSorted(byPerson),
      moving: this.#moving,
      headAbsent: this.#headAbsent,
    }
  }
}

function byPerson(one: Stray, other: Stray): number {
  return one.personId.localeCompare(other.personId) || one.reason.localeCompare(other.reason)
}

/** @throws HandoverFault when more rows of a province point at something absent than the agreement allows. */
export function checkExceptions({ selected, absent }: Tally, agreement: Agreement) {
  const { recipient, exceptionsPerThousand } = agreement
  for (const [reason, strays] of Map.groupBy(absent, ({ reason }) => reason)) {
    const { aggregate, kind } = leftOut[reason]
    if (!asksFor(agreement, aggregate)) continue
    const handedOver = new Map<string, number>()
    for (const { province, rows } of selected[recipient] ?? [])
      handedOver.set(province, (handedOver.get(province) ?? 0) + (rows[kind] ?? 0))
    for (const [province, ofProvince] of Map.groupBy(strays, ({ province }) => province)) {
      const allowed = Math.floor(((handedOver.get(province) ?? 0) * exceptionsPerThousand) / 1000)
      const left = sum(ofProvince, stray => rowsFor(agreement, stray))
      if (handedOver.get(province) && left > allowed) {
        throw new HandoverFault(
          'too-many-exceptions',
          `province ${province} for ${recipient}`,
          `${left} rows of ${kind} are left out as ${reason}, the agreement allows ${allowed}; take in the ${missing[reason]} that they point at, then start again`,
        )
      }
    }
  }
}

const missing: Readonly<Record<Stray['reason'], string>> = {
  'household-absent': 'households',
  'person-absent': 'persons',
}

/** How many rows the agreement would have let through. */
function rowsFor({ rows: { schemes } }: Agreement, stray: Stray): number {
  if (stray.reason === 'household-absent') return 1
  return schemes?.includes(stray.scheme) === false ? 0 : stray.rows
}

function sum<Element>(elements: readonly Element[], of: (element: Element) => number): number {
  return elements.reduce((total, element) => total + of(element), 0)
}
