/** A value as DynamoDB and its export write it. */
interface Value {
  readonly S?: string
  readonly N?: string
  readonly M?: Readonly<Record<string, Value>>
  readonly L?: readonly Value[]
  readonly SS?: readonly string[]
  readonly NS?: readonly string[]
  readonly B?: Uint8Array
  readonly BS?: readonly Uint8Array[]
}

/**
 * Bytes for which DynamoDB bills: names and values in UTF-8, a number half a byte a digit and one,
 * 3 for a list or map and 1 for each member.
 */
export function itemBytes(item: Readonly<Record<string, Value>>): number {
  let bytes = 0
  for (const name in item) {
    const value = item[name]
    if (value) bytes += Buffer.byteLength(name) + valueBytes(value)
  }
  return bytes
}

function valueBytes(value: Value): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberBytes(value.N)
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M)
  if (value.L !== undefined) return 3 + total(value.L, member => 1 + valueBytes(member))
  if (value.SS !== undefined) return total(value.SS, member => Buffer.byteLength(member))
  if (value.NS !== undefined) return total(value.NS, numberBytes)
  if (value.B !== undefined) return value.B.byteLength
  if (value.BS !== undefined) return total(value.BS, member => member.byteLength)
  return 1
}

function numberBytes(number: string): number {
  return 1 + Math.ceil(number.replace(/e.*$|[^0-9]/gi, '').replace(/^0+|0+$/g, '').length / 2)
}

function total<Member>(members: readonly Member[], bytes: (member: Member) => number): number {
  return members.reduce((sum, member) => sum + bytes(member), 0)
}
