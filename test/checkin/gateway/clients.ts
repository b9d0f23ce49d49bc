/** One way in which public hospital software talks to the portal: the shape alone, with nothing of anybody's in it. */
export interface ClientShape {
  readonly family: string
  readonly takes: Sending
  /** The last segment of the path, in its own letter case. */
  readonly call: string
  readonly asks: Sending
  readonly birthDate: 'dd/MM/yyyy' | 'MM/yyyy' | 'yyyy' | 'ddMMyyyy'
  /** Names of fields as they are sent; those of the officer are absent where none is asked. */
  readonly names: readonly string[]
  readonly md5: 'capitals' | 'small letters'
  /** Fields that older calls had, and that ours passes over. */
  readonly older?: Readonly<Record<string, string | null>>
  readonly session: (body: string) => SessionTokens
  /** What the software makes of an answer: whether it goes on, and with which card and days. */
  readonly reads: (body: string) => Reading
  /** Whether the software would take a new session after this answer. */
  readonly takesAnew: (status: number, body: string) => boolean
}

export type Sending = 'json' | 'json without a type' | 'json in single quotes' | 'form' | 'form of a browser'

export interface SessionTokens {
  readonly token: string
  readonly id_token: string
}

export interface Reading {
  readonly goesOn: boolean
  readonly card?: string
  readonly from?: string
  readonly to?: string
}

type Json = Readonly<Record<string, string | null>>

const parsed = (body: string) => JSON.parse(body) as Json
const key = (body: string) => {
  const { access_token: token, id_token } = (JSON.parse(body) as { APIKey: Record<string, string> }).APIKey
  return { token: token ?? '', id_token: id_token ?? '' }
}
const asked = ['maThe', 'hoTen', 'ngaySinh']
const withOfficer = [...asked, 'hoTenCb', 'cccdCb']

/** Goes on with any of these codes, and with the card and days that were presented. */
const onCodes =
  (...codes: readonly string[]) =>
  (body: string): Reading => {
    const { maKetQua, maThe, gtTheTu, gtTheDen } = parsed(body)
    return reading(codes.includes(maKetQua ?? ''), maThe, gtTheTu, gtTheDen)
  }

function reading(goesOn: boolean, card?: string | null, from?: string | null, to?: string | null): Reading {
  return { goesOn, ...(goesOn && { card: card ?? '', from: from ?? '', to: to ?? '' }) }
}

const onCode401 = (_: number, body: string) => parsed(body).maKetQua === '401'
const onStatus = (status: number) => status === 401 || status === 403
const everyTime = () => false

export const clientShapes: readonly ClientShape[] = [
  {
    family: 'a server in Node that takes a new session at 401 in the body',
    takes: 'json',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: withOfficer,
    md5: 'small letters',
    session: key,
    reads: onCodes('000'),
    takesAnew: onCode401,
  },
  {
    family: 'a server in Node that keeps a session for 20 hours, sends the year, and goes on with five codes',
    takes: 'json',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'yyyy',
    names: withOfficer,
    md5: 'small letters',
    session: key,
    reads: onCodes('000', '001', '002', '003', '004'),
    takesAnew: onStatus,
  },
  {
    family:
      'a web service that keeps a session for 50 minutes and takes any answer with a card number for a valid card',
    takes: 'json',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: [...withOfficer, 'username', 'password'],
    md5: 'small letters',
    session: key,
    reads: body => {
      const { maThe, gtTheTu, gtTheDen } = parsed(body)
      return reading(/^[A-Z]{2}\d/i.test(maThe ?? ''), maThe, gtTheTu, gtTheDen)
    },
    takesAnew: onStatus,
  },
  {
    family: 'a script in Python that takes a session for each lookup and sends eight digits',
    takes: 'json',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'ddMMyyyy',
    names: withOfficer,
    md5: 'small letters',
    session: key,
    reads: onCodes('000'),
    takesAnew: everyTime,
  },
  {
    family: 'a server that writes the officer’s field in its own letter case',
    takes: 'json',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: [...asked, 'hotenCb', 'cccdCb'],
    md5: 'small letters',
    session: key,
    reads: onCodes('000'),
    takesAnew: onStatus,
  },
  {
    family: 'a server in PHP that sends forms and reads dates into its own records',
    takes: 'form',
    call: 'KQNhanLichSuKCB2024',
    asks: 'form',
    birthDate: 'dd/MM/yyyy',
    names: withOfficer,
    md5: 'small letters',
    session: key,
    reads: onCodes('000', '001', '002', '004'),
    takesAnew: (status, body) => onStatus(status) || ['401', '501', '999'].includes(parsed(body).maKetQua ?? ''),
  },
  {
    family: 'a desktop program in .NET whose session lasts until expires_in',
    takes: 'form',
    call: 'KQNhanLichSuKCB2024',
    asks: 'json',
    birthDate: 'MM/yyyy',
    names: withOfficer,
    md5: 'capitals',
    session: body => {
      const { expires_in: end } = (JSON.parse(body) as { APIKey: Record<string, string> }).APIKey
      if (Number.isNaN(Date.parse(end ?? ''))) throw new Error('no date')
      return key(body)
    },
    // With a newer card it goes on only when that one counts on the day
    reads: body => {
      const { maKetQua, maThe, gtTheTu, gtTheDen, maTheMoi, gtTheTuMoi, gtTheDenMoi } = parsed(body)
      const isNew = gtTheTuMoi && counts(gtTheTuMoi, gtTheDenMoi ?? '')
      const goesOn = ['000', '001', '002', '003', '004'].includes(maKetQua ?? '')
      return isNew ? reading(goesOn, maTheMoi, gtTheTuMoi, gtTheDenMoi) : reading(goesOn, maThe, gtTheTu, gtTheDen)
    },
    takesAnew: onCode401,
  },
  {
    family: 'a desktop program that takes the newer card whenever the code is 003 or 004',
    takes: 'form',
    call: 'NhanLichSuKCB2018',
    asks: 'json',
    birthDate: 'yyyy',
    names: asked,
    md5: 'capitals',
    session: key,
    reads: body => {
      const { maKetQua, maThe, gtTheTu, gtTheDen, maTheMoi, gtTheTuMoi, gtTheDenMoi } = parsed(body)
      if (maKetQua === '003' || maKetQua === '004') return reading(true, maTheMoi, gtTheTuMoi, gtTheDenMoi)
      return reading(maKetQua === '000', maThe, gtTheTu, gtTheDen)
    },
    takesAnew: onCode401,
  },
  {
    family: 'a script in a browser that takes the newer days whenever they are there, whatever the code',
    takes: 'form of a browser',
    call: 'NhanLichSuKCB2018',
    asks: 'form of a browser',
    birthDate: 'yyyy',
    names: asked,
    md5: 'small letters',
    session: key,
    reads: body => {
      const { maKetQua, maThe, gtTheTu, gtTheDen, gtTheTuMoi, gtTheDenMoi } = parsed(body)
      if (maThe === null) return reading(false)
      const goesOn = ['000', '001', '002', '003', '004'].includes(maKetQua ?? '')
      if (gtTheTuMoi !== null && gtTheDenMoi !== null)
        return reading(goesOn, maThe, maKetQua === '004' ? gtTheTu : gtTheTuMoi, gtTheDenMoi)
      return reading(goesOn, maThe, gtTheTu, gtTheDen)
    },
    takesAnew: everyTime,
  },
  {
    family: 'a script in a browser that sends what is missing as null',
    takes: 'json',
    call: 'NhanLichSuKCB2018',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: asked,
    md5: 'small letters',
    older: { gioiTinh: '2', maCSKCB: '01007', ngayBD: null, ngayKT: null },
    session: key,
    reads: onCodes('000'),
    takesAnew: everyTime,
  },
  {
    family: 'a desktop program that cuts both answers as text at quotation marks',
    takes: 'form',
    call: 'KQnhanLichSuKCB2019',
    asks: 'form',
    birthDate: 'yyyy',
    names: asked,
    md5: 'small letters',
    older: { gioiTinh: '2', maCSKCB: '01007', ngayBD: '', ngayKT: '' },
    session: body => {
      const parts = body.split(/"maKetQua"|"APIKey"|"access_token"|"id_token"|"token_type"/)
      if (parts[1]?.slice(2, 5) !== '200') throw new Error('no session')
      return { token: parts[3]?.slice(2, -2) ?? '', id_token: parts[4]?.slice(2, -2) ?? '' }
    },
    reads: body => {
      const [code = '', , card = '', rest = ''] = body
        .split(/\{"maKetQua":"|","ghiChu":"|","maThe":"|","hoTen":"/)
        .filter(part => part !== '')
      const [, from = '', to = ''] = rest.split(/"gtTheTu":"|","gtTheDen":"|","maKV":"/).filter(part => part !== '')
      return reading(['000', '003', '004'].includes(code), card, from, to)
    },
    takesAnew: everyTime,
  },
  {
    family: 'a program that parses the answer up to its histories',
    takes: 'form',
    call: 'NhanLichSuKCB2018',
    asks: 'form',
    birthDate: 'dd/MM/yyyy',
    names: asked,
    md5: 'small letters',
    session: key,
    reads: body => {
      const [first = ''] = body.split(/dsLichSuKCB2018":|dsLichSuKT2018":/)
      return onCodes('000')(`${first.slice(0, -2)}}`)
    },
    takesAnew: onCode401,
  },
  {
    family: 'a program that takes the answer for a session apart at commas and colons',
    takes: 'form',
    call: 'KQNhanLichSuKCB595',
    asks: 'form',
    birthDate: 'dd/MM/yyyy',
    names: asked,
    md5: 'small letters',
    older: { gioiTinh: '2', maCSKCB: '01007', ngayBD: '01/01/2026', ngayKT: '31/12/2026' },
    session: body => {
      const parts = body.replace(/["{}]/g, '').split(',')
      if (parts[0]?.split(':')[1] !== '200') throw new Error('no session')
      if (Number.isNaN(Date.parse(parts[5]?.replace('expires_in:', '') ?? ''))) throw new Error('no date')
      return { token: parts[1]?.split(':')[2] ?? '', id_token: parts[2]?.split(':')[1] ?? '' }
    },
    // The rest it takes from ghiChu
    reads: body => {
      const code = body.replaceAll('"', '').slice(0, body.indexOf('dsLichSuKCB')).split(',')[0]?.split(':')[1]
      const [, , facts = ''] = (parsed(body).ghiChu ?? '').split('!')
      const period = facts.replace(/[().]/g, '').split(';')[2]?.split(':')[1]?.trim() ?? ''
      const [from = '', to = ''] = period.split('-').map(part => part.trim().slice(0, 10))
      return reading(code === '000', parsed(body).maThe, from, to)
    },
    takesAnew: everyTime,
  },
  {
    family: 'a program in C++ that reads the code as a number and the card it presented',
    takes: 'json without a type',
    call: 'NhanLichSuKCB2018',
    asks: 'json without a type',
    birthDate: 'yyyy',
    names: asked,
    md5: 'small letters',
    session: key,
    reads: body => {
      const { maKetQua, maThe, gtTheTu, gtTheDen } = parsed(body)
      const code = Number(maKetQua)
      return reading(code >= 0 && code <= 4, maThe, gtTheTu, gtTheDen)
    },
    takesAnew: onCode401,
  },
  {
    family: 'a program that writes JSON in single quotes and the path in small letters',
    takes: 'form',
    call: 'nhanLichSuKCB2018',
    asks: 'json in single quotes',
    birthDate: 'yyyy',
    names: asked,
    md5: 'small letters',
    session: key,
    reads: onCodes('000'),
    takesAnew: onCode401,
  },
  {
    family: 'a kiosk that asks twice, with the year and then with the birth date it was told',
    takes: 'form',
    call: 'KQNhanLichSuKCB2019',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: asked,
    md5: 'capitals',
    older: { gioiTinh: 'Nữ', maCSKCB: '01007', ngayBD: null, ngayKT: null },
    session: key,
    reads: onCodes('000', '001', '002', '003', '004'),
    takesAnew: everyTime,
  },
  {
    family: 'a phone app that shows the newer facility whenever there is one',
    takes: 'json',
    call: 'KQNhanLichSuKCB2018',
    asks: 'json',
    birthDate: 'dd/MM/yyyy',
    names: asked,
    md5: 'small letters',
    session: key,
    reads: body => {
      const { maKetQua, maThe, gtTheTu, gtTheDen, maDKBD, maDKBDMoi } = parsed(body)
      if (maKetQua === '000' && (maDKBDMoi ?? maDKBD) !== maDKBD) return reading(true, 'of another facility')
      return reading(maKetQua === '000', maThe, gtTheTu, gtTheDen)
    },
    takesAnew: everyTime,
  },
]

/** On 22 November 2026, and without end where none can be read. */
function counts(from: string, to: string): boolean {
  const day = (text: string) => text.split('/').reverse().join('')
  return day(from) <= '20261122' && (!to || day(to) >= '20261122')
}
