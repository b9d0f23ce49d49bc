import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Readonly<Record<string, AttributeValue>>

/** The item as DynamoDB JSON, binary values in base64. */
export function itemJson(item: Item): string {
  return JSON.stringify(item, holdsBinary(item) ? binaryAsBase64 : undefined)
}

function holdsBinary(map: Item): boolean {
  for (const name in map) {
    const value = map[name]
    if (value?.B || value?.BS) return true
    if (value?.M && holdsBinary(value.M)) return true
    if (value?.L?.some(member => holdsBinary({ member }))) return true
  }
  return false
}

/** Reads the value from its holder, because a Buffer has turned into an object of its own before it gets here. */
function binaryAsBase64(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const held = this[name]
  return held instanceof Uint8Array ? Buffer.from(held).toString('base64') : value
}

/**
 * Bytes for which DynamoDB bills: names and values in UTF-8, a number half a byte a digit and one,
 * 3 for a list or map and 1 for each member.
 */
export function itemBytes(item: Item): number {
  let bytes = 0
  for (const name in item) {
    const value = item[name]
    if (value) bytes += Buffer.byteLength(name) + valueBytes(value)
  }
  return bytes
}

function valueBytes(value: AttributeValue): number {
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
