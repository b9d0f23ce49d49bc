import { cardReasons, personReasons } from '../checkin/coverage.ts'
import { coverageSql } from '../checkin/coverage-sql.ts'
import { birthPrecisions } from '../registry/birth-date.ts'
import { card } from '../registry/card.ts'
import { contribution } from '../registry/contribution.ts'
import { columnName, type Field, type FieldFacts, fieldsOf } from '../registry/field.ts'
import { household } from '../registry/household.ts'
import { person } from '../registry/person.ts'
import type { Aggregate, PartKind } from './convert/parts.ts'

export const datasetNames = ['households', 'persons', 'cards', 'contributions', 'eligibility'] as const
export type DatasetName = (typeof datasetNames)[number]

export function isDatasetName(name: string): name is DatasetName {
  return datasetNames.some(known => known === name)
}

export type ColumnType = 'text' | 'day' | 'integer' | 'instant'

export interface Column extends Omit<FieldFacts, 'type'> {
  readonly name: string
  readonly type: ColumnType
  /** Whether every row has a value. */
  readonly required: boolean
  /** All that it may be, where no list of codes says so. */
  readonly values?: readonly string[]
}

export interface Dataset {
  readonly name: DatasetName
  readonly en: string
  readonly vi: string
  /** Whose parts it is cut from. */
  readonly aggregate: Aggregate
  /** It has as many rows as the parts of this kind. */
  readonly counts: PartKind
  readonly key: readonly string[]
  /** Files are sorted by these, so that a reader's statistics prune by ward. */
  readonly order: readonly string[]
  readonly columns: readonly Column[]
  /** Every column, from a relation a kind of part, as of a day in Vietnam (`yyyy-mm-dd`). */
  readonly select: (parts: Readonly<Record<PartKind, string>>, day: string) => string
}

const shown = ['card_number', 'area_code', 'facility_code', 'valid_from', 'valid_to', 'five_years_from']
const deciding = [...shown, 'issued_on', 'recalled_on']

export const datasets: readonly Dataset[] = [
  {
    name: 'households',
    en: 'Households, one row each',
    vi: 'Hộ gia đình, mỗi hộ một dòng',
    aggregate: 'households',
    counts: 'households',
    key: ['household_id'],
    order: ['ward_code', 'household_id'],
    columns: columnsOf(fieldsOf(household)),
    select: ({ households }) => `SELECT * FROM ${households}`,
  },
  {
    name: 'persons',
    en: 'Members of households, insured or not, living or dead, one row each',
    vi: 'Thành viên hộ gia đình, mỗi người một dòng',
    aggregate: 'persons',
    counts: 'persons',
    key: ['person_id'],
    order: ['ward_code', 'household_id', 'person_id'],
    columns: columnsOf(fieldsOf(person)),
    select: ({ persons }) => `SELECT * FROM ${persons}`,
  },
  {
    name: 'cards',
    en: 'Health-insurance cards, every one ever issued, one row a period of cover',
    vi: 'Thẻ BHYT đã cấp, mỗi giai đoạn giá trị một dòng',
    aggregate: 'persons',
    counts: 'cards',
    key: ['person_id', 'card_number', 'valid_from'],
    order: ['ward_code', 'person_id', 'valid_from', 'card_number'],
    columns: [...holder(), ...columnsOf(fieldsOf(card)), objectCode(true), printedLevel()],
    select: ({ cards }) =>
      `SELECT *, card_number[1:2] AS object_code, card_number[3]::INTEGER AS printed_level FROM ${cards}`,
  },
  {
    name: 'contributions',
    en: 'Contributions to social, health and unemployment insurance, one row a period with one employer',
    vi: 'Quá trình đóng BHXH, BHYT, BHTN, mỗi giai đoạn đóng tại một đơn vị một dòng',
    aggregate: 'contributors',
    counts: 'contributions',
    key: ['person_id', 'scheme', 'first_month', 'employer_code'],
    order: ['agency_code', 'person_id', 'scheme', 'first_month', 'employer_code'],
    columns: columnsOf(fieldsOf(contribution)),
    select: ({ contributions }) => `SELECT * FROM ${contributions}`,
  },
  {
    name: 'eligibility',
    en: 'Card eligibility on the day of the cut, one row a person: the card in force, or the reason why none',
    vi: 'Tình trạng giá trị thẻ tại ngày chốt dữ liệu, mỗi người một dòng',
    aggregate: 'persons',
    counts: 'persons',
    key: ['person_id'],
    order: ['ward_code', 'person_id'],
    columns: [...holder(), reason(), ...inForce()],
    select: ({ persons, cards }, day) => `SELECT person_id, ward_code, province_code, reason, held.card_number,
      held.card_number[1:2] AS object_code, CASE WHEN held IS NOT NULL THEN level END AS level,
      held.area_code, held.facility_code, held.valid_from, held.valid_to, held.five_years_from
      FROM (SELECT *, CASE WHEN reason = 'in-force' THEN card END AS held FROM (${coverageSql(
        `(SELECT person_id, ward_code, province_code, died_on FROM ${persons})`,
        `(SELECT person_id, ${deciding} FROM ${cards})`,
        day,
      )}))`,
  },
]

/** How files of some of a dataset's columns are sorted: by its order as far as they have it, then by its key. */
export function orderWithin(name: DatasetName, columns: readonly string[]): readonly string[] {
  const { key, order } = datasetNamed(name)
  return [...order.filter(column => columns.includes(column)), ...key]
}

export function datasetNamed(name: DatasetName): Dataset {
  return datasets.find(dataset => dataset.name === name) as Dataset
}

function columnsOf(fields: readonly Field[]): Column[] {
  return fields.flatMap(({ name, type, ...about }) => {
    const column = { ...about, name: columnName(name) }
    if (type === 'month')
      return [{ ...column, type: 'day', en: `${about.en}: its first day`, vi: `${about.vi}: ngày đầu tháng` }]
    if (type !== 'birth') return [{ ...column, type }]
    const precision = {
      name: `${column.name}_precision`,
      type: 'text',
      required: column.required,
      sensitivity: 'personal',
      values: birthPrecisions,
      official: 'loaiNgaySinh',
      en: 'How far the birth date is known: day, month or year',
      vi: 'Độ chính xác của ngày sinh: ngày, tháng hoặc năm',
    } as const
    return [{ ...column, type: 'day' }, precision]
  })
}

/** Who holds a card, and where that person lives: on each row, so that nobody needs a join to cut by province. */
function holder(): Column[] {
  return columnsOf(fieldsOf(person)).filter(({ name }) => ['person_id', 'ward_code', 'province_code'].includes(name))
}

function inForce(): Column[] {
  const [number, ...others] = columnsOf(fieldsOf(card))
    .filter(({ name }) => shown.includes(name))
    .sort((a, b) => shown.indexOf(a.name) - shown.indexOf(b.name))
    .map(column => ({ ...column, required: false })) as [Column, ...Column[]]
  return [number, objectCode(false), level(), ...others]
}

function reason(): Column {
  return {
    name: 'reason',
    type: 'text',
    required: true,
    sensitivity: 'personal',
    values: [...cardReasons, ...personReasons],
    en: `in-force, or why no card is: ${[...cardReasons.slice(1), ...personReasons].join(', ')}`,
    vi: 'Thẻ còn giá trị (in-force) hoặc lý do không có thẻ giá trị',
  }
}

function objectCode(required: boolean): Column {
  return {
    name: 'object_code',
    type: 'text',
    required,
    sensitivity: 'personal',
    codes: 'object-codes.json',
    en: 'Object code, the first two characters of the card number',
    vi: 'Mã đối tượng',
  }
}

function printedLevel(): Column {
  return {
    name: 'printed_level',
    type: 'integer',
    required: true,
    sensitivity: 'personal',
    codes: 'benefit-levels.json',
    en: 'Benefit level as printed, the third character of the card number',
    vi: 'Mức hưởng in trên thẻ',
  }
}

function level(): Column {
  return {
    name: 'level',
    type: 'integer',
    required: false,
    sensitivity: 'personal',
    codes: 'benefit-levels.json',
    en: 'Benefit level by law on the day, whatever the card prints',
    vi: 'Mức hưởng theo quy định tại ngày chốt dữ liệu',
  }
}
