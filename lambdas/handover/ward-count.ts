export interface WardCount {
  readonly province: string
  readonly ward: string
  readonly households: number
  readonly persons: number
  readonly cards: number
}

/** Adds counts to the sums by ward. */
export function addCounts(sums: Map<string, WardCount>, counts: Iterable<WardCount>) {
  for (const one of counts) {
    const sum = sums.get(one.ward)
    sums.set(one.ward, {
      ...one,
      households: one.households + (sum?.households ?? 0),
      persons: one.persons + (sum?.persons ?? 0),
      cards: one.cards + (sum?.cards ?? 0),
    })
  }
}
