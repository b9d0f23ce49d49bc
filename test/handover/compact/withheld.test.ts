import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Agreement } from '../../../lambdas/handover/agreement.ts'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import { type DatasetName, datasets } from '../../../lambdas/handover/datasets.ts'
import { columnName, type Field } from '../../../lambdas/registry/field.ts'
import { cardFields, householdFields, periodFields, personFields } from '../../../lambdas/registry/items.ts'
import { convertDraft } from '../convert/conversion.ts'
import {
  cardsOf,
  type Draft,
  type DraftItem,
  draftExport,
  isContributions,
  isHousehold,
  isPerson,
  itemsOf,
  mapItems,
  periodsOf,
  textOf,
} from '../convert/export-draft.ts'
import { readBack } from '../parquet-rows.ts'

/** What stays as it is, since the converter looks at it. */
const kept = ['householdId', 'wardCode', 'provinceCode', 'cardNumber', 'employerCode']
/** Well-formed, and like nothing else that is there. */
const formed: Readonly<Record<string, string>> = {
  headPersonId: 'SEEDHEADHEA',
  nationalId: '098765432109',
  insuranceNumber: '9876501234',
  formerInsuranceNumber: '9876512340',
  phone: '+84987650123',
  facilityCode: '01SEE',
  agencyCode: '713713',
}
/** Texts by which their column is known; a code of a list tells nothing of where it stands. */
const seeded = (fields: readonly Field[]) =>
  fields.filter(({ name, type, form }) => type === 'text' && !kept.includes(name) && (!form || name in formed))
const seeds = {
  households: seeded(householdFields),
  persons: seeded(personFields),
  cards: seeded(cardFields),
  contributions: seeded(periodFields),
}
type Kind = keyof typeof seeds

const seedOf = (kind: Kind, { name }: Field) => formed[name] ?? `${kind}-${columnName(name)}-seed`

let made: Promise<Draft> | undefined
function nation(): Promise<Draft> {
  made ??= draftExport({ people: 600 }).then(draft => mapItems(draft, sown))
  return made
}

describe.each(agreements.map(agreement => [agreement.recipient, agreement] as const))(
  'the bytes for %s',
  (_, agreement) => {
    it('hold the columns that the agreement names, and nothing of any other', async () => {
      const bytes = await everyByte(agreement)

      for (const kind of Object.keys(seeds) as Kind[]) {
        for (const field of seeds[kind]) {
          const granted = datasets.some(
            ({ name }) => comesFrom(name, kind) && grants(agreement, name, columnName(field.name)),
          )
          expect({ kind, field: field.name, there: bytes.includes(seedOf(kind, field)) }).toEqual({
            kind,
            field: field.name,
            there: granted,
          })
        }
      }
    })

    it('hold the people that the agreement covers, and nobody else', async () => {
      const bytes = await everyByte(agreement)

      const contributions = Map.groupBy(itemsOf(await nation()).filter(isContributions), ({ PK }) => textOf(PK))
      for (const item of itemsOf(await nation()).filter(isPerson)) {
        const id = textOf(item.PK).slice(2)
        const covered = coversPeople(agreement) && isCovered(agreement, item)
        const contributes = contributions.get(`P#${id}`)?.some(held => isContributed(agreement, held)) ?? false
        expect({ id, there: bytes.includes(id) }).toEqual({ id, there: covered || contributes })
      }
    })
  },
)

it('the agreements leave out somebody for where he lives, and somebody for the cards that he held', async () => {
  const people = itemsOf(await nation()).filter(isPerson)
  const strict = agreements.filter(({ rows }) => rows.provinceCodes && rows.exceptHoldersOf)
  for (const { rows } of strict) {
    const there = people.filter(item => rows.provinceCodes?.includes(textOf(item.provinceCode)))
    const left = there.filter(item => !isCovered({ rows }, item))
    expect([there.length < people.length, left.length > 0, left.length < there.length]).toEqual([true, true, true])
  }
  expect(strict.length).toBeGreaterThan(0)
})

/** Every text of a person, household or card that is no code says which field it is instead of the field's value. */
function sown(item: DraftItem): DraftItem {
  const sow = (kind: Kind, values: DraftItem) => ({
    ...values,
    ...Object.fromEntries(seeds[kind].map(field => [field.name, { S: seedOf(kind, field) }])),
  })
  if (isHousehold(item)) return sow('households', item)
  if (isContributions(item))
    return { ...item, periods: { L: periodsOf(item).map(period => ({ M: sow('contributions', period) })) } }
  if (!isPerson(item)) return item
  const cards = isSoldier(item) ? cardsOf(item).map(asSoldiersCard) : cardsOf(item)
  return { ...sow('persons', item), cards: { L: cards.map(card => ({ M: sow('cards', card) })) } }
}

/** Every head of a household in Hà Nội, since few people of so small a nation are. */
function isSoldier({ provinceCode, householdOrder }: DraftItem): boolean {
  return textOf(provinceCode) === '01' && (householdOrder as { readonly N: string }).N === '1'
}

function asSoldiersCard({ enrolmentOrder: _order, contributionShare: _share, ...card }: DraftItem): DraftItem {
  return { ...card, cardNumber: { S: `QN5${textOf(card.cardNumber).slice(3)}` } }
}

/** Eligibility tells of the card that counts. */
function comesFrom(dataset: DatasetName, kind: Kind): boolean {
  return dataset === kind || (dataset === 'eligibility' && kind === 'cards')
}

function grants(agreement: Agreement, dataset: DatasetName, column: string): boolean {
  return agreement.datasets[dataset]?.includes(column) ?? false
}

function isCovered(
  { rows: { provinceCodes, exceptHoldersOf = [] } }: Pick<Agreement, 'rows'>,
  item: DraftItem,
): boolean {
  const held = cardsOf(item).map(({ cardNumber }) => textOf(cardNumber).slice(0, 2))
  const there = provinceCodes?.includes(textOf(item.provinceCode)) ?? true
  return there && !held.some(code => exceptHoldersOf.some(other => other === code))
}

function coversPeople({ datasets }: Agreement): boolean {
  return ['persons', 'cards', 'eligibility'].some(dataset => dataset in datasets)
}

function isContributed({ rows: { schemes }, datasets }: Agreement, { SK }: DraftItem): boolean {
  return 'contributions' in datasets && (schemes?.some(scheme => textOf(SK) === `C#${scheme}`) ?? true)
}

const read = new Map<string, Promise<Buffer>>()

/** All files as they are, and every page of them decompressed. */
function everyByte(agreement: Agreement): Promise<Buffer> {
  const found = read.get(agreement.recipient) ?? readEveryByte(agreement)
  read.set(agreement.recipient, found)
  return found
}

async function readEveryByte(agreement: Agreement): Promise<Buffer> {
  const { outDir } = await convertDraft(await nation(), { agreement })
  const names = (await readdir(outDir, { recursive: true })).filter(name => name.endsWith('.parquet'))
  const parts: Uint8Array[] = []
  for (const name of names) {
    const path = join(outDir, name)
    parts.push(await readFile(path), ...(await readBack(path)).pages)
  }
  return Buffer.concat(parts)
}
