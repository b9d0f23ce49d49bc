import type { Agreement } from './agreement.ts'
import { type DatasetName, datasetNames } from './datasets.ts'
import { HandoverFault } from './fault.ts'
import type { Tally } from './tally.ts'

export interface Excepted {
  readonly personId: string
  readonly province: string
  readonly cards: number
}

/** What one recipient's final files came to. */
export interface Result {
  readonly files: readonly { readonly dataset: DatasetName; readonly province: string; readonly rows: number }[]
  readonly excepted: readonly Excepted[]
}

/**
 * The footers of the final files hold what was counted on the parsed export less the exceptions, dataset by dataset and
 * province by province.
 * @throws HandoverFault that names the first dataset and province where they do not.
 */
export function reconcile(agreement: Agreement, { selected }: Tally, { files, excepted }: Result) {
  const counted = selected[agreement.recipient] ?? []
  for (const dataset of datasetNames.filter(name => agreement.datasets[name])) {
    const expected = new Map<string, number>()
    for (const count of counted) add(expected, count.province, rowsOf[dataset](count))
    for (const { province, cards } of excepted)
      add(expected, province, -rowsOf[dataset]({ households: 0, persons: 1, cards }))
    const written = new Map<string, number>()
    for (const file of files) if (file.dataset === dataset) add(written, file.province, file.rows)
    for (const province of new Set([...expected.keys(), ...written.keys()])) {
      const [must, has] = [expected.get(province) ?? 0, written.get(province) ?? 0]
      if (must !== has) {
        throw new HandoverFault(
          'rows-lost',
          `${dataset} of province ${province} for ${agreement.recipient}`,
          `the files hold ${has} rows, ${must} were counted in the export`,
        )
      }
    }
  }
}

interface Counts {
  readonly households: number
  readonly persons: number
  readonly cards: number
}

const rowsOf: Readonly<Record<DatasetName, (count: Counts) => number>> = {
  households: ({ households }) => households,
  persons: ({ persons }) => persons,
  cards: ({ cards }) => cards,
  eligibility: ({ persons }) => persons,
}

function add(sums: Map<string, number>, province: string, more: number) {
  sums.set(province, (sums.get(province) ?? 0) + more)
}
