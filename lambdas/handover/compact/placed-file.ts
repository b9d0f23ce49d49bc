import type { DatasetName } from '../datasets.ts'

/** A final file, as its recipient will have it. */
export interface PlacedFile {
  readonly recipient: string
  readonly dataset: DatasetName
  readonly province: string
  /** `<dataset>/province=<NN>/part-<nnnnn>-<sha8>.parquet`, below the recipient's snapshot or change set. */
  readonly name: string
  readonly sha256: string
  readonly bytes: number
  /** By the file's own footer. */
  readonly rows: number
}

/** Of a change set, and what its rows say. */
export interface PlacedChanges extends PlacedFile {
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
}
