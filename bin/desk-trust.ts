import { readDesk } from '../lambdas/checkin/pack/desk-files.ts'
import type { DeskTrust } from '../lambdas/checkin/pack/pack.ts'
import { claimedFacility } from '../lambdas/checkin/pack/pack-header.ts'
import { isFacilityCode } from '../lambdas/registry/facility-code.ts'
import { UsageError } from './command.ts'
import { deskDirOf } from './state.ts'

/** What this device holds for a facility. @throws UsageError when it is not enrolled. */
export async function deskTrust(stateDir: string, facility: string): Promise<DeskTrust> {
  const trust = await readDesk(deskDirOf(stateDir, facility))
  if (trust) return trust
  throw new UsageError(
    `this device holds no keys of facility ${facility} below ${stateDir}: pack build leaves them there, or copy the folder that it names · thiết bị chưa được cấp khóa của cơ sở này`,
  )
}

/** The same for the facility that a pack names, whose keys then prove it or not. @throws UsageError */
export async function trustForPack(stateDir: string, file: Buffer): Promise<DeskTrust | 'unknown-format'> {
  const facility = claimedFacility(file)
  return isFacilityCode(facility) ? deskTrust(stateDir, facility) : 'unknown-format'
}
