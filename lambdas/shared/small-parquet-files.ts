import parquetjs from 'parquetjs-lite'

/** A column of text that every row has; the small files hold nothing else. */
export interface SmallColumn {
  readonly name: string
}

/** Writes a Parquet file in snappy at `path`, for what is small enough to do without the big engine. */
export async function writeSmallParquet(
  path: string,
  columns: readonly SmallColumn[],
  rows: readonly Readonly<Record<string, string>>[],
) {
  const schema = new parquetjs.ParquetSchema(
    Object.fromEntries(columns.map(({ name }) => [name, { type: 'UTF8', compression: 'SNAPPY' }])),
  )
  const writer = await parquetjs.ParquetWriter.openFile(schema, path)
  for (const row of rows) await writer.appendRow(row)
  await writer.close()
}
