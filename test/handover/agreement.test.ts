import { describe, expect, it } from 'vitest'
import { agreement, agreementFile } from '../../lambdas/handover/agreement.ts'
import { agreements, agreementWith } from '../../lambdas/handover/agreements.ts'
import { datasetNamed, datasetNames } from '../../lambdas/handover/datasets.ts'
import { moh } from './convert/conversion.ts'

const { households = [], persons = [] } = moh.datasets

const refused: readonly (readonly [what: string, change: object, says: RegExp])[] = [
  [
    'a column that the dataset does not have',
    { datasets: { households: [...households, 'income'] } },
    /households has no column income/,
  ],
  [
    'a dataset without its key',
    { datasets: { persons: persons.filter(name => name !== 'person_id') } },
    /persons cannot do without person_id/,
  ],
  [
    'a dataset without its province',
    { datasets: { households: ['household_id'] } },
    /households cannot do without province_code/,
  ],
  ['a column twice', { datasets: { households: [...households, 'state'] } }, /households names state twice/],
  ['a dataset without columns', { datasets: { households: [] } }, /households/],
  [
    'contributions without their key',
    { datasets: { contributions: ['person_id', 'province_code'] } },
    /contributions cannot do without scheme/,
  ],
  [
    'contributions cut by whose cards somebody holds',
    { datasets: agreementWith('labour').datasets, rows: { exceptHoldersOf: ['QN'] } },
    /leave exceptHoldersOf or contributions out/,
  ],
  ['an unknown scheme', { rows: { schemes: ['dental'] } }, /schemes/],
  ['no dataset', { datasets: {} }, /datasets/],
  ['a codec that readers may lack', { codec: 'lz4' }, /codec/],
  [
    'a recipient that is no name for a folder',
    { recipient: 'Bộ Y tế' },
    /a to z, 0 to 9 and _, from 2 to 31 characters/,
  ],
  ['a recipient that would leave its folder', { recipient: '../moh' }, /a to z/],
  ['a province of before July 2025', { rows: { provinceCodes: ['02'] } }, /a province code/],
  ['no province at all', { rows: { provinceCodes: [] } }, /provinceCodes/],
  ['an unknown object', { rows: { exceptHoldersOf: ['ZZ'] } }, /an object code/],
  ['a rule that nobody knows', { rows: { minimumAge: 18 } }, /minimumAge/],
  ['a cadence in words', { cadence: { full: 'monthly' } }, /an ISO 8601 duration such as P1M or P7D/],
  ['an empty cadence', { cadence: { full: 'P' } }, /an ISO 8601 duration/],
  ['no time to keep it', { retentionDays: 0 }, /retentionDays/],
  ['more exceptions than rows', { exceptionsPerThousand: 1001 }, /exceptionsPerThousand/],
  ['no legal basis', { legalBasis: [] }, /legalBasis/],
  ['a purpose in one language', { purpose: { en: 'Statistics' } }, /vi/],
  ['what no agreement has', { columns: '*' }, /columns/],
]

describe('an agreement', () => {
  it.each(refused)('is refused with %s', (_, change, says) => {
    expect(() => agreement.parse({ ...moh, ...change })).toThrow(says)
  })

  it.each(['P1M', 'P2W', 'P7D', 'PT6H', 'P1M1DT6H'])('may recur every %s', full => {
    expect(agreement.parse({ ...moh, cadence: { full } }).cadence.full).toBe(full)
  })
})

describe('the file of an agreement', () => {
  const head = {
    title: { en: 'Agreement', vi: 'Thỏa thuận' },
    source: 'a decree',
    date: '2026-11-27',
    inForce: { from: '2025-10-22', to: null },
    note: 'not signed yet',
  }

  it('has a head that is no part of what is agreed, so a manifest does not hold it and a chain goes on', () => {
    expect(agreementFile.parse({ ...head, ...moh })).toEqual(moh)
  })

  it.each(Object.keys(head))('is refused without its %s', name => {
    expect(() => agreementFile.parse({ ...head, ...moh, [name]: undefined })).toThrow(name)
  })

  it('is held to what an agreement may say', () => {
    expect(() => agreementFile.parse({ ...head, ...moh, columns: '*' })).toThrow('columns')
  })
})

describe('the agreements in force', () => {
  it('name each recipient once', () => {
    const recipients = agreements.map(({ recipient }) => recipient)
    expect(recipients).toEqual([...new Set(recipients)])
  })

  it('are found by recipient, and an unknown one is told who there is', () => {
    expect(agreementWith('moh')).toBe(agreements[0])
    expect(() => agreementWith('mof')).toThrow('no agreement with mof; there are moh')
  })

  it('give the Ministry of Health every dataset but contributions in zstd, every column but telephone numbers', () => {
    expect(moh).toMatchObject({ codec: 'zstd', rows: {} })
    expect(datasetNames.filter(name => !moh.datasets[name])).toEqual(['contributions'])
    const withheld = datasetNames
      .filter(name => moh.datasets[name])
      .flatMap(name =>
        datasetNamed(name).columns.flatMap(column => (moh.datasets[name]?.includes(column.name) ? [] : [column.name])),
      )
    expect(withheld).toEqual(['phone'])
  })

  it.each([
    [
      'the population database identity and insurance status, of everybody',
      'population',
      {
        mode: 'synchronisation',
        rows: {},
        datasets: {
          persons: [
            'person_id',
            'full_name',
            'birth_date',
            'birth_date_precision',
            'sex',
            'national_id',
            'insurance_number',
            'province_code',
            'identity_state',
            'identity_verified_on',
            'died_on',
          ],
          eligibility: ['person_id', 'province_code', 'reason', 'valid_from', 'valid_to'],
        },
      },
    ],
    [
      'labour social and unemployment contributions, and nobody’s health insurance',
      'labour',
      {
        mode: 'packaged-media',
        rows: { schemes: ['social', 'unemployment'] },
        datasets: {
          contributions: [
            'person_id',
            'scheme',
            'first_month',
            'last_month',
            'employer_code',
            'employer_name',
            'salary_base',
            'agency_code',
            'province_code',
          ],
        },
      },
    ],
    [
      'a province’s health department its own province in the least columns, and nobody whom the armed forces manage',
      'hanoi_health',
      {
        mode: 'packaged-media',
        rows: { provinceCodes: ['01'], exceptHoldersOf: ['QN', 'CA', 'CY', 'TQ', 'TA', 'TY'] },
        datasets: {
          persons: [
            'person_id',
            'household_id',
            'birth_date',
            'birth_date_precision',
            'sex',
            'ward_code',
            'province_code',
          ],
          eligibility: [
            'person_id',
            'ward_code',
            'province_code',
            'reason',
            'level',
            'facility_code',
            'valid_from',
            'valid_to',
          ],
        },
      },
    ],
  ])('give %s', (_, recipient, granted) => {
    const { mode, rows, datasets } = agreementWith(recipient)
    expect({ mode, rows, datasets }).toEqual(granted)
  })
})
