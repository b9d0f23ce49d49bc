import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'

/** So much of a file's end is read at once: a footer of ours has some 5 KB, and what a longer one has more is read after it. */
const initialFetchSize = 64 * 1024

/** The rows that a Parquet file's footer claims, by a reader that did not write it. */
export async function footerRows(path: string): Promise<number> {
  return Number((await parquetMetadataAsync(await asyncBufferFromFile(path), { initialFetchSize })).num_rows)
}
