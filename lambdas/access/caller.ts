import * as z from 'zod'
import { type FacilityCode, isFacilityCode } from '../registry/facility-code.ts'

/** For whom a client acts: a facility at its desk, or the recipient of an agreement. */
export const party = z.discriminatedUnion('role', [
  z.object({ role: z.literal('facility'), facility: z.custom<FacilityCode>(isFacilityCode) }),
  z.object({ role: z.literal('recipient'), recipient: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/) }),
])
export type Party = z.infer<typeof party>
export type Role = Party['role']

/** Who calls, as an access token says it. */
export type Caller = Party & { readonly client: string }
