/** A value as an SQL string literal. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** The rows of Parquet files as a relation, the names of their folders left aside. */
export function rowsOfFiles(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal)}], hive_partitioning = false)`
}
