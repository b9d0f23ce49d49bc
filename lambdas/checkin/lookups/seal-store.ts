import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ledgerDocuments, ledgerKey, stillAt } from '../../handover/ledger-documents-store.ts'
import { sequenceText } from '../../handover/manifest.ts'
import { markOf, type OpenSeal, type SealEntry } from './seal.ts'

/** The ledger of seals: how far the log of lookups has come. */
export interface Seals {
  newest(): Promise<SealEntry | undefined>
  /** False when the sequence is taken. */
  begin(entry: OpenSeal): Promise<boolean>
  /** False when somebody else has moved it on from `from`. */
  move(from: OpenSeal, to: SealEntry): Promise<boolean>
}

export function sealStore(db: DynamoDBClient, ledgerTable: string): Seals {
  const { put, newest } = ledgerDocuments(db, ledgerTable)
  const putEntry = (entry: SealEntry, from: OpenSeal | undefined) =>
    put(ledgerKey(partition, `SEAL#${sequenceText(entry.seal.sequence)}`), entry, {
      marks: { state: { S: markOf(entry) } },
      expression: stillAt('state', from && markOf(from)),
    })
  return {
    async newest() {
      for await (const entry of newest<SealEntry>({ S: partition }, 'SEAL#')) return entry
      return undefined
    },
    begin: entry => putEntry(entry, undefined),
    move: (from, to) => putEntry(to, from),
  }
}

const partition = 'LOOKUPS'
