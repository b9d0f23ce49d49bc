import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from '../../shared/json-request.ts'

/** What hospital software sends, wherever it puts it; empty text when a parameter is absent. Letter case of names does no harm. */
export type Parameters = (name: string) => string

/** What is malformed, and how it should be, in Vietnamese; never what came. */
export interface Malformed {
  readonly field: string
  readonly fix: string
}

/** A request has at most 400 characters of a name, and a few short fields. */
export const mostBodyBytes = 8192

/** Headers in which a family of the portal's calls carries what others put into the query. */
const headersOf: ReadonlyMap<string, string> = new Map([
  ['accesstoken', 'token'],
  ['tokenid', 'id_token'],
  ['passwordhash', 'password'],
  ['username', 'username'],
])

/** From the query, headers and the body, the first of them that has a value: JSON or a form. */
export function readParameters(event: APIGatewayProxyEvent): Parameters | Malformed {
  const body = readBody(event)
  if ('field' in body) return body
  const query = Object.entries(event.queryStringParameters ?? {})
  const headers = Object.entries(event.headers ?? {}).map(
    ([name, value]) => [headersOf.get(name.toLowerCase()), value] as const,
  )
  const values = new Map<string, string>()
  for (const [name, value] of [...query, ...headers, ...body.pairs]) {
    const key = name?.toLowerCase()
    if (key && value && !values.get(key)) values.set(key, value)
  }
  return name => values.get(name.toLowerCase())?.normalize('NFC').trim() ?? ''
}

interface Body {
  readonly pairs: readonly (readonly [name: string, value: string])[]
}

function readBody(event: APIGatewayProxyEvent): Body | Malformed {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > mostBodyBytes) return { field: 'body', fix: `tối đa ${mostBodyBytes} byte` }
  const text = decoded(bytes)
  if (text === undefined) return { field: 'body', fix: 'phải mã hóa UTF-8' }
  const form = formOf(header(event, 'content-type') ?? '', text)
  if (typeof form === 'object') return form
  return form === 'form' ? { pairs: [...new URLSearchParams(text)] } : jsonPairs(text)
}

/** Much software names no type, or a plain one: then the first letter tells. */
function formOf(contentType: string, text: string): 'json' | 'form' | Malformed {
  const [, type = '', charset = 'utf-8'] =
    /^\s*([\w/+.-]*)\s*(?:;.*?charset\s*=\s*"?([\w-]+)"?.*)?(?:;.*)?$/i.exec(contentType) ?? []
  if (!/^utf-?8$/i.test(charset)) return { field: 'Content-Type', fix: 'charset phải là utf-8' }
  if (/^application\/x-www-form-urlencoded$/i.test(type)) return text.trimStart().startsWith('{') ? 'json' : 'form'
  if (/^(application|text)\/json$/i.test(type)) return 'json'
  if (/^(text\/plain)?$/i.test(type)) return text.trimStart().startsWith('{') ? 'json' : 'form'
  return { field: 'Content-Type', fix: 'phải là application/json hoặc application/x-www-form-urlencoded' }
}

function jsonPairs(text: string): Body | Malformed {
  const content = text.trim() === '' ? {} : parsed(text)
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return { field: 'body', fix: 'phải là một đối tượng JSON, tên trường và giá trị trong dấu ngoặc kép' }
  const given = Object.entries(content).filter(([name, value]) => published(name) && value !== null)
  const strange = given.find(([, value]) => typeof value !== 'string' && typeof value !== 'number')
  if (strange) return { field: published(strange[0]) ?? 'body', fix: 'phải là chuỗi ký tự' }
  return { pairs: given.map(([name, value]) => [name, String(value)]) }
}

/** There is software that writes JSON in single quotes, and the portal reads it; where a double one stands too, it is not tried. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.includes('"') || !text.includes("'") ? undefined : parsed(text.replaceAll("'", '"'))
  }
}

const fields = ['maThe', 'hoTen', 'ngaySinh', 'hoTenCb', 'cccdCb', 'token', 'id_token', 'username', 'password']

/** How the portal writes the name; every other is passed over, as older calls had more of them. */
function published(name: string): string | undefined {
  return fields.find(field => field.toLowerCase() === name.toLowerCase())
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
