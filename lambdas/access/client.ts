import * as z from 'zod'
import { publicJwks } from '../handover/signature.ts'
import { party } from './caller.ts'

/**
 * Software that may ask for access tokens: for whom it acts, and the public keys that it signs with, two while one follows the other,
 * none once it is shut out.
 */
export const client = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/),
  party,
  keys: publicJwks,
})
export type Client = z.infer<typeof client>
