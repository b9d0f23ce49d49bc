import { letters } from '../../../lambdas/checkin/verdict/identity.ts'
import { type Card, recallReasons } from '../../../lambdas/registry/card.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import type { NationalId } from '../../../lambdas/registry/national-id.ts'
import type { Person } from '../../../lambdas/registry/person.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'
import { card, holder } from '../people.ts'
import { synthetic } from '../synthetic.ts'

type Changes<Type> = { readonly [Name in keyof Type]?: string | number | undefined }

/** Whoever has a standing that chance may leave out: cards, each by its first five characters, and who holds them. */
const standings: readonly (readonly [cards: readonly Changes<Card>[], person?: Changes<Person>])[] = [
  [[], { birthDate: '1961' }],
  [[], { birthDate: '2025-03' }],
  [[{ validFrom: '2027-01-01', validTo: '2027-12-31' }]],
  [[{ validTo: '2026-11-21' }]],
  [[{ validTo: undefined, areaCode: 'K3', fiveYearsFrom: '2024-05-01' }]],
  [[{ cardNumber: 'QN597' }]],
  [[{ cardNumber: 'CA598' }]],
  [[{}], { diedOn: '2026-02-03' }],
  [[{ cardNumber: 'GD401', validFrom: '2025-01-01', validTo: '2025-12-31' }, {}]],
  [[{ cardNumber: 'GD479', validFrom: '2025-07-01', facilityCode: '79014' }, { issuedOn: '2026-10-01' }]],
  [[{}, { validFrom: '2027-01-01', validTo: '2027-12-31', facilityCode: '79014' }], { fullName: 'Y Ông–Êban' }],
  [[{}], { fullName: "Nguyễn Thị D'Arc", insuranceNumber: undefined }],
  ...[...recallReasons, undefined].map(recallReason => [[{ recalledOn: '2026-03-01', recallReason }]] as const),
]

export const chosen: readonly HeldPerson[] = standings.map(([cards, person], index) =>
  somebody(String(9_876_500_000 + index), cards, person),
)

export const seeded: readonly HeldPerson[] = [...chosen, ...synthetic(300)]

/** Who may ask by the gateway. */
export const clerk = { hoTenCb: 'Nguyễn Thị Quầy', cccdCb: '001180000009' as NationalId }

/** Stands in whatever is hostile, so that an echo is seen. */
export const marker = 'zq7x'

/** What must be in no log line and in no refusal. */
export const personal: RegExp = new RegExp(
  [...new Set([clerk.hoTenCb, letters(clerk.hoTenCb), clerk.cccdCb, marker, ...seeded.flatMap(personalOf)])]
    .map(text => text.replace(/[^\p{L}\p{N}]/gu, escaped => `\\u{${escaped.codePointAt(0)?.toString(16)}}`))
    .join('|'),
  'iu',
)

function personalOf({ person, cards }: HeldPerson): readonly string[] {
  const { fullName, birthDate } = person
  const births = birthDate.length > 4 ? [birthDate, birthDate.split('-').reverse().join('/')] : []
  const numbers = [...numbersOf(person, cards).map(({ number }) => number), ...cards.map(held => held.cardNumber)]
  return [fullName, letters(fullName), ...births, ...numbers]
}

/** By numbers of his own. */
function somebody(number: string, cards: readonly Changes<Card>[], changes: Changes<Person> = {}): HeldPerson {
  const ids = { personId: `${number}A`, insuranceNumber: number, nationalId: `07909${number.slice(3)}` }
  const held = cards.map(({ cardNumber = 'DN401', ...rest }) => card({ ...rest, cardNumber: `${cardNumber}${number}` }))
  return holder(held, { ...ids, ...changes })
}
