import type { Column } from '../../handover/datasets.ts'

/** What is sealed: who looked, and what does not belong in a table to which entries are only ever added. */
export const sealedNames = ['lookups', 'tampering'] as const
export type SealedName = (typeof sealedNames)[number]

/** What became of an entry that no card check does: it was changed, removed before its time, or put in by other hands. */
export const tamperings = ['altered', 'deleted', 'forged'] as const
export type Tampering = (typeof tamperings)[number]

const lookupColumns: readonly Column[] = [
  {
    name: 'number_hash',
    type: 'text',
    required: true,
    sensitivity: 'personal',
    en: 'Keyed hash of the number that was presented',
    vi: 'Mã băm có khóa của số đã xuất trình',
  },
  { name: 'instant', type: 'instant', required: true, sensitivity: 'open', en: 'When', vi: 'Thời điểm tra cứu' },
  {
    name: 'facility',
    type: 'text',
    required: true,
    sensitivity: 'open',
    en: 'Facility that looked',
    vi: 'Cơ sở khám chữa bệnh đã tra cứu',
  },
  {
    name: 'officer',
    type: 'text',
    required: false,
    sensitivity: 'personal',
    en: 'Who looked, in the facility’s own words',
    vi: 'Người tra cứu, theo cơ sở khai báo',
  },
  {
    name: 'officer_hash',
    type: 'text',
    required: false,
    sensitivity: 'personal',
    en: 'Keyed hash of the national id of who looked',
    vi: 'Mã băm có khóa của số định danh của người tra cứu',
  },
  { name: 'purpose', type: 'text', required: true, sensitivity: 'open', en: 'What for', vi: 'Mục đích tra cứu' },
  { name: 'id', type: 'text', required: true, sensitivity: 'open', en: 'Lookup', vi: 'Mã lượt tra cứu' },
]

export const sealedColumns: Readonly<Record<SealedName, readonly Column[]>> = {
  lookups: lookupColumns,
  tampering: [
    {
      name: 'tampering',
      type: 'text',
      required: true,
      sensitivity: 'open',
      values: tamperings,
      en: `What was done: ${tamperings.join(', ')}`,
      vi: 'Hành vi: sửa, xóa trước hạn hoặc giả mạo',
    },
    {
      name: 'written_at',
      type: 'instant',
      required: false,
      sensitivity: 'open',
      en: 'When the table was written to',
      vi: 'Thời điểm ghi vào bảng',
    },
    {
      name: 'key',
      type: 'text',
      required: true,
      sensitivity: 'open',
      en: 'Key of the entry in the table',
      vi: 'Khóa của mục trong bảng',
    },
    ...lookupColumns.map(column => ({ ...column, required: false })),
  ],
}

/** Rows of a person stand together, his looks in the order in which they came. */
export const sealedOrder: Readonly<Record<SealedName, readonly string[]>> = {
  lookups: ['number_hash', 'instant', 'id'],
  tampering: ['key', 'tampering'],
}
