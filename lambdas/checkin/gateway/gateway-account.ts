import { type FacilityCode, isFacilityCode } from '../../registry/facility-code.ts'
import type { Secret } from './secret.ts'

/** By which a facility's hospital software comes: one for each facility. */
export interface GatewayAccount {
  readonly username: Username
  readonly facility: FacilityCode
  readonly secret: Secret
}

/** What became of accounts that an operator locked. */
export interface AccountLocks {
  /** They are given no session, and none of theirs is honoured. */
  readonly locked: ReadonlySet<Username>
  /** When an account was last locked, whether or not it still is. Whole seconds. */
  readonly lastLocked: ReadonlyMap<Username, Date>
}

export type Username = string & { readonly __brand: 'Username' }

/** The portal's own form: the facility's code and `_BV`. */
export function usernameOf(facility: FacilityCode): Username {
  return `${facility}${suffix}` as Username
}

/** Letter case does no harm; undefined when it is not of the portal's form. */
export function parseUsername(
  text: string,
): { readonly username: Username; readonly facility: FacilityCode } | undefined {
  const username = text.trim().toUpperCase()
  const facility = username.slice(0, -suffix.length)
  return username.endsWith(suffix) && isFacilityCode(facility)
    ? { username: username as Username, facility }
    : undefined
}

const suffix = '_BV'
