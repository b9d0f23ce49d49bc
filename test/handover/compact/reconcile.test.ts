import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Result, reconcile } from '../../../lambdas/handover/compact/reconcile.ts'
import type { Tally } from '../../../lambdas/handover/compact/tally.ts'
import type { PlaceCount } from '../../../lambdas/handover/convert/place-count.ts'
import type { DatasetName } from '../../../lambdas/handover/datasets.ts'
import { moh } from '../convert/conversion.ts'
import { tallyOf } from './tallies.ts'

const counted: readonly PlaceCount[] = [
  { aggregate: 'households', province: '01', place: '00004', rows: { households: 3 } },
  { aggregate: 'households', province: '01', place: '00008', rows: { households: 1 } },
  { aggregate: 'households', province: '79', place: '26734', rows: { households: 5 } },
  { aggregate: 'persons', province: '01', place: '00004', rows: { persons: 10, cards: 14 } },
  { aggregate: 'persons', province: '01', place: '00008', rows: { persons: 2 } },
  { aggregate: 'persons', province: '79', place: '26734', rows: { persons: 12, cards: 30 } },
]
const tally = tallyOf({ selected: { moh: counted } })

const written: Result['files'] = [
  { dataset: 'households', province: '01', rows: 4 },
  { dataset: 'households', province: '79', rows: 5 },
  { dataset: 'persons', province: '01', rows: 7 },
  { dataset: 'persons', province: '01', rows: 5 },
  { dataset: 'persons', province: '79', rows: 12 },
  { dataset: 'cards', province: '01', rows: 14 },
  { dataset: 'cards', province: '79', rows: 30 },
  { dataset: 'eligibility', province: '01', rows: 12 },
  { dataset: 'eligibility', province: '79', rows: 12 },
]

function reconciled(result: Partial<Result>, of: Tally = tally) {
  return () => reconcile(moh, of, { files: written, excepted: [], ...result })
}

describe('final files', () => {
  it('agree with what was counted in the export', () => {
    expect(reconciled({})).not.toThrow()
  })

  it('agree with what was counted less the exceptions', () => {
    const excepted = [{ province: '79', rows: { persons: 1, cards: 3 } }]
    const less: Partial<Record<DatasetName, number>> = { persons: 1, cards: 3, eligibility: 1 }
    const files = written.map(file =>
      file.province === '79' ? { ...file, rows: file.rows - (less[file.dataset] ?? 0) } : file,
    )

    expect(reconciled({ files, excepted })).not.toThrow()
    expect(reconciled({ files })).toThrow('province 79')
    expect(reconciled({ excepted })).toThrow('persons of province 79 for moh: the files hold 12 rows, 11 were counted')
  })

  it('stop the handover when one of them lost or gained a single row, and the file is named', () => {
    fc.assert(
      fc.property(fc.nat({ max: written.length - 1 }), fc.constantFrom(-1, 1), (at, more) => {
        const { dataset, province, rows } = written[at] as Result['files'][number]
        const files = written.with(at, { dataset, province, rows: rows + more })

        expect(reconciled({ files })).toThrow(
          expect.objectContaining({ code: 'rows-lost', reading: `${dataset} of province ${province} for moh` }),
        )
      }),
    )
  })

  it.each(Object.keys(moh.datasets))('stop the handover when those of %s are not there', dataset => {
    expect(reconciled({ files: written.filter(file => file.dataset !== dataset) })).toThrow(
      expect.objectContaining({ code: 'rows-lost', reading: `${dataset} of province 01 for moh` }),
    )
  })

  it('stop the handover when there are some of a province that nobody counted', () => {
    const files: Result['files'] = [...written, { dataset: 'cards', province: '96', rows: 1 }]

    expect(reconciled({ files })).toThrow('cards of province 96 for moh: the files hold 1 rows, 0 were counted')
  })

  it('may lack datasets that the recipient is not granted', () => {
    const { households = [] } = moh.datasets
    const files = written.filter(({ dataset }) => dataset === 'households')

    expect(() => reconcile({ ...moh, datasets: { households } }, tally, { files, excepted: [] })).not.toThrow()
  })
})
