import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCardCheck } from '../../../lambdas/checkin/native/card-check-request.ts'
import { today } from '../people.ts'

const good = { number: '0123456789', birthDate: '1990' }

describe('a card check', () => {
  it('is of today and for the reception unless it says otherwise', () => {
    expect(readCardCheck(good, today)).toEqual({
      number: { number: '0123456789' },
      birthDate: '1990',
      serviceDate: today,
      purpose: 'reception',
    })
  })

  it.each(['2026-11-15', '2026-11-21', '2026-11-22', '2026-11-23'])('may be of %s', serviceDate => {
    expect(readCardCheck({ ...good, serviceDate }, today)).toMatchObject({ serviceDate })
  })

  it.each<[string, unknown]>([
    ['serviceDate', { ...good, serviceDate: '2026-11-14' }],
    ['serviceDate', { ...good, serviceDate: '2026-11-24' }],
    ['serviceDate', { ...good, serviceDate: '2026-11-31' }],
    ['serviceDate', { ...good, serviceDate: null }],
    ['number', { ...good, number: 123456789 }],
    ['number', { birthDate: '1990' }],
    ['birthDate', { ...good, birthDate: '1990-02-30' }],
    ['birthDate', { ...good, birthDate: '19900203' }],
    ['fullName', { ...good, fullName: '  ' }],
    ['fullName', { ...good, fullName: 'a'.repeat(401) }],
    ['officer', { ...good, officer: '' }],
    ['officer', { ...good, officer: 'Quầy \ud800' }],
    ['purpose', { ...good, purpose: 'curiosity' }],
    ['body', { ...good, cccd: '001190000001' }],
    ['body', null],
    ['body', 'text'],
    ['body', [good]],
  ])('with a fault in %s is refused: %j', (field, content) => {
    expect(readCardCheck(content, today)).toEqual([expect.objectContaining({ field })])
  })

  it('is read or refused, whatever comes', () => {
    const almost = fc.record(
      { number: fc.anything(), birthDate: fc.anything(), fullName: fc.anything(), serviceDate: fc.anything() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almost), content => {
        const read = readCardCheck(content, today)
        expect(Array.isArray(read) ? read.length > 0 : 'serviceDate' in read).toBe(true)
      }),
    )
  })
})
