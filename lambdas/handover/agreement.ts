import { z } from 'zod'
import { type Scheme, schemes } from '../registry/contribution.ts'
import { isObjectCode } from '../registry/object-codes.ts'
import { isProvinceCode } from '../registry/provinces.ts'
import { type Aggregate, aggregates, type PartKind } from './convert/parts.ts'
import { type DatasetName, datasetNamed, datasetNames, datasets } from './datasets.ts'
import { columnText, datasetText } from './names.ts'

export const codecs = ['zstd', 'snappy', 'gzip'] as const
export type Codec = (typeof codecs)[number]

const bilingual = z.strictObject({ en: z.string().min(1), vi: z.string().min(1) })
/** ISO 8601, of whole months, weeks, days and hours. */
const duration = z
  .string()
  .regex(/^P(?=.)([0-9]+M)?([0-9]+W)?([0-9]+D)?(T[0-9]+H)?$/, { error: 'an ISO 8601 duration such as P1M or P7D' })
const columns = z.array(z.string()).min(1).readonly()

/** Who receives which datasets, columns and rows, for what purpose, on what legal basis, how often, in which codec, for how long. */
export const agreement = z
  .strictObject({
    recipient: z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, { error: 'a to z, 0 to 9 and _, from 2 to 31 characters' }),
    name: bilingual,
    purpose: bilingual,
    legalBasis: z.array(z.string().min(1)).min(1).readonly(),
    /** Decree 278/2025: kept in step through the exchange, or handed over as packaged media. */
    mode: z.enum(['synchronisation', 'packaged-media']),
    /** Between full handovers, and between deltas. */
    cadence: z.strictObject({ full: duration, delta: duration.optional() }),
    codec: z.enum(codecs),
    retentionDays: z.int().min(1),
    /** Of the rows of a province, how many of a thousand may point at something absent before the handover stops. */
    exceptionsPerThousand: z.number().min(0).max(1000),
    rows: z.strictObject({
      /** Only people and households who live there, and contributions collected there; everything when absent. */
      provinceCodes: z
        .array(z.custom<string>(isProvinceCode, { error: 'a province code' }))
        .min(1)
        .readonly()
        .optional(),
      /** Nobody who ever held a card of these objects. */
      exceptHoldersOf: z
        .array(z.custom<string>(isObjectCode, { error: 'an object code' }))
        .min(1)
        .readonly()
        .optional(),
      /** Of contributions only those to these schemes. */
      schemes: z.array(z.enum(schemes)).min(1).readonly().optional(),
    }),
    datasets: z
      .partialRecord(z.enum(datasetNames), columns)
      .refine(granted => Object.keys(granted).length > 0, { error: 'at least one dataset' }),
  })
  .superRefine(({ datasets, rows }, refuse) => {
    if (rows.exceptHoldersOf && datasets.contributions) {
      const message =
        'contributions are not cut by whose cards somebody holds: leave exceptHoldersOf or contributions out'
      refuse.addIssue({ code: 'custom', path: ['rows', 'exceptHoldersOf'], message })
    }
    for (const [name, named] of Object.entries(datasets) as [DatasetName, readonly string[]][]) {
      const { columns: known, key } = datasetNamed(name)
      const unknown = named.find(column => !known.some(({ name }) => name === column))
      const missing = [...key, 'province_code'].find(column => !named.includes(column))
      const twice = named.find((column, at) => named.indexOf(column) < at)
      const path = ['datasets', name]
      if (unknown) refuse.addIssue({ code: 'custom', path, message: `${name} has no column ${unknown}` })
      if (twice) refuse.addIssue({ code: 'custom', path, message: `${name} names ${twice} twice` })
      if (missing) refuse.addIssue({ code: 'custom', path, message: `${name} cannot do without ${missing}` })
    }
  })

export type Agreement = z.infer<typeof agreement>

/** What a file of reference/ says of itself. It is no part of what is agreed: two agreements that differ in it alone are one. */
const head = {
  title: bilingual,
  source: z.string().min(1),
  date: z.iso.date(),
  inForce: z.strictObject({ from: z.iso.date(), to: z.iso.date().nullable() }),
  note: z.string().min(1),
}

/** An agreement as a file of reference/agreements/ states it. */
export const agreementFile = z
  .looseObject(head)
  .transform(({ title, source, date, inForce, note, ...agreed }) => agreed)
  .pipe(agreement)

/**
 * What a reader of a manifest relies on in the agreement that stands there: it may be one of a later version, which says more and
 * grants datasets and columns that this one does not know, or of an earlier one.
 */
export const statedAgreement = z.looseObject({
  recipient: z.string(),
  codec: z.enum(codecs),
  datasets: z.record(datasetText, z.array(columnText).readonly()),
})
export type StatedAgreement = z.infer<typeof statedAgreement>

/** Whether anything of it is handed over, in whichever dataset. */
export function asksFor(agreement: Agreement, aggregate: Aggregate): boolean {
  return datasets.some(dataset => dataset.aggregate === aggregate && agreement.datasets[dataset.name])
}

/** What handovers to these recipients are made of: households and persons always, since whatever points at them must find them. */
export function parsedAggregates(agreements: readonly Agreement[]): readonly Aggregate[] {
  const asked = (aggregate: Aggregate) => agreements.some(agreement => asksFor(agreement, aggregate))
  return aggregates.filter(aggregate => aggregate !== 'contributors' || asked(aggregate))
}

/** Which rows of a relation of parts the agreement lets through, as an SQL condition; `cards` is the relation of all cards beside it. */
export function rowsSql({ rows }: Agreement, kind: PartKind, cards: string): string {
  const conditions = ['true']
  if (rows.provinceCodes) conditions.push(`province_code IN (${quoted(rows.provinceCodes)})`)
  if (rows.schemes && kind === 'contributions') conditions.push(`scheme IN (${quoted<Scheme>(rows.schemes)})`)
  if (rows.exceptHoldersOf && (kind === 'persons' || kind === 'cards')) {
    const excepted = `SELECT person_id FROM ${cards} WHERE card_number[1:2] IN (${quoted(rows.exceptHoldersOf)})`
    conditions.push(`person_id NOT IN (${excepted})`)
  }
  return conditions.join(' AND ')
}

function quoted<Code extends string>(codes: readonly Code[]): string {
  return codes.map(code => `'${code}'`).join(', ')
}
