import type { Random } from './random.ts'

/** Draws one of the values, each as often as its weight says, in constant time (alias method, Vose 1991). */
export type Draw<Value> = (random: Random) => Value

export function weighted<Value>(choices: readonly (readonly [value: Value, weight: number])[]): Draw<Value> {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0)
  if (!(total > 0)) throw new Error(`the weights add up to ${total}; at least one must be above 0`)
  const columns = choices.map(([value, weight]) => ({ value, alias: value, height: (weight * choices.length) / total }))
  const low = columns.filter(({ height }) => height < 1)
  const high = columns.filter(({ height }) => height >= 1)
  for (let short = low.pop(), tall = high.at(-1); short && tall; short = low.pop(), tall = high.at(-1)) {
    short.alias = tall.value
    tall.height -= 1 - short.height
    if (tall.height < 1) low.push(high.pop() as typeof tall)
  }
  return random => {
    const at = random.next() * columns.length
    const column = columns[Math.floor(at)] as (typeof columns)[number]
    return at % 1 < column.height ? column.value : column.alias
  }
}
