import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { type Command, commandOf, type Given, type Outcome } from '../command.ts'
import { facilityOf, facilityOption } from '../facility.ts'
import { enrolFacility, lockFacility, unlockFacility } from '../facility-account.ts'
import { loadOfficers } from '../facility-officers.ts'
import { stateOption } from '../state.ts'

const usage = '--facility F [--state DIR]'

export const command: Command = commandOf(
  {
    summary:
      'Give a facility’s hospital software an account, say who may ask by it, lock it · Cấp tài khoản cho phần mềm bệnh viện, nạp danh sách cán bộ, khóa tài khoản',
    of: 'a facility',
    options: { ...stateOption, ...facilityOption },
  },
  {
    enrol: { takes: [], usage, run: atFacility(enrolFacility) },
    officers: { takes: ['FILE'], usage, run: atFacility(loadOfficers) },
    lock: { takes: [], usage, run: atFacility(lockFacility) },
    unlock: { takes: [], usage, run: atFacility(unlockFacility) },
  },
)

function atFacility(act: (given: Given, facility: FacilityCode) => Promise<Outcome>) {
  return async (given: Given) => act(given, facilityOf(given))
}
