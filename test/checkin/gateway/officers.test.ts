import { describe, expect, it } from 'vitest'
import { newSession } from '../../../lambdas/checkin/gateway/gateway-session.ts'
import { readOfficers } from '../../../lambdas/checkin/gateway/officer-lines.ts'
import {
  mostOfficers,
  officerOf,
  officerPrints,
  officerRefusal,
  printBytes,
} from '../../../lambdas/checkin/gateway/officers.ts'
import type { NationalId } from '../../../lambdas/registry/national-id.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { now } from '../desk.ts'
import { facility, password, username } from './gateway-desk.ts'

const key = Buffer.alloc(32, 1)
const id = (number: number) => String(number).padStart(12, '0') as NationalId
const crowd = Array.from({ length: mostOfficers }, (_, index) => officerOf(key, id(index), `Cán bộ ${index}`))

describe('an officer', () => {
  it('is found among as many as a facility may have, and only with the name of the id', () => {
    const prints = officerPrints(crowd)
    expect(prints).toHaveLength(mostOfficers * printBytes)
    expect(officerRefusal(officerOf(key, id(399), 'CAN BO 399'), prints)).toBeUndefined()
    expect(officerRefusal(officerOf(key, id(399), 'Cán bộ 398'), prints)).toBe('055')
    expect(officerRefusal(officerOf(key, id(400), 'Cán bộ 400'), prints)).toBe('054')
    expect(officerRefusal(officerOf(key, id(0), 'Cán bộ 0'), officerPrints([]))).toBe('054')
  })

  it('is kept under another hash than the same id as an insured person’s, and one name differs with the id', () => {
    const [first, second] = [officerOf(key, id(1), 'Trần An'), officerOf(key, id(2), 'Trần An')]
    expect(first.id).not.toBe(numberHash(key, id(1)))
    expect(first.name).not.toBe(second.name)
  })

  it('is one of as many as fit into a request line of API Gateway with the rest of a lookup', () => {
    const session = { username, facility, officers: officerPrints(crowd) }
    const { accessToken, idToken } = newSession(key, session, password, now)
    const query = new URLSearchParams({ token: accessToken, id_token: idToken, username, password })
    // 10,240 bytes for the request line and all headers (Amazon API Gateway, quotas)
    expect(query.toString().length).toBeLessThan(6000)
  })
})

describe('the list of officers', () => {
  it('is read line by line, with or without a header, in whatever spaces and quotes', () => {
    const text = '\uFEFFnational_id,full_name\r\n001180000009, Nguyễn Thị Quầy\r\n\r\n"001 180 000010","Trần An"\n'
    const officers = [
      { id: '001180000009', fullName: 'Nguyễn Thị Quầy' },
      { id: '001180000010', fullName: 'Trần An' },
    ]
    expect(readOfficers(text)).toEqual(officers)
    expect(readOfficers('001180000010,Trần An')).toEqual(officers.slice(1))
  })

  it('is refused with every line at fault, its field and the fix, and without what stands there', () => {
    const text =
      'national_id,full_name\n12345,Trần An\n001180000009,\n001180000010,Trần, An\n001180000011,A\n001180000011,B'
    expect(readOfficers(text)).toEqual({
      faults: [
        { line: 2, field: 'national_id', fix: 'must be twelve digits, the first a 0' },
        { line: 3, field: 'full_name', fix: 'must be 1 to 400 characters without commas' },
        { line: 4, field: 'full_name', fix: 'must be 1 to 400 characters without commas' },
        { line: 6, field: 'national_id', fix: 'stands in an earlier line: keep one' },
      ],
    })
  })

  it('names one officer at least, and no more than a session can carry', () => {
    expect(readOfficers('national_id,full_name\n')).toEqual({
      faults: [{ line: 1, field: 'file', fix: 'must name one officer at least' }],
    })
    const many = (count: number) => readOfficers(Array.from({ length: count }, (_, n) => `${id(n)},A`).join('\n'))
    expect(many(mostOfficers)).toHaveLength(mostOfficers)
    expect(many(mostOfficers + 1)).toEqual({
      faults: [{ line: 401, field: 'file', fix: 'may name 400 officers at most' }],
    })
  })
})
