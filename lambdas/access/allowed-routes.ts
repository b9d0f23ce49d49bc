import * as z from 'zod'
import type { Caller, Role } from './caller.ts'

/** A route that asks for an access token, and the role that it is for. */
const route = z.object({ method: z.string(), path: z.string(), role: z.enum(['facility', 'recipient']) })
export type ProtectedRoute = z.infer<typeof route>
export const protectedRoutes = z.array(route).readonly()

/** Each role owns what lies below its own name in a path. */
const owner: Readonly<Record<Role, string>> = { facility: '{facilityCode}', recipient: '{recipient}' }

/** What a caller may call: `POST/facilities/01007/card-checks`. A segment that is left open in a path is any, in IAM's `*`. */
export function allowedRoutes(routes: readonly ProtectedRoute[], caller: Caller): readonly string[] {
  const name = caller.role === 'facility' ? caller.facility : caller.recipient
  return routes
    .filter(({ role }) => role === caller.role)
    .map(({ method, path }) => method + path.replace(owner[caller.role], name).replaceAll(/\{.+?\}/g, '*'))
}
