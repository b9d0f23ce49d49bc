export type PersonId = string & { readonly __brand: 'PersonId' }

/** Eleven Crockford base-32 characters in upper case: permanent, and without meaning, so that it may stand in keys. */
export const personIdForm = /^[0-9A-HJKMNP-TV-Z]{11}$/

export function isPersonId(value: unknown): value is PersonId {
  return typeof value === 'string' && personIdForm.test(value)
}

/** Reads lower case, spaces and hyphens, and the letters people mistake for digits (O, I and L). */
export function parsePersonId(text: string): PersonId | undefined {
  const characters = text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  return isPersonId(characters) ? characters : undefined
}

export function formatPersonId(id: PersonId): string {
  return `${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8)}`
}
