export type PersonId = string & { readonly __brand: 'PersonId' }

/** Eleven Crockford base-32 characters in upper case: permanent, without meaning, so that it may stand in keys, and printed nowhere. */
export const personIdForm = /^[0-9A-HJKMNP-TV-Z]{11}$/

export function isPersonId(value: unknown): value is PersonId {
  return typeof value === 'string' && personIdForm.test(value)
}
