import { z } from 'zod'
import { accepted, field, formed, month, text } from './field.ts'
import { isPersonId } from './person-id.ts'
import { isProvinceCode } from './provinces.ts'

export const schemes = ['social', 'health', 'unemployment'] as const
export type Scheme = (typeof schemes)[number]

/** At most so many periods of one scheme does an item carry. */
export const maximumPeriods = 500

/** Bytes of an item of periods, at most: what is left below 409,600 (DynamoDB's item limit) is for what the store adds. */
export const maximumPeriodsBytes = 400_000

/** Months in which somebody contributed to one scheme through one employer on one salary. */
export const contribution = z.strictObject({
  personId: field(accepted(isPersonId, 'eleven Crockford base-32 characters'), {
    type: 'text',
    sensitivity: 'personal',
    en: 'Person who contributes',
    vi: 'Mã định danh nội bộ của người tham gia',
  }),
  scheme: field(z.enum(schemes), {
    type: 'text',
    sensitivity: 'open',
    en: 'Scheme: social, health or unemployment insurance',
    vi: 'Loại bảo hiểm: xã hội (social), y tế (health), thất nghiệp (unemployment)',
  }),
  firstMonth: field(month, {
    type: 'month',
    official: 'tuThang',
    sensitivity: 'personal',
    en: 'First month',
    vi: 'Từ tháng',
  }),
  lastMonth: field(month.optional(), {
    type: 'month',
    official: 'denThang',
    sensitivity: 'personal',
    en: 'Last month, none while the period goes on',
    vi: 'Đến tháng',
  }),
  employerCode: field(formed(/^[A-Z0-9]{4,12}$/, 'four to twelve capital letters and digits'), {
    type: 'text',
    official: 'maDvi',
    sensitivity: 'personal',
    en: 'Employer, or the agent through whom those who pay for themselves contribute',
    vi: 'Mã đơn vị tham gia',
  }),
  employerName: field(text.optional(), {
    type: 'text',
    official: 'tenDvi',
    sensitivity: 'personal',
    en: 'Name of the employer',
    vi: 'Tên đơn vị',
  }),
  salaryBase: field(z.int({ error: 'whole đồng a month' }).min(0).max(1_000_000_000), {
    type: 'integer',
    official: 'mucLuong',
    sensitivity: 'personal',
    en: 'Monthly salary or income that the contribution is reckoned from, VND',
    vi: 'Mức tiền lương, thu nhập làm căn cứ đóng (đồng/tháng)',
  }),
  agencyCode: field(formed(/^[0-9]{3,6}$/, 'three to six digits'), {
    type: 'text',
    official: 'maCqbh',
    sensitivity: 'open',
    en: 'Social-insurance agency that collects',
    vi: 'Mã cơ quan BHXH thu',
  }),
  provinceCode: field(accepted(isProvinceCode, 'one of the 34 province codes in force since 2025-07-01'), {
    type: 'text',
    official: 'maTinh',
    sensitivity: 'open',
    en: 'Province of the agency, wherever the person lives',
    vi: 'Mã tỉnh của cơ quan BHXH thu',
    codes: 'provinces.json',
  }),
})

export type Contribution = z.infer<typeof contribution>
/** What of it stands in the item of one person and one scheme. */
export type Period = Omit<Contribution, 'personId' | 'scheme'>
