import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lookupDays } from '../../lambdas/checkin/lookups/lookups-table.ts'
import { farthestLastDay, packDays } from '../../lambdas/checkin/pack/cover.ts'
import { packFaults } from '../../lambdas/checkin/pack/pack.ts'
import { deltaFormat } from '../../lambdas/checkin/pack/pack-delta.ts'
import { packFormat, packHeader } from '../../lambdas/checkin/pack/pack-header.ts'
import { answerTexts, deltaTexts } from '../../lambdas/checkin/pack/pack-texts.ts'
import { keyBytes, recordBytes } from '../../lambdas/checkin/pack/record.ts'
import { daysForHand, differences } from '../../lambdas/checkin/pack/visit.ts'
import { quoted } from './quoted.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/offline.md'), 'utf8')

it('docs/offline.md has every property of the header, every outcome, every refusal and every difference', () => {
  expect(firstColumn('header')).toEqual(Object.keys(packHeader.shape))
  expect([...new Set([...packFaults, ...Object.keys(deltaTexts)])].sort()).toEqual([...firstColumn('code')].sort())
  const reasons = rowsOf('outcome').map(cells => quoted(cells[1] ?? '')[0])
  expect(reasons).toEqual(Object.keys(answerTexts))
  const corrected = rowsOf('state').find(([state]) => state?.includes('corrected'))
  expect(quoted(corrected?.[1] ?? '').slice(1)).toEqual(differences)
})

it('docs/offline.md has the sizes and the days that hold', () => {
  expect(page).toContain(`\`${packFormat}\``)
  expect(page).toContain(`\`${deltaFormat}\``)
  expect(page).toContain(`records of ${recordBytes} bytes, sorted by their first ${keyBytes}`)
  expect(page).toContain(`within the ${lookupDays} days for which lookups are kept`)
  expect(page).toContain(`until it is reconciled, and ${daysForHand} days at most`)
  expect(page).toContain(farthestLastDay)
  expect(packDays).toBe(8)
  expect(page).toContain('It answers for eight days')
})

/** Cells of the rows of the table whose first column has this heading. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, table = ''] = new RegExp(`^\\| ${heading} \\|.*\\n\\| --- .*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? []
  return table
    .trim()
    .split('\n')
    .map(line => line.split('|').slice(1, -1))
}

function firstColumn(heading: string): readonly string[] {
  return rowsOf(heading).flatMap(([cell = '']) => quoted(cell))
}
