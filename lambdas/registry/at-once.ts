/** Works on every value, so many at a time; the results stand in the order of the values. After a failure no further one begins. */
export async function atOnce<Value, Result>(
  most: number,
  values: readonly Value[],
  work: (value: Value) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = values.entries()
  let failed = false
  const worker = async () => {
    for (const [index, value] of waiting) {
      if (failed) return
      results[index] = await work(value).catch(error => {
        failed = true
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, values.length) }, worker))
  return results
}
