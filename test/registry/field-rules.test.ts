import { describe, expect, it } from 'vitest'
import { feedKinds, feeds, readFeedLine } from '../../lambdas/registry/feeds.ts'
import { columnName, fieldsOf } from '../../lambdas/registry/field.ts'
import { feed } from './intake-service.ts'
import { card, contribution, household, person } from './records.ts'

const good = {
  households: feed('households', household()),
  persons: feed('persons', person()),
  cards: feed('cards', card()),
  contributions: feed('contributions', contribution()),
}

/** None is taken by any field. */
const strange = ['', ' ', 'no such value ', -1, 2 ** 40, 1.5, true, {}, []]

describe.each(feedKinds)('what refuses a field of %s', kind => {
  it.each(fieldsOf(feeds[kind]).map(({ name, required }) => ({ column: columnName(name), required })))(
    'says the same of whatever comes, in words of ours: $column',
    ({ column, required }) => {
      const rules = [...strange, ...(required ? [null] : [])].map(value => {
        const read = readFeedLine(kind, JSON.stringify({ ...JSON.parse(good[kind]), [column]: value }))
        return Array.isArray(read) ? read : []
      })
      expect(rules.map(([refusal]) => refusal?.field)).toEqual(rules.map(() => column))
      const said = new Set(rules.map(([refusal]) => refusal?.rule))
      expect([...said]).toEqual([expect.not.stringMatching(/Invalid|expected|received|Too (small|big)/)])
    },
  )
})
