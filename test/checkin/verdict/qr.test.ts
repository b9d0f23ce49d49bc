import { describe, expect, it } from 'vitest'
import { readQr } from '../../../lambdas/checkin/verdict/qr.ts'

const hexName = Buffer.from('Đỗ Thị Hoà').toString('hex')
const healthCard = `0123456789|${hexName}|03/02/1990|2|${hexName}|01 - 007|01/01/2026|-|20/12/2025|01|4|-|$`
const identityCard = '001190000001|012345678|Đỗ Thị Hoà|03021990|Nữ|Số 1 ngõ 2, Ba Đình, Hà Nội|05062021'
const facts = { birthDate: '1990-02-03', fullName: 'Đỗ Thị Hoà' }

describe('the QR code', () => {
  it('of a health card gives number, name and birth date', () => {
    expect(readQr(healthCard)).toEqual({ number: { number: '0123456789' }, ...facts })
  })

  it('of a health card with the whole card number gives it', () => {
    expect(readQr(healthCard.replace('0123456789', 'DN4010123456789'))).toMatchObject({
      number: { number: '0123456789', cardNumber: 'DN4010123456789' },
    })
  })

  it.each([
    ['1990', '1990'],
    ['02/1990', '1990-02'],
  ])('of a health card may know the birth date as far as %s', (written, birthDate) => {
    expect(readQr(healthCard.replace('03/02/1990', written))).toMatchObject({ birthDate })
  })

  it('of an identity card gives the national id, name and birth date', () => {
    expect(readQr(identityCard)).toEqual({ number: { number: '001190000001' }, ...facts })
  })

  it('of an identity card may lack the former number', () => {
    expect(readQr(identityCard.replace('012345678', ''))).toMatchObject(facts)
  })

  it('may come with a line break, and in capitals', () => {
    expect(readQr(`${healthCard.replace(hexName, hexName.toUpperCase())}\r\n`)).toMatchObject(facts)
  })

  it('has its name in NFC', () => {
    const decomposed = 'Đỗ Thị Hoà'.normalize('NFD')
    expect(readQr(healthCard.replace(hexName, Buffer.from(decomposed).toString('hex')))).toMatchObject(facts)
    expect(readQr(identityCard.replace('Đỗ Thị Hoà', decomposed))).toMatchObject(facts)
  })

  it.each([
    ['nothing', ''],
    ['a number alone', '0123456789'],
    ['a name that is not hexadecimal', healthCard.replace(hexName, 'Đỗ Thị Hoà')],
    ['a name that is not UTF-8', healthCard.replace(hexName, 'ff')],
    ['no name', healthCard.replace(hexName, '')],
    ['a birth date that does not exist', healthCard.replace('03/02/1990', '30/02/1990')],
    ['a number of another length', healthCard.replace('0123456789', '012345678')],
    ['a health card that was cut', healthCard.slice(0, -1)],
    ['an identity card with a birth date in another form', identityCard.replace('03021990', '1990-02-03')],
    ['an identity card whose number is no national id', identityCard.replace('001190000001', '0123456789')],
    ['another code', 'https://example.vn/|a|b|01012000'],
  ])('is not read from %s', (_, text) => {
    expect(readQr(text)).toBeUndefined()
  })
})
