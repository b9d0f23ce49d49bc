import type { Agreement } from '../agreement.ts'
import type { Stray } from '../convert/match-engine.ts'
import { type DatasetName, datasets } from '../datasets.ts'
import { HandoverFault } from '../fault.ts'
import type { Excepted } from './compact-engine.ts'
import type { Comparison } from './plan.ts'
import type { PlacedTally } from './tally.ts'

/** Somebody whom a recipient's files leave out. */
export interface LeftOut extends Excepted {
  readonly province: string
  readonly reason: Stray['reason']
}

/** What one recipient's final files came to. */
export interface Result {
  readonly files: readonly { readonly dataset: DatasetName; readonly province: string; readonly rows: number }[]
  readonly excepted: readonly Pick<LeftOut, 'province' | 'rows'>[]
}

/**
 * The footers of the final files hold what was counted on the parsed export less the exceptions, dataset by dataset and
 * province by province.
 * @throws HandoverFault that names the first dataset and province where they do not.
 */
export function reconcile(agreement: Agreement, { selected }: PlacedTally, { files, excepted }: Result) {
  const counted = selected[agreement.recipient] ?? []
  for (const { name, counts } of datasets.filter(({ name }) => agreement.datasets[name])) {
    const expected = new Map<string, number>()
    for (const { province, rows } of counted) add(expected, province, rows[counts] ?? 0)
    for (const { province, rows } of excepted) add(expected, province, -(rows[counts] ?? 0))
    const written = new Map<string, number>()
    for (const file of files) if (file.dataset === name) add(written, file.province, file.rows)
    for (const province of new Set([...expected.keys(), ...written.keys()])) {
      const [must, has] = [expected.get(province) ?? 0, written.get(province) ?? 0]
      if (must !== has) {
        throw new HandoverFault(
          'rows-lost',
          `${name} of province ${province} for ${agreement.recipient}`,
          `the files hold ${has} rows, ${must} were counted in the export`,
        )
      }
    }
  }
}

/**
 * What a recipient had, with the changes, comes to what it has now.
 * @throws HandoverFault where it does not.
 */
export function reconcileChanges(
  { recipient, dataset, province, earlier }: Comparison,
  changes: readonly (Place & { readonly inserts: number; readonly deletes: number })[],
  files: readonly (Place & { readonly rows: number })[],
) {
  const isHere = (file: Place) => file.dataset === dataset && file.province === province
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const here = changes.filter(isHere)
  const had = sum(earlier.map(({ rows }) => rows))
  const has = sum(files.filter(isHere).map(({ rows }) => rows))
  const [inserts, deletes] = [sum(here.map(({ inserts }) => inserts)), sum(here.map(({ deletes }) => deletes))]
  if (had + inserts - deletes !== has) {
    throw new HandoverFault(
      'rows-lost',
      `changes of ${dataset} of province ${province} for ${recipient}`,
      `${had} rows, ${inserts} inserts and ${deletes} deletes do not come to ${has}`,
    )
  }
}

interface Place {
  readonly dataset: DatasetName
  readonly province: string
}

function add(sums: Map<string, number>, province: string, more: number) {
  sums.set(province, (sums.get(province) ?? 0) + more)
}
