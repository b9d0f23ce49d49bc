import { atOnce } from '../shared/at-once.ts'
import { dayInVietnam } from './day.ts'
import type { FeedKind, FeedRecord } from './feeds.ts'
import type { Claim } from './first-load-store.ts'
import { refused, type Settled, type Taken, takeCard, takeContribution, takeHousehold, takePerson } from './intake.ts'
import { type ContributionsOf, contributionsId, type Held } from './items.ts'
import { numberHash } from './number-hash.ts'
import { numberChanges, numbersOf, type PersonNumber } from './person-numbers.ts'
import type { HashedNumber, Named, RegistryStore, Revised } from './registry-store.ts'

interface Needs {
  readonly registry: RegistryStore
  readonly hashKey: Uint8Array
  readonly claim: Claim
  readonly clock: () => Date
}

export interface Row<Kind extends FeedKind> {
  readonly line: number
  readonly record: FeedRecord<Kind>
}

/**
 * Takes records into the registry: reads what it holds, decides, writes the numbers, then the persons whom they name.
 * Where somebody else was faster, it reads and decides again.
 */
export async function takeRows<Kind extends FeedKind>(
  needs: Needs,
  kind: Kind,
  rows: readonly Row<Kind>[],
): Promise<readonly Settled[]> {
  const subjects = await readSubjects[kind](needs.registry, rows)
  const foreign = await nameNumbers(needs, subjects)
  const own = subjects.filter(subject => !foreign.has(subject))
  const overtaken = await writeSubjects(needs, own)
  const settled = own.filter(subject => !overtaken.has(subject)).flatMap(({ settled }) => settled)
  for (const [{ rows }, number] of foreign) settled.push(...(await takeApart(needs, kind, rows, number)))
  const again = [...overtaken].flatMap(({ rows }) => rows)
  if (again.length > 0) settled.push(...(await takeRows(needs, kind, again)))
  return settled
}

/** Of several rows only the one with the number is refused. */
async function takeApart<Kind extends FeedKind>(
  needs: Needs,
  kind: Kind,
  rows: readonly Row<Kind>[],
  number: PersonNumber,
): Promise<readonly Settled[]> {
  if (rows.length === 1) return rows.map(({ line }) => ({ line, ...refusedNumber(number) }))
  const settled: Settled[] = []
  for (const row of rows) settled.push(...(await takeRows(needs, kind, [row])))
  return settled
}

/** An item of the registry, and what the rows make of it. */
interface Subject<Kind extends FeedKind> {
  readonly rows: readonly Row<Kind>[]
  readonly before: Revised<Held> | undefined
  /** None when nothing of it is to be written. */
  readonly after: Held | undefined
  readonly settled: readonly Settled[]
}

const readSubjects: {
  readonly [Kind in FeedKind]: (
    registry: RegistryStore,
    rows: readonly Row<Kind>[],
  ) => Promise<readonly Subject<Kind>[]>
} = {
  async households(registry, rows) {
    const groups = Map.groupBy(rows, ({ record }) => record.householdId)
    return subjects(groups, await registry.households([...groups.keys()]), takeHousehold)
  },
  async persons(registry, rows) {
    const groups = Map.groupBy(rows, ({ record }) => record.personId)
    const [held, households] = await Promise.all([
      registry.persons([...groups.keys()]),
      registry.households([...new Set(rows.map(({ record }) => record.householdId))]),
    ])
    return subjects(groups, held, (person, record) => takePerson(person, record, id => households.has(id)))
  },
  async cards(registry, rows) {
    const groups = Map.groupBy(rows, ({ record }) => record.personId)
    return subjects(groups, await registry.persons([...groups.keys()]), takeCard)
  },
  async contributions(registry, rows) {
    const groups = Map.groupBy(rows, ({ record }) => contributionsId(record))
    const [held, persons] = await Promise.all([
      registry.contributions([...groups.values()].map(([row]) => row?.record as ContributionsOf)),
      registry.persons([...new Set(rows.map(({ record }) => record.personId))]),
    ])
    return subjects(groups, held, (contributions, record) =>
      takeContribution(contributions, record, id => persons.has(id)),
    )
  },
}

function subjects<Kind extends FeedKind, Id extends string, One extends Held>(
  groups: ReadonlyMap<Id, readonly Row<Kind>[]>,
  held: ReadonlyMap<Id, Revised<One>>,
  take: (held: One | undefined, record: FeedRecord<Kind>) => Taken<One>,
): readonly Subject<Kind>[] {
  return [...groups].map(([id, rows]) => {
    const before = held.get(id)
    let after = before?.held
    const settled = rows.map(({ line, record }) => {
      const taken = take(after, record)
      if (!('held' in taken)) return { line, ...taken }
      after = taken.held
      return { line, verdict: taken.verdict }
    })
    return { rows, before, after: after === before?.held ? undefined : after, settled }
  })
}

/** Gives the subjects of which a number names another person, with that number. Looks first, so that a refused row leaves no number behind. */
async function nameNumbers<Kind extends FeedKind>(needs: Needs, all: readonly Subject<Kind>[]) {
  const { registry, hashKey, claim, clock } = needs
  const numbers = all.flatMap(subject =>
    changesOf(subject).map(number => ({ subject, number, hash: numberHash(hashKey, number.number) })),
  )
  const named = await registry.namedBy([...new Set(numbers.map(({ hash }) => hash))])
  const left = await leftBehind(needs, numbers, named)
  const holders = new Map([...named].flatMap(([hash, { personId }]) => (left.has(hash) ? [] : [[hash, personId]])))
  const foreign = new Map<Subject<Kind>, PersonNumber>()
  for (const { subject, number, hash } of numbers) {
    const holder = holders.get(hash) ?? number.personId
    holders.set(hash, holder)
    if (holder !== number.personId) foreign.set(subject, number)
  }
  const free = numbers.filter(({ subject }) => !foreign.has(subject))
  const isFirst = ({ hash }: HashedNumber) => claim.alone && !named.has(hash)
  const first = free.filter(isFirst)
  if (first.length > 0) {
    await claim.renew()
    await registry.nameAlone(first, clock())
  }
  const others = free.filter(number => !isFirst(number))
  await atOnce(writesAtOnce, others, async ({ subject, number, hash }) => {
    if (!(await registry.nameNumber(hash, number, clock(), left.get(hash)))) foreign.set(subject, number)
  })
  return foreign
}

/**
 * A number may name somebody who does not have it: numbers are written before the person whom they name, so a crash between the two
 * leaves one behind, and so does a record that corrects another person's number away. Such a number is free again once nobody can
 * still be about to write that person.
 */
async function leftBehind(
  { registry, hashKey, clock }: Needs,
  numbers: readonly HashedNumber[],
  named: ReadonlyMap<string, Named>,
): Promise<ReadonlyMap<string, Named>> {
  const since = clock().getTime() - longestWrite
  const suspects = numbers.flatMap(({ number, hash }) => {
    const found = named.get(hash)
    const old = found && found.personId !== number.personId && found.at < since
    return old ? [[hash, found] as const] : []
  })
  const persons = await registry.persons([...new Set(suspects.map(([, { personId }]) => personId))])
  const has = ([hash, { personId }]: readonly [string, Named]) =>
    numbersIn(persons.get(personId)?.held).some(({ number }) => numberHash(hashKey, number) === hash)
  return new Map(suspects.filter(suspect => !has(suspect)))
}

/** Milliseconds; far beyond the 15 minutes for which a Lambda may run (AWS Lambda quotas). */
const longestWrite = 60 * 60 * 1000

function changesOf({ before, after }: Subject<FeedKind>): readonly PersonNumber[] {
  if (!after || !('person' in after)) return []
  return numberChanges(numbersIn(before?.held), numbersIn(after), dayInVietnam(new Date(after.person.sourceTime)))
}

function numbersIn(held: Held | undefined): readonly PersonNumber[] {
  return held && 'person' in held ? numbersOf(held.person, held.cards) : []
}

/** Gives the subjects that somebody else has written meanwhile. */
async function writeSubjects<Kind extends FeedKind>({ registry, claim }: Needs, all: readonly Subject<Kind>[]) {
  const overtaken = new Set<Subject<Kind>>()
  const changed = all.flatMap(subject =>
    subject.after ? [{ subject, held: subject.after, revision: subject.before?.revision }] : [],
  )
  if (claim.alone && changed.length > 0) {
    await claim.renew()
    await registry.putAlone(changed)
  } else {
    await atOnce(writesAtOnce, changed, async ({ subject, held, revision }) => {
      if (!(await registry.put(held, revision))) overtaken.add(subject)
    })
  }
  return overtaken
}

const writesAtOnce = 32

const numberFields = { insurance: 'insurance_number', national: 'national_id', card: 'card_number' } as const

function refusedNumber({ kind, number, to }: PersonNumber) {
  const field = kind === 'insurance' && to ? 'former_insurance_number' : numberFields[kind]
  return refused(field, 'number-of-another', number)
}
