import { z } from 'zod'
import { latestPayload } from '../../handover/latest.ts'
import { type FlattenedJws, flattenedFault, type Jwks, type SignatureFault } from '../../handover/signature.ts'
import { logName } from './seal-manifest.ts'

/** What `latest.json` of the log says under its signature. */
export const latestSeal = z.object({
  log: z.literal(logName),
  sequence: z.int().min(0),
  manifestKey: z.string(),
  manifestSha256: z.string(),
  /** The first instant that is not sealed yet. */
  to: z.iso.datetime(),
  nextDue: z.iso.datetime(),
})
export type LatestSeal = z.infer<typeof latestSeal>

/** What it says, once its signature holds. */
export async function readLatestSeal(
  bytes: Uint8Array,
  jwks: Jwks,
): Promise<LatestSeal | SignatureFault | 'malformed'> {
  try {
    const fault = await flattenedFault(JSON.parse(Buffer.from(bytes).toString()) as FlattenedJws, jwks)
    return fault ?? latestSeal.parse(latestPayload(bytes))
  } catch {
    return 'malformed'
  }
}
