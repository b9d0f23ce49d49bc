import { z } from 'zod'
import { areaCodes } from './benefit-levels.ts'
import { cardNumberForm, isCardNumber } from './card-number.ts'
import { facilityCodeForm, isFacilityCode } from './facility-code.ts'
import { accepted, day, field, oneOf, whole } from './field.ts'

export const recallReasons = [
  'died',
  'reissued',
  'duplicate',
  'decreased',
  'moved-out-of-province',
  'moved-within-province',
  're-enrolled',
  'stopped',
] as const
export type RecallReason = (typeof recallReasons)[number]

/** At most so many cards does a person item carry: 400 KB (DynamoDB's item limit) hold about a thousand. */
export const maximumCards = 200

/** One period of cover: the same number may be issued again for the next one. */
export const card = z.strictObject({
  cardNumber: field(
    accepted(isCardNumber, 'two letters, a level from 1 to 5 and twelve digits', {
      pattern: cardNumberForm,
    }),
    {
      type: 'text',
      official: 'maThe',
      sensitivity: 'identifying',
      en: 'Card number as printed',
      vi: 'Mã thẻ BHYT',
    },
  ),
  validFrom: field(day, {
    type: 'day',
    official: 'gtTheTu',
    sensitivity: 'personal',
    en: 'First day of cover',
    vi: 'Giá trị thẻ từ ngày',
  }),
  validTo: field(day.optional(), {
    type: 'day',
    official: 'gtTheDen',
    sensitivity: 'personal',
    en: 'Last day of cover, none while it is open',
    vi: 'Giá trị thẻ đến ngày',
  }),
  facilityCode: field(
    accepted(isFacilityCode, 'two digits and three digits or capital letters', { pattern: facilityCodeForm }),
    {
      type: 'text',
      official: 'maDKBD',
      sensitivity: 'personal',
      en: 'Facility of initial registration',
      vi: 'Mã nơi đăng ký khám chữa bệnh ban đầu',
      codes: 'facilities.json',
    },
  ),
  areaCode: field(oneOf(areaCodes).optional(), {
    type: 'text',
    official: 'maKV',
    sensitivity: 'personal',
    en: 'Area of hardship or island',
    vi: 'Mã khu vực',
    codes: 'benefit-levels.json',
  }),
  fiveYearsFrom: field(day.optional(), {
    type: 'day',
    official: 'ngayDu5Nam',
    sensitivity: 'personal',
    en: 'Day from which five years of cover are continuous',
    vi: 'Ngày đủ 5 năm liên tục',
  }),
  issuedOn: field(day, {
    type: 'day',
    official: 'ngayCap',
    sensitivity: 'personal',
    en: 'Day of issue',
    vi: 'Ngày cấp thẻ',
  }),
  recalledOn: field(day.optional(), {
    type: 'day',
    sensitivity: 'personal',
    en: 'First day on which the card no longer counts',
    vi: 'Ngày thu hồi thẻ',
  }),
  recallReason: field(oneOf(recallReasons).optional(), {
    type: 'text',
    sensitivity: 'personal',
    en: 'Why the card was recalled',
    vi: 'Lý do thu hồi',
  }),
  enrolmentOrder: field(whole(1, 99, 'a whole number, 1 to 99').optional(), {
    type: 'integer',
    sensitivity: 'personal',
    en: 'Order among the members of the household who enrol together (GD only)',
    vi: 'Thứ tự tham gia theo hộ gia đình (GD)',
  }),
  contributionShare: field(whole(40, 100, 'a percentage, 40 to 100').optional(), {
    type: 'integer',
    sensitivity: 'personal',
    en: 'Share of the first member’s contribution, percent (GD only)',
    vi: 'Tỷ lệ đóng so với người thứ nhất (GD), %',
  }),
})

export type Card = z.infer<typeof card>
