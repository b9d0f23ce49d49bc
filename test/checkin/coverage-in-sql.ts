import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Coverage } from '../../lambdas/checkin/coverage.ts'
import { coverageSql } from '../../lambdas/checkin/coverage-sql.ts'
import { guardedColumns, guardedElements, itemStruct } from '../../lambdas/handover/convert/part-columns.ts'
import { type List, listOf } from '../../lambdas/handover/convert/parts.ts'
import { openDatabase } from '../../lambdas/handover/engine/duckdb-engine.ts'
import { literal } from '../../lambdas/handover/engine/sql.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import { type HeldPerson, personItem } from '../../lambdas/registry/items.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import { folder } from '../local/service.ts'

/** What both sides say of a person; a card is told by its number and first day. */
export interface Said {
  readonly reason: string
  readonly card: string | null
  readonly level: number | null
}

/** The handover's coverage of people, from parts that were read out of their items as an export holds them. */
export async function coverageInSql() {
  const dir = await folder()
  const database = await openDatabase({ dir, threads: 1, memoryLimit: '500MB' })
  onTestFinished(() => database.close())
  const engine = await database.connect()
  const file = join(dir, 'persons.json')
  return {
    async hold(people: readonly HeldPerson[]) {
      const lines = people.map(({ person, cards }, place) =>
        JSON.stringify({ Item: personItem({ ...person, personId: placeId(place) }, cards) }),
      )
      await writeFile(file, `${lines.join('\n')}\n`)
      await engine.run(`CREATE OR REPLACE TABLE persons AS SELECT ${guardedColumns('persons')}
        FROM read_json(${literal(file)}, format = 'newline_delimited', columns = {Item: ${literal(itemStruct('persons'))}})`)
      await engine.run(`CREATE OR REPLACE TABLE cards AS ${guardedElements(listOf.persons as List, 'persons')}`)
    },
    on: (day: Day) =>
      engine.rows<Said>(
        `SELECT reason, card.card_number || ' ' || card.valid_from AS card, level FROM (${coverageSql('persons', 'cards', day)}) ORDER BY person_id`,
      ),
  }
}

/** People are told apart by where they stand among the others. */
function placeId(place: number): PersonId {
  return String(place).padStart(11, '0') as PersonId
}

export function said(coverage: Coverage): Said {
  if (!('card' in coverage)) return { reason: coverage.reason, card: null, level: null }
  const { reason, card, level } = coverage
  return { reason, card: `${card.cardNumber} ${card.validFrom}`, level }
}
