import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { manifestName, signatureName } from '../../lambdas/handover/manifest.ts'
import { expectedRows, populationOf } from './compact/expected-rows.ts'
import { moh, packedAt } from './convert/conversion.ts'
import { today } from './convert/export-draft.ts'
import { readBack } from './parquet-rows.ts'
import { handoverCopies, manifestIn, nationOptions } from './pull/handover-copy.ts'

const aHandover = handoverCopies()

/** What the profiles `datapackage.json` and `tableschema.json` 2.0 of datapackage.org ask of what stands in ours. */
const relativePath = { type: 'string', pattern: '^(?!.*\\.\\.(/|$))(?!([/~.]|[a-z0-9]+://))[^\\\\]+$' }
const packageProfile = {
  type: 'object',
  required: ['resources'],
  properties: {
    $schema: { const: 'https://datapackage.org/profiles/2.0/datapackage.json' },
    name: { type: 'string', pattern: '^[a-z0-9_.-]+$' },
    title: { type: 'string' },
    version: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' },
    created: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'path'],
        not: { anyOf: [{ required: ['data'] }, { required: ['type'] }] },
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9_.-]+$' },
          path: relativePath,
          format: { type: 'string' },
          mediatype: { type: 'string', pattern: '^.+/.+$' },
          bytes: { type: 'integer', minimum: 0 },
          hash: { type: 'string', pattern: '^[a-z0-9]+:[0-9a-fA-F]+$' },
          schema: relativePath,
        },
      },
    },
  },
}
const tableSchemaProfile = {
  type: 'object',
  required: ['fields'],
  properties: {
    $schema: { const: 'https://datapackage.org/profiles/2.0/tableschema.json' },
    fields: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'type'],
        properties: {
          name: { type: 'string' },
          type: { enum: ['string', 'date', 'integer', 'datetime'] },
          title: { type: 'string' },
          constraints: { type: 'object', properties: { required: { type: 'boolean' } } },
        },
      },
    },
    fieldsMatch: false,
    primaryKey: { type: 'array', minItems: 1, items: { type: 'string' } },
  },
}

interface TableSchema {
  readonly fields: readonly { readonly name: string; readonly type: string }[]
  readonly primaryKey: readonly string[]
}

async function schemaIn(dir: string, name: string): Promise<TableSchema> {
  return JSON.parse(await readFile(join(dir, 'schemas', `${name}.json`), 'utf8')) as TableSchema
}

describe('a manifest', () => {
  it('is a Frictionless Data Package, its schemas are Table Schemas', async () => {
    const dir = await aHandover()
    const ajv = new Ajv({ allErrors: true })

    ajv.validate(packageProfile, await manifestIn(dir))
    expect(ajv.errors).toBe(null)
    for (const name of [...Object.keys(moh.datasets), 'exceptions']) {
      ajv.validate(tableSchemaProfile, await schemaIn(dir, name))
      expect([name, ajv.errors]).toEqual([name, null])
    }
  })

  it('names every resource once, with a path that ends in the beginning of its hash', async () => {
    const { resources } = await manifestIn(await aHandover())

    expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length)
    expect(new Set(resources.map(({ path }) => path)).size).toBe(resources.length)
    for (const { path, hash } of resources) expect(path).toContain(`-${hash.slice('sha256:'.length, 15)}.parquet`)
  })

  it('says whose handover it is, of when, by which agreement, and from what', async () => {
    const { created, handover } = await manifestIn(await aHandover())

    expect(created).toBe(packedAt.toISOString())
    expect(handover).toMatchObject({
      recipient: 'moh',
      sequence: 0,
      previous: null,
      mode: 'full',
      asOf: `${today}T01:00:00.000Z`,
      asOfDay: today,
      agreement: moh,
      retentionUntil: '2027-02-20',
      source: {
        exportArns: [expect.stringMatching(/:table\/bangiao-registry\/export\//)],
        items: { person: nationOptions.people },
      },
    })
  })

  it('has schemas that name the columns and key of the files they belong to', async () => {
    const dir = await aHandover()
    const { resources } = await manifestIn(dir)
    for (const { path, schema, 'handover:dataset': dataset } of resources) {
      const { fields, primaryKey } = await schemaIn(dir, dataset)
      const { metadata } = await readBack(join(dir, path))

      expect(schema).toBe(`schemas/${dataset}.json`)
      expect(metadata.schema.slice(1).map(({ name }) => name)).toEqual(fields.map(({ name }) => name))
      expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining([...primaryKey]))
    }
  })

  it('holds nothing personal, nor does its signature or a schema', async () => {
    const dir = await aHandover()
    const { handover } = await manifestIn(dir)
    const files = [manifestName, signatureName, ...handover.schemas.map(({ path }) => path)]
    const text = (await Promise.all(files.map(file => readFile(join(dir, file), 'utf8')))).join('\n')

    const values = personalValues()
    expect(values.length).toBeGreaterThan(100)
    expect(values.filter(value => text.includes(value))).toEqual([])
  })
})

function personalValues(): readonly string[] {
  const columns = [
    'person_id',
    'household_id',
    'full_name',
    'national_id',
    'insurance_number',
    'phone',
    'address_line',
    'card_number',
  ]
  const rows = Object.values(expectedRows(populationOf(nationOptions), today)).flat()
  return [...new Set(rows.flatMap(row => columns.map(column => row[column])))].filter(
    value => typeof value === 'string',
  )
}
