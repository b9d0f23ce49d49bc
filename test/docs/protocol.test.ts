import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { agreement } from '../../lambdas/handover/agreement.ts'
import { changeTypes } from '../../lambdas/handover/compact/change-types.ts'
import { datasetNames, datasets } from '../../lambdas/handover/datasets.ts'
import { latest } from '../../lambdas/handover/latest.ts'
import {
  changeManifest,
  rebaselines,
  resource,
  signatureName,
  snapshotManifest,
} from '../../lambdas/handover/manifest.ts'
import { notice, noticeOf, readNotice } from '../../lambdas/handover/notice.ts'
import { chainFaultNames } from '../../lambdas/handover/pull/chain-faults.ts'
import { verifyFaults } from '../../lambdas/handover/pull/verify-files.ts'
import { sha256Hex, tableSchema } from '../../lambdas/handover/schemas.ts'
import { signingKid } from '../../lambdas/handover/signature.ts'
import { itemKinds } from '../../lambdas/registry/items.ts'
import { maxReceiveCount } from '../../local/stack/resources.ts'
import { publicationFacts } from '../handover/publication.ts'
import { handoverCopies, manifestIn } from '../handover/pull/handover-copy.ts'
import { quoted } from './quoted.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8')
const snapshot = snapshotManifest.shape.handover.shape
const changes = changeManifest.shape.handover.shape
const aHandover = handoverCopies()

describe('docs/protocol.md', () => {
  it('has every property of a resource', () => {
    expect(named('Resources')).toEqual(Object.keys(resource.shape).sort())
  })

  it('has every property of both forms, and no other', () => {
    const own = ['mode', 'previous', 'totals']
    const both = Object.keys(changes).filter(name => name in snapshot && !own.includes(name))
    expect(named('What both forms say')).toEqual(both.sort())
    expect(named('What a snapshot says as well')).toEqual(except(snapshot, both))
    expect(named('What a change set says as well')).toEqual(except(changes, both))
  })

  it('says what a dataset’s totals are in each form', () => {
    for (const [heading, { totals }] of [
      ['What a snapshot says as well', snapshot],
      ['What a change set says as well', changes],
    ] as const) {
      const of = Object.keys((totals.valueType as z.ZodObject).shape)
      const row = section(heading)
        .split('\n')
        .find(line => line.startsWith('| `totals`'))
      expect(quoted(row?.split('|')[2] ?? ''), heading).toEqual(of)
    }
  })

  it('has every value that a property of few values may take', () => {
    expect(section('Resources')).toContain(datasetNames.map(name => `\`${name}\``).join(', '))
    const kinds = resource.shape['handover:kind'].options
    for (const value of [...kinds, ...rebaselines, ...snapshot.mode.options]) expect(page).toContain(`\`${value}\``)
    expect(rowsOf('The change set').flatMap(cells => quoted(cells[1] ?? ''))).toEqual([
      'insert',
      'update_postimage',
      'delete',
    ])
    expect(changeTypes).toHaveLength(3)
  })

  it('has every property of latest.json', () => {
    expect(named('The chain')).toEqual(Object.keys(latest.shape).sort())
  })

  it('has every kind of item that a source held', () => {
    expect(quoted(rowOf('What both forms say', 'source'))).toEqual(expect.arrayContaining([...itemKinds]))
  })

  it('has every property of an agreement, and what each holds', () => {
    const { cadence, rows, mode, codec } = agreement.shape
    expect(named('The agreement')).toEqual(Object.keys(agreement.shape).sort())
    for (const [property, inner] of Object.entries({ cadence, rows }))
      expect(quoted(rowOf('The agreement', property))).toEqual(expect.arrayContaining(Object.keys(inner.shape)))
    for (const [property, { options }] of Object.entries({ mode, codec }))
      expect(quoted(rowOf('The agreement', property))).toEqual(expect.arrayContaining([...options]))
  })

  it('has every property of a field in a schema, every type, and names of lists that are there', async () => {
    const { fields } = tableSchema(
      datasets.flatMap(({ columns }) => columns),
      [],
    )
    expect(named('The schemas')).toEqual([...new Set(fields.flatMap(field => Object.keys(field)))].sort())
    const types = new Set(fields.map(({ type }) => type))
    expect(new Set(quoted(rowOf('The schemas', 'type').split('; in the Parquet')[0] ?? ''))).toEqual(types)
    for (const { 'handover:codes': list } of fields)
      if (list) await access(join(import.meta.dirname, '../../reference', list))
  })

  it('says how the fingerprint of the schemas is made', async () => {
    const dir = await aHandover()
    const { schemas, schemaFingerprint } = (await manifestIn(dir)).handover
    const texts = await Promise.all(schemas.map(({ path }) => readFile(join(dir, path), 'utf8')))
    expect(section('The schemas')).toContain('one behind the other in the order in which `schemas` lists them')
    expect(`sha256:${sha256Hex(texts.join(''))}`).toBe(schemaFingerprint)
  })

  it('says what the header of a signature has', async () => {
    const jws = await readFile(join(await aHandover(), signatureName), 'utf8')
    const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())
    const [, text = ''] = /Its header has (.+?), and no/.exec(section('The signature')) ?? []
    const values = [...text.matchAll(/`(\w+)`(?: \(`([^`]+)`\))?/g)].map(([, name, value]) => [name, value])
    expect(Object.fromEntries(values)).toEqual({ ...header, kid: undefined })
    expect(header.kid).toBe(signingKid(jws))
  })

  it('has every field of a notice, and what each of its objects holds', () => {
    const { data, ...own } = notice.shape
    const names = Object.keys(data.shape).map(name => `data.${name}`)
    expect(named('The notice')).toEqual([...Object.keys(own), ...names].sort())
    const { manifest, changes, totals } = data.shape
    for (const [name, inner] of Object.entries({ manifest, changes: changes.unwrap(), totals: totals.valueType }))
      expect(quoted(rowOf('The notice', `data.${name}`))).toEqual(expect.arrayContaining(Object.keys(inner.shape)))
  })

  it('shows a notice as it is sent, and as it is read', () => {
    const [, text = ''] = /```json\n([\s\S]*?)```/.exec(section('The notice')) ?? []
    const sha256 = 'a'.repeat(64)
    const kid = 'k'.repeat(43)
    const shown = JSON.parse(text.replaceAll('<64 hex digits>', sha256).replace('<43 characters>', kid))
    const facts = publicationFacts({
      kid,
      mode: 'delta',
      previous: { sequence: 11, sha256 },
      changes: {
        manifestKey: 'moh/changes/000000000012/datapackage.json',
        manifestBytes: 18_000,
        manifestSha256: sha256,
      },
      totals: { persons: { rows: 5000, files: 34, bytes: 420_000 } },
    })
    expect(shown).toEqual(noticeOf(facts, 'bangiao-handover'))
    expect(readNotice(JSON.stringify({ ...shown, added: 1 }))).toEqual(shown)
  })

  it('has every fault that verify names, of a handover and of the chain in an inbox, and no other', () => {
    const listed = (before: string) => {
      const [, list = ''] = new RegExp(`${before}: (.+)$`, 'm').exec(section('To verify')) ?? []
      return quoted(list).toSorted()
    }
    expect(listed('names the file and the fault')).toEqual(verifyFaults.toSorted())
    expect(listed('that the chain holds')).toEqual(chainFaultNames.toSorted())
  })

  it('says how often a notice is given out', () => {
    expect(maxReceiveCount).toBe(5)
    expect(section('The notice')).toContain('given out five times')
  })
})

function section(heading: string): string {
  const found = page.split(/^#{2,3} /m).find(text => text.startsWith(`${heading}\n`))
  if (!found) throw new Error(`docs/protocol.md has no section '${heading}'`)
  return found
}

/** The row of a property, in the table of a section. */
function rowOf(heading: string, property: string): string {
  const found = rowsOf(heading).find(([, name = '']) => quoted(name).includes(property))
  return found?.[2] ?? ''
}

/** Rows of a section's table below its header. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const lines = section(heading)
    .split('\n')
    .filter(line => line.startsWith('|'))
  return lines.slice(2).map(line => line.split('|'))
}

/** The properties that the first column names. */
function named(heading: string): readonly string[] {
  return rowsOf(heading)
    .flatMap(cells => quoted(cells[1] ?? ''))
    .sort()
}

function except(shape: object, names: readonly string[]): readonly string[] {
  return Object.keys(shape)
    .filter(name => !names.includes(name))
    .sort()
}
