import { expect, it } from 'vitest'
import { cardHolderStore } from '../../lambdas/checkin/card-holder-store.ts'
import { personItem, readPerson } from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import { numbersOf } from '../../lambdas/registry/person-numbers.ts'
import { startDesk } from './desk.ts'
import { synthetic } from './synthetic.ts'

it('everybody is read as the registry reads them, by each of their numbers', async () => {
  const people = synthetic(150)
  const { db, hashKey } = await startDesk(...people)
  const holders = cardHolderStore(db, 'registry')
  const key = await hashKey()

  for (const { person, cards } of people) {
    const expected = readPerson(personItem(person, cards))
    for (const { number } of numbersOf(person, cards)) {
      expect(await holders.find(numberHash(key, number))).toEqual(expected)
    }
  }
})
