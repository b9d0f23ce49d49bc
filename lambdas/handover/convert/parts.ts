/** What one item of the export holds: a household, a person with all its cards, or what one person contributed to one scheme. */
export const aggregates = ['households', 'persons', 'contributors'] as const
export type Aggregate = (typeof aggregates)[number]

/**
 * Parts are what the items of one data file become: flat rows by province, every field that the registry holds.
 * They are ours alone; datasets and agreements are cut from them.
 */
export const partKinds = ['households', 'persons', 'cards', 'contributions'] as const
export type PartKind = (typeof partKinds)[number]

export const partsOf: Readonly<Record<Aggregate, readonly PartKind[]>> = {
  households: ['households'],
  persons: ['persons', 'cards'],
  contributors: ['contributions'],
}

/** The column by which a province's rows are cut where they are many. */
export const placeOf: Readonly<Record<Aggregate, string>> = {
  households: 'ward_code',
  persons: 'ward_code',
  contributors: 'agency_code',
}

/** The kind of part that has a row an item; none where an item is nothing but its list. */
export const ownKindOf: Readonly<Record<Aggregate, PartKind | undefined>> = {
  households: 'households',
  persons: 'persons',
  contributors: undefined,
}

/** What tells one row of a kind from another. */
export const rowKeyOf: Readonly<Record<PartKind, readonly string[]>> = {
  households: ['household_id'],
  persons: ['person_id'],
  cards: ['person_id', 'card_number', 'valid_from'],
  contributions: ['person_id', 'scheme', 'first_month', 'employer_code'],
}

/** The key of the item that a row is of, as `itemKey` says it. */
export const itemKeyOf: Readonly<Record<PartKind, string>> = {
  households: `'H#' || household_id || ' H'`,
  persons: `'P#' || person_id || ' P'`,
  cards: `'P#' || person_id || ' P'`,
  contributions: `'P#' || person_id || ' C#' || scheme`,
}

/** An item's key in one text; what is not there is empty. From what has a `PK` and an `SK`. */
export function itemKey(from: string): string {
  return `coalesce(${from}.PK.S, '') || ' ' || coalesce(${from}.SK.S, '')`
}

/** An item's list of what is a row each, and what of the item itself stands on each row. */
export interface List {
  readonly attribute: string
  readonly kind: PartKind
  readonly carried: readonly string[]
  /** Attributes that tell one element of the list from another. */
  readonly key: readonly [string, string]
}

export const listOf: Readonly<Partial<Record<Aggregate, List>>> = {
  persons: {
    attribute: 'cards',
    kind: 'cards',
    carried: ['person_id', 'ward_code', 'province_code'],
    key: ['cardNumber', 'validFrom'],
  },
  contributors: {
    attribute: 'periods',
    kind: 'contributions',
    carried: ['person_id', 'scheme'],
    key: ['firstMonth', 'employerCode'],
  },
}
