import { z } from 'zod'
import { accepted, day, field, oneOf } from './field.ts'
import { householdIdForm, isHouseholdId } from './household-id.ts'
import { isPersonId, personIdForm } from './person-id.ts'
import { residence } from './residence.ts'

export const householdStates = ['active', 'closed'] as const

/** A household as it is registered: who heads it and where it lives, in today's units and the former ones. */
export const household = z.strictObject({
  householdId: field(accepted(isHouseholdId, 'ten digits', { pattern: householdIdForm }), {
    type: 'text',
    official: 'maHo',
    sensitivity: 'personal',
    en: 'Household',
    vi: 'Mã hộ gia đình',
  }),
  headPersonId: field(
    accepted(isPersonId, 'eleven Crockford base-32 characters', { pattern: personIdForm }).optional(),
    {
      type: 'text',
      sensitivity: 'personal',
      en: 'Person who heads the household',
      vi: 'Chủ hộ',
    },
  ),
  ...residence,
  registeredOn: field(day, {
    type: 'day',
    official: 'ngayKeKhai',
    sensitivity: 'personal',
    en: 'Day the household was declared',
    vi: 'Ngày kê khai hộ',
  }),
  state: field(oneOf(householdStates), {
    type: 'text',
    official: 'trangThai',
    sensitivity: 'open',
    en: 'Whether the household still exists',
    vi: 'Trạng thái hộ',
  }),
})

export type Household = z.infer<typeof household>
