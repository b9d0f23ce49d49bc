import { type Column, type Dataset, datasets } from '../../lambdas/handover/datasets.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/datasets.md`: the data dictionary, from the datasets themselves. */
export function datasetsPage(): string {
  return `# Datasets

What a handover may hold; the recipient's agreement, frozen into the manifest, says which datasets, columns and rows it does hold.
Sensitivity: \`open\` says nothing of a person by itself, \`personal\` does beside its row, \`identifying\` tells who it is.
${datasets.map(section).join('\n')}`
}

function section({ name, en, vi, key, order, columns }: Dataset): string {
  return `
## ${name}

${en}. *${vi}.* Key: ${list(key)}. Sorted by ${list(order)}.

${markdownTable(['column', 'type', 'null', 'sensitivity', 'official name', 'meaning'], columns.map(row))}
`
}

function row({ name, type, required, sensitivity, official, en, vi, codes }: Column): readonly string[] {
  const meaning = `${en} · ${vi}${codes ? ` ([codes](../reference/${codes}))` : ''}`
  return [
    `\`${name}\``,
    parquetTypes[type],
    required ? 'never' : 'may be',
    sensitivity,
    official ? `\`${official}\`` : '',
    meaning,
  ]
}

const parquetTypes = { text: 'STRING', day: 'DATE', integer: 'INT32', instant: 'TIMESTAMP(MICROS, UTC)' } as const

function list(names: readonly string[]): string {
  return names.map(name => `\`${name}\``).join(', ')
}
