import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planUnits } from '../../../lambdas/handover/compact/plan.ts'
import { unitRows } from '../../../lambdas/handover/engine/lambda-limits.ts'
import { filePage, mostFiles } from '../../../lambdas/handover/sharing/file-page.ts'
import { provinceCodes } from '../../../lambdas/registry/provinces.ts'

const able = { includeEndStreamAction: true }
const unable = { includeEndStreamAction: false }
const files = Array.from({ length: mostFiles + 1 }, (_, n) => n)

describe('a page of files', () => {
  it('gives every file once, in order, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 3000 }), size => {
        const read: number[] = []
        for (let from: number | undefined = 0; from !== undefined; ) {
          const page: { readonly files: readonly number[]; readonly next?: number } = filePage(files, from, able, size)
          read.push(...page.files)
          from = page.next
        }
        expect(read).toEqual(files)
      }),
    )
  })

  it('holds no more than Lambda can answer with, whatever the reader would take', () => {
    const first = filePage(files, 0, able, mostFiles + 1)
    expect([first.files.length, first.next]).toEqual([mostFiles, mostFiles])
  })

  it('is refused to who could not go on, and is whole for who need not', () => {
    expect(() => filePage(files, 0, unable)).toThrow('follow nextPageToken')
    expect(filePage(files.slice(1), 0, unable, 1).files).toHaveLength(mostFiles)
  })

  it('takes a table of nine hundred million rows at once', () => {
    const rows = fc.integer({ min: 1, max: 1_000_000 })
    const places = fc.array(fc.record({ province: fc.constantFrom(...provinceCodes), rows }), {
      maxLength: 2000,
      minLength: 1,
    })
    fc.assert(
      fc.property(places, places => {
        const counts = places.map(({ province, rows }, n) => {
          return { aggregate: 'contributors', province, place: String(n), rows: { contributions: rows } } as const
        })
        const total = places.reduce((sum, { rows }) => sum + rows, 0)
        expect(planUnits(counts, unitRows).length).toBeLessThanOrEqual(provinceCodes.length + (2 * total) / unitRows)
      }),
      { numRuns: 30 },
    )
    expect(provinceCodes.length + (2 * 900_000_000) / unitRows).toBeLessThan(mostFiles)
  })
})
