import list from '../../reference/ethnic-groups.json' with { type: 'json' }

/** Two digits: 01 to 54, and 55 and 99, which Vietnam Social Security adds. */
export type EthnicCode = string & { readonly __brand: 'EthnicCode' }

const names = new Map(list.ethnicGroups.map(({ code, name }) => [code, name]))

export const ethnicCodes: readonly string[] = [...names.keys()]

export function isEthnicCode(value: unknown): value is EthnicCode {
  return typeof value === 'string' && names.has(value)
}

export function ethnicGroupName(code: EthnicCode): string {
  return names.get(code) as string
}
