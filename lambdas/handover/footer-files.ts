import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'

/** The rows that a Parquet file's footer claims, by a reader that did not write it. */
export async function footerRows(path: string): Promise<number> {
  return Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows)
}
