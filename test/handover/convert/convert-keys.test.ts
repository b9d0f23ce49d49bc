import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Agreement } from '../../../lambdas/handover/agreement.ts'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import type { FaultCode } from '../../../lambdas/handover/fault.ts'
import type { Manifest } from '../../../lambdas/handover/manifest.ts'
import { verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { readBack } from '../parquet-rows.ts'
import { type Conversion, convertDraft, failToConvert, jwks, moh } from './conversion.ts'
import {
  cardsOf,
  type Draft,
  type DraftItem,
  draftExport,
  isCardholder,
  isContributions,
  isHousehold,
  isPerson,
  itemsOf,
  lineOf,
  mapItems,
  periodsOf,
  textOf,
  withItem,
  withLine,
} from './export-draft.ts'

interface Twice {
  readonly that: string
  readonly code: FaultCode
  readonly says: RegExp
  readonly spoilt: (draft: Draft) => Draft
}

const personTwice =
  /^persons: person ([0-9A-Z]{11}) stands twice in the export; search its data files for "P#\1", then export the table again$/

const twice: readonly Twice[] = [
  {
    that: 'a person stands twice in one data file',
    code: 'duplicate-key',
    says: personTwice,
    spoilt: draft => withItem(draft, isPerson, item => [lineOf(item), lineOf(item)]).draft,
  },
  {
    that: 'a person stands in two data files',
    code: 'duplicate-key',
    says: personTwice,
    spoilt: draft => withLine(draft, 1, lineOf(firstItem(draft, isPerson))),
  },
  {
    that: 'a person stands in two households',
    code: 'duplicate-key',
    says: personTwice,
    spoilt: draft => {
      const [one, another] = itemsOf(draft).filter(isHousehold).map(idOf)
      const member = firstItem(draft, item => isPerson(item) && textOf(item.householdId) === one)
      return withLine(draft, 1, lineOf({ ...member, householdId: { S: another } }))
    },
  },
  {
    that: 'a household stands twice',
    code: 'duplicate-key',
    says: /^households: household ([0-9]{10}) stands twice in the export; search its data files for "H#\1", then export the table again$/,
    spoilt: draft => withLine(draft, 1, lineOf(firstItem(draft, isHousehold))),
  },
  {
    that: 'a household stands twice under two heads',
    code: 'duplicate-key',
    says: /^households: household ([0-9]{10}) stands twice/,
    spoilt: draft =>
      withLine(draft, 1, lineOf({ ...firstItem(draft, isHousehold), headPersonId: { S: '00000000000' } })),
  },
  {
    that: 'a person has the same card twice',
    code: 'duplicate-key',
    says: /^[a-z2-7]{26}: line [0-9]+: cards: one of them twice; find who wrote the item, correct it, then export again$/,
    spoilt: draft => {
      const again = (item: DraftItem) => [
        lineOf({ ...item, cards: { L: [...cardsOf(item), ...cardsOf(item)].map(M => ({ M })) } }),
      ]
      return withItem(draft, isCardholder, again).draft
    },
  },
  {
    that: 'more people point at absent households than the agreement allows',
    code: 'too-many-exceptions',
    says: /^province [0-9]{2} for moh: [0-9]+ rows of persons are left out as household-absent, the agreement allows 0; take in the households that they point at, then start again$/,
    spoilt: draft => withItem(draft, isHousehold, () => []).draft,
  },
]

describe('nothing is handed over when', () => {
  it.each(twice)('$that', async ({ code, says, spoilt }) => {
    const { error, placed } = await failToConvert(spoilt(await draftExport({ people: 60 })))

    expect(error).toMatchObject({ name: code, code })
    expect(error.message).toMatch(says)
    expect(placed).toEqual([])
  })
})

describe('people whose household is absent, as many as the agreement allows,', () => {
  it('stand in the signed exceptions with their reason, and nowhere else', async () => {
    const { draft, members } = await bereft()

    const { outDir, manifest } = await convertDraft(draft, { agreement: lenient })

    const ids = members.map(idOf).sort()
    const [exceptions] = await rowsOf({ outDir, manifest }, 'exceptions')
    expect(exceptions?.map(({ person_id }) => person_id)).toEqual(ids)
    expect(exceptions?.[0]).toEqual({
      dataset: 'persons',
      person_id: ids[0],
      province_code: textOf(members[0]?.provinceCode),
      reason: 'household-absent',
    })
    for (const dataset of ['persons', 'cards', 'eligibility']) {
      const people = (await rowsOf({ outDir, manifest }, dataset)).flat().map(({ person_id }) => person_id)
      expect(people.filter(id => ids.includes(id as string))).toEqual([])
    }
  })

  it('are missing from the totals, and the handover verifies', async () => {
    const { draft, members } = await bereft()

    const { outDir, manifest } = await convertDraft(draft, { agreement: lenient })

    const households = itemsOf(draft).filter(isHousehold).length
    const stay = itemsOf(draft).filter(item => isPerson(item) && !members.some(member => idOf(member) === idOf(item)))
    expect(totalRows(manifest)).toEqual({
      households,
      persons: stay.length,
      cards: stay.flatMap(cardsOf).length,
      eligibility: stay.length,
    })
    expect(manifest.handover.exceptions).toBe(members.length)
    expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
  })

  it('do not stop a handover to whom their province is not handed over', async () => {
    const { draft, members } = await bereft()
    const elsewhere = textOf(members[0]?.provinceCode) === '01' ? '79' : '01'

    const { manifest } = await convertDraft(draft, { agreement: { ...moh, rows: { provinceCodes: [elsewhere] } } })

    expect(manifest.handover.exceptions).toBe(0)
  })

  it('are not named to whom no people are handed over', async () => {
    const { draft } = await bereft()
    const { households = [] } = moh.datasets

    const { manifest } = await convertDraft(draft, { agreement: { ...moh, datasets: { households } } })

    expect(manifest.handover.exceptions).toBe(0)
  })
})

describe('a household whose head', () => {
  it.each([
    ['is not in the registry', (draft: Draft, head: DraftItem) => without(draft, head)],
    ['lives in another household', (draft: Draft, head: DraftItem) => moved(draft, head, otherHousehold(draft, head))],
  ])('%s is handed over as it is, and counted', async (_, change) => {
    const whole = await draftExport({ people: 60 })
    const { household, head } = headed(whole)

    const { outDir, manifest } = await convertDraft(change(whole, head))

    expect(manifest.handover.headAbsent).toBe(1)
    const rows = (await rowsOf({ outDir, manifest }, 'households')).flat()
    expect(rows).toContainEqual(expect.objectContaining({ household_id: idOf(household), head_person_id: idOf(head) }))
    expect(rows).toHaveLength(itemsOf(whole).filter(isHousehold).length)
    expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
  })

  it.each([
    ['is one of its people', (draft: Draft) => draft],
    ['is nobody', (draft: Draft) => mapItems(draft, ({ headPersonId: _, ...item }) => item)],
  ])('%s is not counted', async (_, change) => {
    const { manifest } = await convertDraft(change(await draftExport({ people: 60 })))

    expect(manifest.handover.headAbsent).toBe(0)
  })

  it('lives in another province than it is not counted, but moving', async () => {
    const whole = await draftExport({ people: 60 })
    const { head } = headed(whole)
    const [provinceCode, wardCode] = textOf(head.provinceCode) === '01' ? ['79', '25747'] : ['01', '00004']
    const home = { provinceCode, wardCode, formerProvinceCode: provinceCode }
    const elsewhere = Object.fromEntries(Object.entries(home).map(([name, S]) => [name, { S }]))

    const { manifest } = await convertDraft(
      mapItems(whole, item => (isPerson(item) && idOf(item) === idOf(head) ? { ...item, ...elsewhere } : item)),
    )

    expect(manifest.handover).toMatchObject({ headAbsent: 0, moving: 1 })
  })
})

describe('contributions', () => {
  it.each([
    ['in the signed exceptions, and nowhere else', (draft: Draft) => draft, {}],
    ['there once for a province, in however many units', ofManyAgencies, { unitRows: 1 }],
  ])('of a person who is absent stand %s', async (_, change, settings) => {
    const whole = change(await draftExport({ people: 60 }))
    const stray = idOf(firstItem(whole, ({ SK }) => textOf(SK) === 'C#social'))
    const { draft } = withItem(
      whole,
      item => isPerson(item) && idOf(item) === stray,
      () => [],
    )

    const { outDir, manifest } = await convertDraft(draft, {
      ...settings,
      agreement: { ...labour, exceptionsPerThousand: 1000 },
    })

    const [exceptions = []] = await rowsOf({ outDir, manifest }, 'exceptions')
    const provinces = [...new Set(periodsFor(whole, stray).map(({ provinceCode }) => textOf(provinceCode)))].sort()
    expect(exceptions).toEqual(
      provinces.map(province_code => ({
        dataset: 'contributions',
        person_id: stray,
        province_code,
        reason: 'person-absent',
      })),
    )
    const contributors = (await rowsOf({ outDir, manifest }, 'contributions')).flat().map(({ person_id }) => person_id)
    expect(contributors.length).toBeGreaterThan(0)
    expect(contributors).not.toContain(stray)
    expect((await verifyHandover(outDir, { jwks })).faults).toEqual([])
  })

  it.each([
    ['two data files', (draft: Draft) => withLine(draft, 1, lineOf(firstItem(draft, isContributions)))],
    ['one data file', (draft: Draft) => withItem(draft, isContributions, item => [lineOf(item), lineOf(item)]).draft],
  ])('of one person to one scheme may not stand in %s twice', async (_, spoilt) => {
    const draft = spoilt(await draftExport({ people: 60 }))

    await expect(convertDraft(draft, { agreement: labour })).rejects.toMatchObject({ code: 'duplicate-key' })
  })

  it('of an unknown scheme stop the handover', async () => {
    const whole = await draftExport({ people: 60 })
    const { draft } = withItem(whole, isContributions, item => [lineOf({ ...item, SK: { S: 'C#dental' } })])

    await expect(convertDraft(draft, { agreement: labour })).rejects.toThrow('no key of its kind')
  })
})

const labour = agreementWith('labour')

/** Each period was collected by an agency of its own. */
function ofManyAgencies(draft: Draft): Draft {
  const collected = ({ M }: { M: DraftItem }, n: number) => ({ M: { ...M, agencyCode: { S: `${100 + n}` } } })
  return mapItems(draft, item =>
    isContributions(item)
      ? { ...item, periods: { L: (item.periods as { L: { M: DraftItem }[] }).L.map(collected) } }
      : item,
  )
}

function periodsFor(draft: Draft, personId: string): readonly DraftItem[] {
  const shared = labour.rows.schemes?.map(scheme => `C#${scheme}`)
  return itemsOf(draft)
    .filter(item => isContributions(item) && idOf(item) === personId && shared?.includes(textOf(item.SK)))
    .flatMap(periodsOf)
}

const lenient: Agreement = { ...moh, exceptionsPerThousand: 1000 }

/** A household of several people with cards is taken out; they stay. */
async function bereft(): Promise<{ readonly draft: Draft; readonly members: readonly DraftItem[] }> {
  const whole = await draftExport({ people: 60 })
  const people = Map.groupBy(itemsOf(whole).filter(isPerson), ({ householdId }) => textOf(householdId))
  const [household, members = []] = [...people].find(([, members]) => members.filter(isCardholder).length > 1) ?? []
  const { draft } = withItem(
    whole,
    item => isHousehold(item) && idOf(item) === household,
    () => [],
  )
  return { draft, members }
}

/** A household with a head, and that head. */
function headed(draft: Draft): { readonly household: DraftItem; readonly head: DraftItem } {
  const household = firstItem(draft, item => isHousehold(item) && item.headPersonId !== undefined)
  const head = firstItem(draft, item => isPerson(item) && idOf(item) === textOf(household.headPersonId))
  return { household, head }
}

function without(draft: Draft, gone: DraftItem): Draft {
  return withItem(
    draft,
    item => isPerson(item) && idOf(item) === idOf(gone),
    () => [],
  ).draft
}

function moved(draft: Draft, who: DraftItem, household: DraftItem): Draft {
  const { provinceCode, wardCode, formerProvinceCode } = household
  const home = { householdId: { S: idOf(household) }, provinceCode, wardCode, formerProvinceCode }
  return mapItems(draft, item => (isPerson(item) && idOf(item) === idOf(who) ? { ...item, ...home } : item))
}

function otherHousehold(draft: Draft, { householdId }: DraftItem): DraftItem {
  return firstItem(draft, item => isHousehold(item) && idOf(item) !== textOf(householdId))
}

function firstItem(draft: Draft, is: (item: DraftItem) => boolean): DraftItem {
  return itemsOf(draft).find(is) as DraftItem
}

function idOf({ PK }: DraftItem): string {
  return textOf(PK).slice(2)
}

function totalRows({ handover: { totals } }: Manifest) {
  return Object.fromEntries(Object.entries(totals).map(([name, { rows }]) => [name, rows]))
}

function rowsOf({ outDir, manifest }: Conversion, dataset: string) {
  const files = manifest.resources.filter(resource => resource['handover:dataset'] === dataset)
  return Promise.all(files.map(async ({ path }) => (await readBack(join(outDir, path))).rows))
}
