import list from '../../reference/relationships.json' with { type: 'json' }

/** Two digits, 00 to 22: what a member is to the head of the household. */
export type RelationshipCode = string & { readonly __brand: 'RelationshipCode' }

const relationships = new Map(list.relationships.map(relationship => [relationship.code, relationship]))

export const relationshipCodes: readonly string[] = [...relationships.keys()]

export function isRelationshipCode(value: unknown): value is RelationshipCode {
  return typeof value === 'string' && relationships.has(value)
}

/** Rightly spelt, also where the portal errs. */
export function relationshipName(code: RelationshipCode): { readonly en: string; readonly vi: string } {
  const { name, spelling } = relationships.get(code) as (typeof list.relationships)[number]
  return { en: name.en, vi: spelling ?? name.vi }
}
