import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answeredCapabilities, readCapabilities } from '../../../lambdas/handover/sharing/capabilities.ts'

describe('what a reader can do', () => {
  it('is Parquet and no end of its own where it says nothing', () => {
    for (const header of [undefined, '', 'readerfeatures=deletionvectors', 'asyncquery=true;x', ';=;']) {
      expect(readCapabilities(header)).toEqual({ includeEndStreamAction: false })
    }
  })

  it('is read in any case, with several formats and unknown keys', () => {
    const header = 'READERFEATURES=a,b; ResponseFormat = Delta, Parquet ;includeEndStreamAction=TRUE'
    expect(readCapabilities(header, ' Parquet ')).toEqual({ includeEndStreamAction: true, fileIdHash: 'parquet' })
  })

  it('is refused without Parquet, and with ids made in an unknown way', () => {
    expect(() => readCapabilities('responseformat=delta')).toThrow('delta-sharing-capabilities: expected parquet')
    expect(() => readCapabilities('', 'md5')).toThrow('fileidhash: expected parquet or delta')
  })

  it('never fails on a header but by a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'responsefmat=,;delt pq%') }), header => {
        try {
          readCapabilities(header)
        } catch (error) {
          expect(error).toMatchObject({ name: 'SharingRefusal', status: 400 })
        }
      }),
    )
  })

  it('is repeated as the answer was made', () => {
    expect(answeredCapabilities({ includeEndStreamAction: false })).toEqual({
      'delta-sharing-capabilities': 'responseformat=parquet',
    })
    expect(answeredCapabilities({ includeEndStreamAction: true, fileIdHash: 'delta' })).toEqual({
      'delta-sharing-capabilities': 'responseformat=parquet;includeendstreamaction=true',
      fileidhash: 'delta',
    })
  })
})
