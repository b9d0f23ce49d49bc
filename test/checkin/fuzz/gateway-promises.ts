import type { APIGatewayProxyResult } from 'aws-lambda'
import type { Trouble } from './memory-desk.ts'
import { brokenText, shapeOf } from './promises.ts'

const headers = {
  'content-type': /^application\/json$/,
  'cache-control': /^no-store$/,
  'access-control-allow-origin': /^\*$/,
}

/** The published order. */
const card =
  'maKetQua,ghiChu,maThe,hoTen,ngaySinh,gioiTinh,diaChi,maDKBD,cqBHXH,gtTheTu,gtTheDen,maKV,ngayDu5Nam,maSoBHXH,maTheCu,maTheMoi,gtTheTuMoi,gtTheDenMoi,maDKBDMoi,tenDKBDMoi,dsLichSuKCB2018,dsLichSuKT2018'
const history = 'maKetQua,ghiChu,dsLichSuKCB2025'
const granted = 'maKetQua,APIKey'
const refused = 'maKetQua,APIKey,ghiChu'

/** What a look-up's answer does not keep of what holds for every request. */
export function brokenByLookup(
  answer: APIGatewayProxyResult,
  may: readonly string[],
  trouble: Trouble,
): string | undefined {
  const content = JSON.parse(answer.body)
  const { maKetQua, ghiChu, ...fields } = content
  const order = Object.keys(content).join()
  if (order !== card && !(order === history && maKetQua === '000')) return `fields ${order}`
  if (typeof ghiChu !== 'string' || !ghiChu.endsWith('.')) return 'ghiChu is no sentence'
  const ofNobody = fields.hoTen === null
  if (ofNobody && Object.values(fields).some(value => value !== null)) return 'tells of nobody'
  return brokenByGateway(answer, maKetQua, may, trouble) ?? brokenText(answer.body, ofNobody)
}

export function brokenByToken(
  answer: APIGatewayProxyResult,
  may: readonly string[],
  trouble: Trouble,
): string | undefined {
  const content = JSON.parse(answer.body)
  const order = Object.keys(content).join()
  if (order !== (content.maKetQua === '200' ? granted : refused)) return `fields ${order}`
  const refusal = content.maKetQua !== '200'
  return brokenByGateway(answer, content.maKetQua, may, trouble) ?? brokenText(answer.body, refusal)
}

function brokenByGateway(
  answer: APIGatewayProxyResult,
  code: string,
  may: readonly string[],
  trouble: Trouble,
): string | undefined {
  if (answer.statusCode !== 200) return `HTTP ${answer.statusCode}`
  const strange = shapeOf(answer.headers, headers)
  if (strange) return `header ${strange}`
  const allowed = trouble ? [...may, '500'] : may
  return allowed.includes(code) ? undefined : `${code} is none of ${allowed}`
}
