import type { BirthDate } from '../../lambdas/registry/birth-date.ts'
import type { Card } from '../../lambdas/registry/card.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import { monthOf } from '../../lambdas/registry/month.ts'
import type { Person } from '../../lambdas/registry/person.ts'
import { relationshipCode } from './family.ts'
import { type FeedRecords, feedRecords } from './feed-records.ts'
import { newcomerId } from './identifiers.ts'
import { forenames } from './names.ts'
import { type NationOptions, nation } from './nation.ts'
import { drawFacility, drawPlace } from './places.ts'
import { type Random, seededRandom } from './random.ts'
import { weighted } from './weighted.ts'

/** Of households, how many have news on one day: far more than in life, so that a small nation has some of each kind. */
const shareWithNews = 0.03

const drawKind = weighted<keyof typeof kinds>([
  ['birth', 2],
  ['death', 1],
  ['move', 3],
  ['card reissued', 3],
  ['identity verified', 3],
  ['name corrected', 1],
  ['work ended', 2],
])

/** One household on the day of its news. */
interface Scene {
  readonly random: Random
  readonly today: Day
  readonly records: FeedRecords
  readonly living: FeedRecords['persons']
  /** For whoever comes into the household. */
  readonly newcomer: Person['personId']
}

type News = Partial<FeedRecords>

/** What happens on the day; nothing in a household where it cannot. */
const kinds = {
  birth({ random, today, living: [parent], records, newcomer }: Scene): News {
    if (!parent) return {}
    const { householdId, addressLine, wardCode, provinceCode, formerProvinceCode, ethnicCode, nationality } = parent
    const sex = random.chance(0.53) ? '1' : '2'
    const [surname] = parent.fullName.split(' ')
    const person = {
      personId: newcomer,
      householdId,
      relationshipCode: relationshipCode('child'),
      householdOrder: records.persons.length + 1,
      fullName: `${surname} ${forenames(random, sex)}`,
      birthDate: today as string as BirthDate,
      sex,
      ethnicCode,
      nationality,
      addressLine,
      wardCode,
      provinceCode,
      formerProvinceCode,
      identityState: 'unverified',
      sourceTime: parent.sourceTime,
    } as const
    return { persons: [person] }
  },
  death({ random, today, living, records }: Scene): News {
    const person = oneOf(random, living)
    if (!person) return {}
    const held = records.cards.filter(card => card.personId === person.personId && isInForce(card, today))
    return {
      persons: [{ ...person, diedOn: today }],
      cards: held.map(card => ({ ...card, recalledOn: today, recallReason: 'died' })),
    }
  },
  move({ random, records }: Scene): News {
    const { wardCode, provinceCode, formerProvinceCode } = drawPlace(random)
    const moved = { wardCode, provinceCode, formerProvinceCode, addressLine: `Số ${random.between(1, 400)}` }
    return {
      households: records.households.map(household => ({ ...household, ...moved })),
      persons: records.persons.map(person => ({ ...person, ...moved })),
    }
  },
  'card reissued'({ random, today, records }: Scene): News {
    const card = oneOf(
      random,
      records.cards.filter(card => isInForce(card, today) && card.validFrom < today),
    )
    if (!card) return {}
    const facilityCode = drawFacility(random, card.facilityCode.slice(0, 2))
    return {
      cards: [
        { ...card, recalledOn: today, recallReason: 'reissued' },
        { ...card, validFrom: today, issuedOn: today, facilityCode },
      ],
    }
  },
  'identity verified'({ random, today, living }: Scene): News {
    const person = oneOf(
      random,
      living.filter(({ identityState, nationalId }) => identityState !== 'verified' && nationalId),
    )
    return person ? { persons: [{ ...person, identityState: 'verified', identityVerifiedOn: today }] } : {}
  },
  'name corrected'({ random, living }: Scene): News {
    const person = oneOf(
      random,
      living.filter(({ sex }) => sex !== '3'),
    )
    if (!person) return {}
    const [surname] = person.fullName.split(' ')
    return { persons: [{ ...person, fullName: `${surname} ${forenames(random, person.sex as '1' | '2')}` }] }
  },
  'work ended'({ random, today, records }: Scene): News {
    const job = oneOf(
      random,
      records.contributions.filter(({ lastMonth }) => lastMonth === undefined),
    )
    if (!job) return {}
    const ended = records.contributions.filter(
      ({ personId, employerCode, lastMonth }) =>
        personId === job.personId && employerCode === job.employerCode && lastMonth === undefined,
    )
    return { contributions: ended.map(one => ({ ...one, lastMonth: monthOf(today) })) }
  },
} as const

/**
 * What happens in a nation on its `today`, household by household: only records that change or come, each newer than the one that it
 * changes. The same options give the same news.
 */
export function* news(options: NationOptions): Generator<FeedRecords> {
  const random = seededRandom(options.seed + 2 ** 33)
  let people = 0
  for (const home of nation(options)) {
    people += home.members.length
    if (!random.chance(shareWithNews)) continue
    const records = feedRecords(home)
    const scene = {
      random,
      today: options.today,
      records,
      living: records.persons.filter(({ diedOn }) => diedOn === undefined),
      newcomer: newcomerId(people - 1, options.people),
    }
    const { households = [], persons = [], cards = [], contributions = [] } = kinds[drawKind(random)](scene)
    const sourceTime = midnightOf(options.today)
    const dated = <Kind extends object>(all: readonly Kind[]) => all.map(one => ({ ...one, sourceTime }))
    yield {
      households: dated(households),
      persons: dated(persons),
      cards: dated(cards),
      contributions: dated(contributions),
    }
  }
}

/** In Vietnam, UTC+7: after everything that happened before, and never to come. */
function midnightOf(day: Day): number {
  return Date.parse(day) - 7 * 3_600_000
}

function oneOf<One>(random: Random, all: readonly One[]): One | undefined {
  return all[random.below(all.length)]
}

function isInForce({ validFrom, validTo, recalledOn }: Card, day: Day): boolean {
  return validFrom <= day && (!validTo || day <= validTo) && !recalledOn
}
