import type { Agreement } from '../agreement.ts'
import { type DatasetName, datasetNames } from '../datasets.ts'
import { sha256Hex } from '../schemas.ts'
import { SharingRefusal } from './sharing-refusal.ts'

/** Each share has the one schema. Names hold neither dots nor capitals: readers split on dots, and compare as they like. */
export const schemaName = 'handover'

/** A recipient's share: all that its agreement grants, under the recipient's own name. */
export function shareOf({ recipient }: Agreement) {
  return { name: recipient, id: permanentId(recipient) }
}

export function schemaOf({ recipient }: Agreement) {
  return { name: schemaName, share: recipient }
}

export function tablesOf(agreement: Agreement) {
  const { name: share, id: shareId } = shareOf(agreement)
  return datasetNames
    .filter(name => agreement.datasets[name])
    .map(name => ({
      name,
      schema: schemaName,
      share,
      shareId,
      id: permanentId(`${share}/${name}`),
      accessModes: ['url'] as const,
    }))
}

export type SharedTable = ReturnType<typeof tablesOf>[number]

/** What a path names. */
export interface Named {
  readonly share?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
}

/** @throws SharingRefusal when the path names a share that is not the recipient's, or a schema that no share has. */
export function checkNames({ recipient }: Agreement, { share = '', schema = schemaName }: Named) {
  if (share.toLowerCase() !== recipient || schema.toLowerCase() !== schemaName)
    throw new SharingRefusal('no-such-resource')
}

/** @throws SharingRefusal when the recipient has no such table. */
export function tableNamed(agreement: Agreement, named: Named): SharedTable {
  checkNames(agreement, named)
  const table = tablesOf(agreement).find(({ name }) => name === (named.table?.toLowerCase() as DatasetName))
  if (!table) throw new SharingRefusal('no-such-resource')
  return table
}

/** A UUID (RFC 9562, version 8) that the name alone decides. */
function permanentId(name: string): string {
  const hex = sha256Hex(`bangiao sharing ${name}`)
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0b0011) | 0b1000).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}
