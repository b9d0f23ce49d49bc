import {
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

export type Row = Readonly<Record<string, unknown>>

export interface ReadBack {
  readonly metadata: FileMetaData
  readonly rows: readonly Row[]
  /** Every page of the file as it was before it was compressed. */
  readonly pages: readonly Uint8Array[]
}

/** The whole of a Parquet file, by a reader that shares no code with its writer. */
export async function readBack(path: string): Promise<ReadBack> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const pages: Uint8Array[] = []
  const rows = await parquetReadObjects({ file, metadata, compressors: keeping(pages) })
  return { metadata, rows, pages }
}

function keeping(pages: Uint8Array[]): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [
      codec,
      (input: Uint8Array, outputLength: number) => {
        const page = decompress(input, outputLength)
        pages.push(page)
        return page
      },
    ]),
  )
}
