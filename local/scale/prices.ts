import list from '../../reference/aws-prices.json' with { type: 'json' }

export interface Price {
  readonly code: string
  readonly usd: number
  readonly per: string
  /** Whether it was read in AWS's own price list. */
  readonly confirmed: boolean
}

export const pricesAsOf = list.date

const prices = new Map(list.prices.map(price => [price.code, price as Price]))

export function priceOf(code: string): Price {
  const price = prices.get(code)
  if (!price) throw new Error(`no price ${code}; reference/aws-prices.json must list one`)
  return price
}
