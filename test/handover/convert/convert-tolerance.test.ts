import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Manifest } from '../../../lambdas/handover/manifest.ts'
import { verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import type { Field } from '../../../lambdas/registry/field.ts'
import { cardFields, householdFields, personFields } from '../../../lambdas/registry/items.ts'
import type { ConvertExportOptions } from '../../../local/convert-export.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { type Row, readBack } from '../parquet-rows.ts'
import { type Conversion, convertDraft, jwks } from './conversion.ts'
import {
  cardsOf,
  type Draft,
  type DraftItem,
  draftExport,
  isContributions,
  isHousehold,
  isPerson,
  itemsOf,
  lineOf,
  mapItems,
  withLine,
} from './export-draft.ts'

interface Variant {
  readonly that: string
  readonly change?: (draft: Draft) => Draft
  readonly settings?: Partial<ConvertExportOptions>
  readonly files?: number
}

const people = 30

const variants: readonly Variant[] = [
  { that: 'attributes stand in any order', change: draft => mapItems(draft, shuffled) },
  { that: 'null is written out', change: draft => mapItems(draft, item => withNulls(item)) },
  { that: 'there are attributes that the registry does not know', change: draft => mapItems(draft, withUnknown) },
  { that: 'there are contributions, which nobody asks for', change: withContributions },
  { that: 'the export has seven data files', files: 7 },
  { that: 'a few lines are parsed at a time', settings: { chunkBytes: 10_000 } },
]

describe('the same files come out, byte for byte, when', () => {
  it.each(variants)('$that', async ({ change = whole => whole, settings = {}, files = 2 }) => {
    expected ??= dataFiles((await convertDraft(await draftExport({ people }))).manifest)

    const { manifest } = await convertDraft(change(await draftExport({ people, files })), settings)

    expect(dataFiles(manifest)).toEqual(await expected)
  })
})

let expected: readonly string[] | undefined

describe('a handover', () => {
  it('counts contributions that it skips', async () => {
    const draft = await draftExport({ people })
    const before = itemsOf(draft).filter(isContributions).length

    const { manifest } = await convertDraft(withContributions(draft))

    expect(before).toBeGreaterThan(0)
    expect(manifest.handover.source.items).toMatchObject({ contributions: before + 2, person: people })
  })

  it('of an empty table is empty and verifies', async () => {
    const { files, ...draft } = await draftExport({ people })

    const { outDir, manifest } = await convertDraft({ ...draft, files: files.map(file => ({ ...file, lines: [] })) })

    expect(manifest.resources.map(({ path }) => path)).toEqual([expect.stringMatching(/^exceptions\/part-00000-/)])
    expect(manifest.handover.totals.persons).toEqual({ rows: 0, files: 0, bytes: 0 })
    expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
  })

  it('of people of whom nobody holds a card has no cards, and says of everybody that there is none', async () => {
    const draft = mapItems(await draftExport({ people }), item =>
      isPerson(item) ? { ...item, cards: { L: [] } } : item,
    )

    const { outDir, manifest } = await convertDraft(draft)

    expect(manifest.handover.totals.cards).toEqual({ rows: 0, files: 0, bytes: 0 })
    const reasons = await everyRow({ outDir, manifest }, 'eligibility')
    expect(reasons).toHaveLength(people)
    expect(reasons.filter(({ reason }) => reason !== 'no-card' && reason !== 'died')).toEqual([])
  })

  it('of an export without any data file is empty and verifies', async () => {
    const { outDir } = await convertDraft({ ...(await draftExport({ people })), files: [] })

    expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
  })
})

async function everyRow({ outDir, manifest }: Conversion, dataset: string): Promise<readonly Row[]> {
  const paths = dataFiles(manifest).filter(path => path.startsWith(`${dataset}/`))
  return (await Promise.all(paths.map(path => readBack(join(outDir, path))))).flatMap(({ rows }) => rows)
}

function dataFiles({ resources }: Manifest): readonly string[] {
  return resources.map(({ path }) => path)
}

const random = seededRandom(1)

function shuffled(item: DraftItem): DraftItem {
  const drawn = Object.entries(item).map(entry => ({ entry, at: random.next() }))
  return Object.fromEntries(drawn.sort((a, b) => a.at - b.at).map(({ entry: [name, value] }) => [name, inside(value)]))
}

/** The cards of a person, shuffled one by one. */
function inside(value: unknown): unknown {
  const { L } = value as { L?: readonly { M: DraftItem }[] }
  return L ? { L: L.map(({ M }) => ({ M: shuffled(M) })) } : value
}

function withNulls(item: DraftItem): DraftItem {
  if (isHousehold(item)) return { ...nulls(householdFields), ...item }
  if (!isPerson(item)) return item
  const cards = cardsOf(item).map(card => ({ M: { ...nulls(cardFields), ...card } }))
  return { ...nulls(personFields), ...item, cards: { L: cards } }
}

function nulls(fields: readonly Field[]): DraftItem {
  return Object.fromEntries(fields.filter(({ required }) => !required).map(({ name }) => [name, { NULL: true }]))
}

function withUnknown(item: DraftItem): DraftItem {
  return {
    nickname: { S: 'Tý "SK" 🐭' },
    scores: { NS: ['1', '2.5'] },
    ...item,
    notes: { L: [{ M: { a: { BOOL: true } } }] },
  }
}

function withContributions(draft: Draft): Draft {
  const [one, another] = itemsOf(draft).filter(isPerson)
  const line = ({ PK }: DraftItem = {}) =>
    lineOf({ PK, SK: { S: 'C#social' }, periods: { L: [{ M: { base: { N: '5310000' } } }] } })
  return withLine(draft, 1, line(one), line(another))
}
