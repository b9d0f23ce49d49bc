import { describe, expect, it } from 'vitest'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import { tablesOf } from '../../../lambdas/handover/sharing/share.ts'
import { metaDataLine } from '../../../lambdas/handover/sharing/table-lines.ts'

const tables = agreements.flatMap(agreement => tablesOf(agreement).map(table => ({ agreement, table })))

describe('the schema of a shared table', () => {
  it.each(tables)(
    '$table.share.$table.name has the granted columns, in types that every reader knows',
    ({ agreement, table }) => {
      const { metaData } = metaDataLine(table, { agreement })
      const { type, fields } = JSON.parse(metaData.schemaString) as Schema
      expect(type).toBe('struct')
      expect(fields.map(({ name }) => name)).toEqual(agreement.datasets[table.name])
      for (const field of fields) {
        expect(['string', 'integer', 'date', 'timestamp']).toContain(field.type)
        expect(field.metadata.comment).not.toBe('')
      }
      expect(fields.find(({ name }) => name === 'province_code')).toMatchObject({ type: 'string', nullable: false })
    },
  )

  it('says of nothing but keys and the province that it is always there, since a row that is gone has no more', () => {
    const required = tables.map(({ agreement, table }) => {
      const { fields } = JSON.parse(metaDataLine(table, { agreement }).metaData.schemaString) as Schema
      return [
        table.name,
        fields
          .filter(({ nullable }) => !nullable)
          .map(({ name }) => name)
          .sort(),
      ]
    })
    expect(Object.fromEntries(required)).toEqual({
      households: ['household_id', 'province_code'],
      persons: ['person_id', 'province_code'],
      cards: ['card_number', 'person_id', 'province_code', 'valid_from'],
      contributions: ['employer_code', 'first_month', 'person_id', 'province_code', 'scheme'],
      eligibility: ['person_id', 'province_code'],
    })
  })

  it('passes over a column that an earlier version had and this one does not know', () => {
    const [first] = tables
    if (!first) throw new Error('no agreement grants anything')
    const { agreement, table } = first
    const { households = [] } = agreement.datasets
    const earlier = { ...agreement, datasets: { ...agreement.datasets, households: ['fax', ...households] } }
    expect(metaDataLine(table, { agreement: earlier })).toEqual(metaDataLine(table, { agreement }))
  })

  it('is the same text every time, and its table has one id for life', () => {
    const [first] = tables
    if (!first) throw new Error('no agreement grants anything')
    expect(JSON.stringify(metaDataLine(first.table, first))).toBe(JSON.stringify(metaDataLine(first.table, first)))
    expect(new Set(tables.map(({ table }) => table.id)).size).toBe(tables.length)
    expect(first.table).toMatchObject({ share: 'moh', name: 'households', id: '4f92acc4-1bf6-8a0b-b9b7-4e90a66b3229' })
  })
})

describe('names of shares, schemas and tables', () => {
  it('have no dot and no space, on which readers split', () => {
    for (const { table } of tables)
      for (const name of [table.share, table.schema, table.name]) expect(name).toMatch(/^[a-z0-9_]+$/)
  })
})

interface Schema {
  readonly type: string
  readonly fields: readonly {
    readonly name: string
    readonly type: string
    readonly nullable: boolean
    readonly metadata: { readonly comment: string }
  }[]
}
