import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { argument, type Command, type Given, type Outcome, UsageError } from '../command.ts'
import { facilityOf, facilityOption } from '../facility.ts'
import { enrolFacility, lockFacility, unlockFacility } from '../facility-account.ts'
import { loadOfficers } from '../facility-officers.ts'
import { stateOption } from '../state.ts'

const actions: Readonly<Record<string, (given: Given, facility: FacilityCode) => Promise<Outcome>>> = {
  enrol: enrolFacility,
  officers: loadOfficers,
  lock: lockFacility,
  unlock: unlockFacility,
}

export const command: Command = {
  summary:
    'Give a facility’s hospital software an account, say who may ask by it, lock it · Cấp tài khoản cho phần mềm bệnh viện, nạp danh sách cán bộ, khóa tài khoản',
  usage: 'enrol | officers FILE | lock | unlock --facility F [--state DIR]',
  options: { ...stateOption, ...facilityOption },
  async run(given) {
    const names = Object.keys(actions).join(', ')
    const action = actions[argument(given, 0, `one of ${names}`)]
    if (!action) throw new UsageError(`what can be done with a facility is ${names}`)
    return action(given, facilityOf(given))
  },
}
