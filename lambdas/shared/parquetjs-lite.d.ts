/** The part of parquetjs-lite 0.8.7 that we use; it comes without types, and as CommonJS. */
declare module 'parquetjs-lite' {
  export interface Field {
    readonly type: string
    readonly compression?: 'UNCOMPRESSED' | 'GZIP' | 'SNAPPY'
    readonly optional?: boolean
  }
  class ParquetSchema {
    constructor(fields: Record<string, Field>)
  }
  class ParquetWriter {
    static openFile(schema: ParquetSchema, path: string): Promise<ParquetWriter>
    setRowGroupSize(rows: number): void
    appendRow(row: object): Promise<void>
    close(): Promise<void>
  }
  class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>
    getCursor(): { next(): Promise<Record<string, unknown> | null> }
    close(): Promise<void>
  }
  const parquetjs: {
    readonly ParquetSchema: typeof ParquetSchema
    readonly ParquetWriter: typeof ParquetWriter
    readonly ParquetReader: typeof ParquetReader
  }
  export default parquetjs
}
