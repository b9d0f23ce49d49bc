import fc from 'fast-check'
import type { LookupCode, TokenCode } from '../../../lambdas/checkin/gateway/gateway-codes.ts'
import { lookupCalls } from '../../../lambdas/checkin/gateway/gateway-lookup-api.ts'
import { mostBodyBytes } from '../../../lambdas/checkin/gateway/gateway-request.ts'
import { passwordMd5 } from '../../../lambdas/checkin/gateway/secret.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { type Draft, mayAnswer, plain, type Request, type Spoil, spoil, spoilt, wires } from './draft.ts'
import { type Facts, facts } from './facts.ts'
import { hostile, notText, strangeName } from './hostile.ts'
import { credentialsOf, facilities } from './memory-desk.ts'
import { clerk, marker } from './seeded.ts'

const verdicts: readonly LookupCode[] = [
  ...(['000', '001', '002', '003', '004', '010', '050', '060', '061', '070'] as const),
  ...(['110', '120', '121', '122', '123', '124', '130'] as const),
]

/** A body may be anything where all stands in the query, or where no type says what it is. */
const unread: readonly LookupCode[] = ['205', '401', ...verdicts]

const credentials = new Map(facilities.map(facility => [facility, credentialsOf(facility)]))

/** Where hospital software puts what it sends. */
interface Placed {
  readonly session: 'query' | 'headers' | 'body'
  readonly fields: 'query' | 'json' | 'form'
  readonly contentType: string | undefined
}

const placed: fc.Arbitrary<Placed> = fc
  .record({
    session: fc.constantFrom('query', 'headers', 'body'),
    fields: fc.constantFrom('query', 'json', 'json', 'form'),
    named: fc.constantFrom('exactly', 'plainly', 'not'),
  })
  .map(({ session, fields, named }) => ({ session, fields, contentType: contentTypes[named][fields] }))

const contentTypes = {
  exactly: {
    json: 'application/json; charset=UTF-8',
    form: 'application/x-www-form-urlencoded',
    query: 'application/json',
  },
  plainly: { json: 'text/json', form: 'text/plain; charset=utf8', query: 'text/plain' },
  not: { json: undefined, form: undefined, query: undefined },
} as const

const headerNames: Readonly<Record<string, string>> = {
  token: 'accessToken',
  id_token: 'tokenId',
  password: 'passwordHash',
  username: 'username',
}

/** Look-ups, whole and spoilt in every way that hospital software can. */
export function lookups(): fc.Arbitrary<Request<LookupCode>> {
  return spoilt(
    fc
      .tuple(facts, placed, fc.constantFrom(...Object.keys(lookupCalls)))
      .map(([shown, placed, call]) => draftOf(shown, placed, call)),
    fc.oneof(
      { weight: 6, arbitrary: fieldSpoils() },
      { weight: 4, arbitrary: envelopeSpoils() },
      { weight: 4, arbitrary: sessionSpoils() },
      { weight: 2, arbitrary: wires<LookupCode>(unread, [...verdicts, '051', '053', '054', '055']) },
      oversized<LookupCode>('205'),
    ),
  ).map(draft => requestOf(draft, verdicts))
}

/** Requests for a session; wrong passwords end the tries of an address after a while. */
export function sessions(): fc.Arbitrary<Request<TokenCode>> {
  return spoilt(
    fc.tuple(fc.constantFrom(...facilities), placed, fc.noBias(fc.ipV4())).map(([facility, placed, sourceIp]) => {
      const { username = '', password = '' } = credentials.get(facility) ?? {}
      return draftAt<TokenCode>({ username, password }, {}, placed, { requestContext: { identity: { sourceIp } } })
    }),
    fc.oneof(
      fc
        .tuple(fc.constantFrom('username', 'password'), fc.oneof(hostile, fc.constant('')))
        .map(([name, text]) => setField<TokenCode>(name === 'username' ? ['402'] : ['401'], name, text)),
      fc
        .tuple(fc.constantFrom('username', 'password'), notText)
        .map(([name, value]) => setField<TokenCode>(['401', '402'], name, value)),
      fc.constant(setField<TokenCode>(['401', '403'], 'password', passwordMd5('khác'))),
      fc.constantFrom('01008_BV', '79001_bv').map(name => setField<TokenCode>(['401'], 'username', name)),
      fc.constantFrom('01007', '99007_BV', '_BV').map(name => setField<TokenCode>(['402'], 'username', name)),
      fc.tuple(strangeName, hostile).map(([name, text]) => setField<TokenCode>([], `x${name}`, text)),
      fc.tuple(strangeName, hostile).map(([name, text]) => setHeader<TokenCode>([], name, text)),
      wires<TokenCode>(['402', '200'], ['401']),
      oversized<TokenCode>('402'),
    ),
  ).map(draft => requestOf(draft, ['200']))
}

/** The 2024 call, as most software sends it. */
export function gatewayEvent(shown: Facts, session: Placed['session']): object {
  const placed: Placed = { session, fields: 'json', contentType: 'application/json' }
  return requestOf(draftOf(shown, placed, 'KQNhanLichSuKCB2024'), verdicts).event
}

function draftOf({ facility, number, birthDate, fullName }: Facts, placed: Placed, call: string): Draft<LookupCode> {
  const ngaySinh = birthDate.split('-').reverse().join('/')
  const fields = { maThe: number, hoTen: fullName, ngaySinh, ...clerk }
  return draftAt(fields, credentials.get(facility as FacilityCode) ?? {}, placed, { pathParameters: { call } })
}

function draftAt<Answer>(
  fields: object,
  session: Readonly<Record<string, string>>,
  placed: Placed,
  event: object,
): Draft<Answer> {
  const inHeaders = placed.session === 'headers' ? session : {}
  const headers = Object.fromEntries(Object.entries(inHeaders).map(([name, value]) => [headerNames[name], value]))
  return {
    fields: { ...fields, ...(placed.session === 'body' && session) },
    event: {
      httpMethod: 'POST',
      requestContext: { identity: { sourceIp: '192.0.2.1' } },
      ...event,
      queryStringParameters: placed.session === 'query' ? session : null,
      placed,
    },
    headers: { ...headers, ...(placed.contentType && { 'Content-Type': placed.contentType }) },
    wire: plain,
    refusals: [],
    changes: 0,
  }
}

function requestOf<Answer>(draft: Draft<Answer>, answered: readonly Answer[]): Request<Answer> {
  const { fields, headers, wire } = draft
  const { placed, ...event } = draft.event as { placed: Placed; queryStringParameters: object | null }
  const texts = Object.entries(fields).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  )
  const sent =
    placed.fields === 'query'
      ? {
          queryStringParameters: { ...Object.fromEntries(texts), ...event.queryStringParameters },
          ...wire(''),
        }
      : wire(
          placed.fields === 'json' ? JSON.stringify(fields) : new URLSearchParams(Object.fromEntries(texts)).toString(),
        )
  return { event: { headers, ...event, ...sent }, may: mayAnswer(draft, answered) }
}

function setField<Answer>(refusals: readonly Answer[], name: string, value: unknown): Spoil<Answer> {
  return spoil(refusals, ({ fields }) => ({ fields: { ...fields, [name]: value } }))
}

function setHeader<Answer>(refusals: readonly Answer[], name: string, value: string): Spoil<Answer> {
  return spoil(refusals, ({ headers }) => ({ headers: { ...headers, [name]: value } }))
}

function fieldSpoils(): fc.Arbitrary<Spoil<LookupCode>> {
  const set = setField<LookupCode>
  return fc.oneof(
    hostile.map(text => set(['051', '205'], 'maThe', text)),
    hostile.map(text => set([...verdicts, '205'], 'hoTen', text)),
    hostile.map(text => set(['205'], 'ngaySinh', text)),
    hostile.map(text => set(['054', '205', ...verdicts], 'cccdCb', text)),
    hostile.map(text => set(['055', '205', ...verdicts], 'hoTenCb', text)),
    fc.tuple(fc.constantFrom('maThe', 'ngaySinh'), notText).map(([name, value]) => set(['051', '205'], name, value)),
    fc
      .tuple(fc.constantFrom('hoTen', 'hoTenCb', 'cccdCb'), notText)
      .map(([name, value]) => set(['054', '055', '205', ...verdicts], name, value)),
    fc.tuple(strangeName, fc.oneof(hostile, notText)).map(([name, value]) => set([], name, value)),
    fc.constantFrom('maThe', 'hoTen', 'ngaySinh').map(name => set(['205'], name, '')),
    fc
      .constantFrom('1990-02-03', '30/02/1990', '3/2/1990', '13/1990', '0000', '1990/02/03', '031990')
      .map(text => set(['205'], 'ngaySinh', text)),
    fc
      .constantFrom('123456789', '0000000000', 'DN401012345678', '٠١٢٣٤٥٦٧٨٩', '1')
      .map(no => set(['051'], 'maThe', no)),
    fc.constantFrom('DN9010123456789', 'DN0010123456789', 'dnx010123456789').map(no => set(['053'], 'maThe', no)),
    fc.constantFrom('DN4990123456789', 'DN4030123456789').map(no => set(['052', '054'], 'maThe', no)),
    fc.constant(set(['054', ...verdicts], 'cccdCb', '001180000008')),
    fc.constant(set(['055', ...verdicts], 'hoTenCb', 'Nguyễn Thị Khác')),
  )
}

function envelopeSpoils(): fc.Arbitrary<Spoil<LookupCode>> {
  const event = (refusals: readonly LookupCode[], changes: object) =>
    spoil<LookupCode>(refusals, draft => ({ event: { ...draft.event, ...changes } }))
  return fc.oneof(
    fc.oneof(hostile, strangeName).map(call => event(['205'], { pathParameters: { call } })),
    fc.constant(event(['205'], { pathParameters: null })),
    fc.constantFrom('GET', 'PUT', marker).map(httpMethod => event([], { httpMethod })),
    fc.tuple(strangeName, hostile).map(([name, text]) => setHeader<LookupCode>([], name, text)),
    fc
      .constantFrom('text/xml', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16')
      .map(type => setHeader<LookupCode>(['205'], 'Content-Type', type)),
    // What is no type at all is passed over
    hostile.map(type => setHeader<LookupCode>(['205', ...verdicts], 'Content-Type', type)),
    fc
      .constantFrom('text/plain', 'application/x-www-form-urlencoded', 'APPLICATION/JSON')
      .map(type => setHeader<LookupCode>(['205', '401', ...verdicts], 'Content-Type', type)),
    fc.constantFrom('query', 'json', 'form').map(fields =>
      spoil<LookupCode>(['205', '401', ...verdicts], draft => ({
        event: { ...draft.event, placed: { ...(draft.event.placed as Placed), fields } },
      })),
    ),
  )
}

function sessionSpoils(): fc.Arbitrary<Spoil<LookupCode>> {
  const stranger = credentialsOf('01001' as FacilityCode, Buffer.alloc(32, 3))
  const wrong = fc.oneof(
    hostile,
    fc.constantFrom('a.b', '', '.', 'undefined'),
    // As many characters as a signature has, and more bytes
    fc.constantFrom(`a.${'ạ'.repeat(43)}`, `${'a.'.repeat(9)}${marker}`),
  )
  const without = ['token', 'id_token', 'username', 'password'] as const
  return fc.oneof(
    fc.tuple(fc.constantFrom(...without), wrong).map(([name, text]) => setSession(name, text)),
    fc
      .constantFrom(...without)
      .map(name => setSession(name, stranger[name] === password ? marker : String(stranger[name]))),
    fc.constant(setSession('password', passwordMd5('khác'))),
  )
}

const password = credentials.get(facilities[0] as FacilityCode)?.password

/** Wherever the session is. */
function setSession(name: string, value: string): Spoil<LookupCode> {
  return spoil<LookupCode>(['401'], ({ fields, headers, event }) => {
    const { session } = event.placed as Placed
    if (session === 'headers') return { headers: { ...headers, [headerNames[name] as string]: value } }
    if (session === 'body') return { fields: { ...fields, [name]: value } }
    return { event: { ...event, queryStringParameters: { ...(event.queryStringParameters as object), [name]: value } } }
  })
}

/** In a form too, blanks behind it are one long value more. */
function oversized<Answer>(code: Answer): fc.Arbitrary<Spoil<Answer>> {
  return fc.constant(spoil([code], () => ({ wire: text => plain(text + ' '.repeat(mostBodyBytes + 1)) })))
}
