import { type Column, type Dataset, datasets } from '../../lambdas/handover/datasets.ts'
import { changeTypeColumn, exceptionColumns, exceptionsName } from '../../lambdas/handover/schemas.ts'
import type { Sensitivity } from '../../lambdas/registry/field.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/datasets.md`: the data dictionary, from the datasets themselves. */
export function datasetsPage(): string {
  return `# Datasets

What a handover may hold; the recipient's agreement, frozen into the manifest, says which datasets, columns and rows it does hold.
Codes are listed in [codes.md](codes.md), where there are not too many of them.

${markdownTable(['sensitivity', 'says', ...datasets.map(({ name }) => name)], sensitivities.map(sensitivityRow))}
${datasets.map(section).join('\n')}
## changes

A change set holds the same columns, of which a deleted row says its key and \`province_code\` alone, and one more:

${markdownTable(header, [row(changeTypeColumn)])}

## ${exceptionsName}

Who is left out of a handover, and why; it may be empty.

${markdownTable(header, exceptionColumns.map(row))}
`
}

const sensitivities: readonly (readonly [Sensitivity, says: string])[] = [
  ['open', 'nothing of a person by itself'],
  ['personal', 'something of a person beside its row'],
  ['identifying', 'who it is'],
]

function sensitivityRow([sensitivity, says]: readonly [Sensitivity, string]): readonly string[] {
  const columns = datasets.map(({ columns }) => columns.filter(column => column.sensitivity === sensitivity).length)
  return [sensitivity, says, ...columns.map(String)]
}

function section({ name, en, vi, key, order, columns }: Dataset): string {
  return `
## ${name}

${en}. *${vi}.* Key: ${list(key)}. Sorted by ${list(order)}.

${markdownTable(header, columns.map(row))}
`
}

const header = ['column', 'type', 'null', 'values', 'sensitivity', 'official name', 'meaning']

function row({ name, type, required, sensitivity, official, en, vi, codes, values }: Column): readonly string[] {
  return [
    `\`${name}\``,
    parquetTypes[type],
    required ? 'never' : 'may be',
    codes ? `[codes](../reference/${codes})` : list(values ?? []),
    sensitivity,
    official ? `\`${official}\`` : '',
    `${en} · ${vi}`,
  ]
}

const parquetTypes = { text: 'STRING', day: 'DATE', integer: 'INT32', instant: 'TIMESTAMP(MICROS, UTC)' } as const

function list(names: readonly string[]): string {
  return names.map(name => `\`${name}\``).join(', ')
}
