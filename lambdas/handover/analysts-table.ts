import { provinceCodes } from '../registry/provinces.ts'
import type { Agreement } from './agreement.ts'
import { type Column, type ColumnType, datasets } from './datasets.ts'
import { changeTypeColumn, columnsOf } from './schemas.ts'

/** One dataset of a recipient as a table of Athena's. */
export interface HandoverTable {
  readonly name: string
  readonly description: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string }[]
  readonly provinces: readonly string[]
  /** Below the bucket, with `${sequence}` and `${province}` where the query's own stand. */
  readonly location: string
}

/** A table for every dataset that the agreement grants, `persons`, and one for its change sets, `persons_changes`. */
export function handoverTables(agreement: Agreement): readonly HandoverTable[] {
  const { recipient, rows } = agreement
  return datasets
    .filter(({ name }) => agreement.datasets[name])
    .flatMap(({ name, en, vi }) => {
      const columns = columnsOf(agreement, name)
      const table = { description: `${en} · ${vi}`, provinces: rows.provinceCodes ?? provinceCodes }
      const at = (form: string) => `${recipient}/${form}/\${sequence}/${name}/province=\${province}/`
      return [
        { ...table, name, columns: columns.map(inAthena), location: at('snapshots') },
        {
          ...table,
          name: `${name}_changes`,
          columns: [...columns, changeTypeColumn].map(inAthena),
          location: at('changes'),
        },
      ]
    })
}

const athenaTypes: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  day: 'date',
  integer: 'int',
  instant: 'timestamp',
}

function inAthena({ name, type, en, vi }: Column) {
  return { name, type: athenaTypes[type], comment: `${en} · ${vi}`.slice(0, longestComment) }
}

/** Characters (AWS Glue API, column). */
const longestComment = 255
