import { describe, expect, it } from 'vitest'
import type { Agreement } from '../../../lambdas/handover/agreement.ts'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import { chainOf } from '../../../lambdas/handover/compact/chain.ts'
import { buildManifest, manifestBytes } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { moh } from '../convert/conversion.ts'

describe('the chain of a recipient', () => {
  it.each(agreements)('goes on from what was written for $recipient while the agreement is the same', agreement => {
    expect(chainFrom(written(agreement), agreement)).toMatchObject({ rebaseline: null })
  })

  it('begins anew, and has no gap, where what was written has a column that this version does not know', () => {
    const { manifest } = written(moh)
    const { households = [] } = moh.datasets
    const agreement = { ...moh, datasets: { ...moh.datasets, households: [...households, 'fax'] } }
    const earlier = { manifest: { ...manifest, handover: { ...manifest.handover, agreement } } }

    expect(chainFrom(earlier, moh)).toEqual({ rebaseline: 'agreement-changed' })
  })

  it('has a gap where what was written is no manifest', () => {
    expect(chainFrom({ manifest: {} }, moh)).toEqual({ rebaseline: 'gap' })
  })
})

function chainFrom({ manifest }: { readonly manifest: object }, agreement: Agreement) {
  const bytes = manifestBytes(manifest)
  return chainOf(agreement, { sequence: 1, sha256: sha256Hex(bytes) }, bytes)
}

function written(agreement: Agreement) {
  const cut = new Date('2026-11-22T07:00:00Z')
  return buildManifest({
    agreement,
    ...{ sequence: 1, previous: null, changes: null, mode: 'full', rebaseline: 'first', files: [] },
    ...{ moving: 0, headAbsent: 0 },
    ...{ created: cut, asOf: cut, asOfDay: '2026-11-22' },
    exceptions: { name: 'exceptions/part-00000-00000000.parquet', bytes: 4, sha256: sha256Hex('PAR1'), rows: 0 },
    source: { exportArns: ['arn:aws:dynamodb:::table/registry/export/1'], items: {} },
  })
}
