/**
 * Works on every value, so many at a time; the results stand in the order of the values. After a failure nothing more
 * begins, and it is thrown once all have come to rest.
 */
export async function atOnce<Value, Result>(
  most: number,
  values: readonly Value[],
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const failures: unknown[] = []
  const waiting = values.entries()
  const worker = async () => {
    for (const [index, value] of waiting) {
      if (failures.length > 0) return
      await work(value).then(
        result => {
          results[index] = result
        },
        failure => failures.push(failure),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, values.length) }, worker))
  if (failures.length > 0) throw failures[0]
  return results
}
