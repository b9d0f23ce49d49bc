import { z } from 'zod'
import { isBirthDate } from './birth-date.ts'
import { ethnicCodes, isEthnicCode } from './ethnic-groups.ts'
import { accepted, day, field, formed, oneOf, text, whole } from './field.ts'
import { householdIdForm, isHouseholdId } from './household-id.ts'
import { insuranceNumberForm, isInsuranceNumber } from './insurance-number.ts'
import { isNationalId, nationalIdForm } from './national-id.ts'
import { isPersonId, personIdForm } from './person-id.ts'
import { formerProvinceCodes, isFormerProvinceCode } from './provinces.ts'
import { isRelationshipCode, relationshipCodes } from './relationships.ts'
import { residence } from './residence.ts'

/** As in the official messages: 1 male, 2 female, 3 not known. The desk says `Nam` and `Nữ`. */
export const sexes = ['1', '2', '3'] as const
export const identityStates = ['verified', 'unverified', 'mismatched'] as const

const insuranceNumber = accepted(isInsuranceNumber, 'ten digits, not all zeros', insuranceNumberForm)

/** A member of a household, insured or not, living or dead. */
export const person = z.strictObject({
  personId: field(accepted(isPersonId, 'eleven Crockford base-32 characters', { pattern: personIdForm }), {
    type: 'text',
    sensitivity: 'personal',
    en: 'Person, for life',
    vi: 'Mã định danh nội bộ của người',
  }),
  householdId: field(accepted(isHouseholdId, 'ten digits', { pattern: householdIdForm }), {
    type: 'text',
    official: 'maHo',
    sensitivity: 'personal',
    en: 'Household of the person',
    vi: 'Mã hộ gia đình',
  }),
  relationshipCode: field(accepted(isRelationshipCode, 'a relationship code, 00 to 22', { codes: relationshipCodes }), {
    type: 'text',
    official: 'mqhChuHo',
    sensitivity: 'personal',
    en: 'Relationship to the head of the household',
    vi: 'Mối quan hệ với chủ hộ',
    codes: 'relationships.json',
  }),
  householdOrder: field(whole(1, 99, 'a whole number, 1 to 99'), {
    type: 'integer',
    official: 'sttHo',
    sensitivity: 'open',
    en: 'Order in the household, from 1',
    vi: 'Số thứ tự trong hộ',
  }),
  fullName: field(text, {
    type: 'text',
    official: 'hoTen',
    sensitivity: 'identifying',
    en: 'Full name',
    vi: 'Họ và tên',
  }),
  birthDate: field(accepted(isBirthDate, 'yyyy, yyyy-mm or yyyy-mm-dd'), {
    type: 'birth',
    official: 'ngaySinh',
    sensitivity: 'identifying',
    en: 'Birth date, the first day that it can have been',
    vi: 'Ngày sinh',
  }),
  sex: field(oneOf(sexes), {
    type: 'text',
    official: 'gioiTinh',
    sensitivity: 'personal',
    en: 'Sex: 1 male, 2 female, 3 not known',
    vi: 'Giới tính: 1 nam, 2 nữ, 3 chưa xác định',
  }),
  ethnicCode: field(accepted(isEthnicCode, 'an ethnic code, 01 to 55 or 99', { codes: ethnicCodes }), {
    type: 'text',
    official: 'danToc',
    sensitivity: 'personal',
    en: 'Ethnic group',
    vi: 'Dân tộc',
    codes: 'ethnic-groups.json',
  }),
  nationality: field(formed(/^[A-Z]{2}$/, 'an ISO 3166 country code'), {
    type: 'text',
    official: 'quocTich',
    sensitivity: 'personal',
    en: 'Nationality, ISO 3166-1 alpha-2',
    vi: 'Quốc tịch',
  }),
  nationalId: field(accepted(isNationalId, 'twelve digits, the first a 0', { pattern: nationalIdForm }).optional(), {
    type: 'text',
    official: 'soCCCD',
    sensitivity: 'identifying',
    en: 'National id',
    vi: 'Số định danh cá nhân',
  }),
  insuranceNumber: field(insuranceNumber.optional(), {
    type: 'text',
    official: 'maSoBHXH',
    sensitivity: 'identifying',
    en: 'Social-insurance number',
    vi: 'Mã số BHXH',
  }),
  formerInsuranceNumber: field(insuranceNumber.optional(), {
    type: 'text',
    sensitivity: 'identifying',
    en: 'Social-insurance number that the present one replaced',
    vi: 'Mã số BHXH cũ đã được thay',
  }),
  birthProvinceCode: field(
    accepted(isFormerProvinceCode, 'one of the 63 province codes in force until 2025-06-30', {
      codes: formerProvinceCodes,
    }).optional(),
    {
      type: 'text',
      official: 'maTinhKS',
      sensitivity: 'personal',
      en: 'Province where the birth was registered, by the units before 1 July 2025',
      vi: 'Mã tỉnh đăng ký khai sinh',
      codes: 'former-provinces.json',
    },
  ),
  phone: field(formed(/^\+84[0-9]{9,10}$/, '+84 and nine or ten digits').optional(), {
    type: 'text',
    official: 'soDienThoai',
    sensitivity: 'identifying',
    en: 'Telephone number',
    vi: 'Số điện thoại',
  }),
  ...residence,
  identityState: field(oneOf(identityStates), {
    type: 'text',
    sensitivity: 'personal',
    en: 'Whether the national population database confirmed the identity',
    vi: 'Trạng thái xác thực danh tính',
  }),
  identityVerifiedOn: field(day.optional(), {
    type: 'day',
    sensitivity: 'personal',
    en: 'Day the identity was confirmed',
    vi: 'Ngày xác thực danh tính',
  }),
  diedOn: field(day.optional(), {
    type: 'day',
    official: 'ngayTuVong',
    sensitivity: 'personal',
    en: 'Day of death',
    vi: 'Ngày tử vong',
  }),
})

export type Person = z.infer<typeof person>
