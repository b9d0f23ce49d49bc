/** Loads at the first call and again once the value is so many milliseconds old; a failure is forgotten, so that the next call tries again. */
export function loadedFor<Value>(
  milliseconds: number,
  load: () => Promise<Value>,
  clock: () => Date,
): () => Promise<Value> {
  let loading: { readonly value: Promise<Value>; readonly at: number } | undefined
  return () => {
    const now = clock().getTime()
    if (!loading || now - loading.at >= milliseconds) {
      const value = load()
      const mine = { value, at: now }
      loading = mine
      value.catch(() => {
        if (loading === mine) loading = undefined
      })
    }
    return loading.value
  }
}
