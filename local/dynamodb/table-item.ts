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
