import fc from 'fast-check'
import { mostAppointments } from '../../../lambdas/checkin/native/appointment-checks-request.ts'
import { mostCheckBytes } from '../../../lambdas/checkin/native/card-check-request.ts'
import { type Draft, mayAnswer, plain, type Request, type Spoil, spoil, spoilt, wires } from './draft.ts'
import { type Facts, facts } from './facts.ts'
import { hostile, notText, strangeName } from './hostile.ts'
import { facilities } from './memory-desk.ts'
import { marker } from './seeded.ts'

/** By HTTP status. */
type Status = number

/** Card checks, whole and spoilt in every way that a client can. */
export function cardChecks(): fc.Arbitrary<Request<Status>> {
  return spoilt(
    facts.map(shown => draftOf(shown.facility, 'card-checks', checkOf(shown))),
    fc.oneof(
      { weight: 9, arbitrary: fieldSpoils() },
      { weight: 5, arbitrary: envelopeSpoils() },
      { weight: 3, arbitrary: wires([400], [200]) },
      oversized(mostCheckBytes),
    ),
  ).map(requestOf)
}

/** Appointments of which some are spoilt; `may` holds 200 for the list, whatever becomes of its items. */
export function appointmentChecks(): fc.Arbitrary<Request<Status>> {
  return spoilt(
    fc
      .array(
        spoilt(
          facts.map(shown => draftOf(shown.facility, '', checkOf(shown))),
          fieldSpoils(),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map(drafts =>
        draftOf(facilities[0] as string, 'appointment-checks', { checks: drafts.map(({ fields }) => fields) }),
      ),
    fc.oneof(
      { weight: 20, arbitrary: envelopeSpoils() },
      { weight: 15, arbitrary: wires([400], [200]) },
      { weight: 9, arbitrary: listSpoils() },
      oversized(mostAppointments * mostCheckBytes),
    ),
  ).map(requestOf)
}

export function checkOf({ number, birthDate, fullName }: Facts) {
  return { number, birthDate, fullName }
}

/** The same facts by the QR code of a health card. */
export function qrCheckOf({ number, birthDate, fullName }: Facts) {
  const hex = Buffer.from(fullName).toString('hex')
  return { qr: `${number}|${hex}|${birthDate.split('-').reverse().join('/')}|1|00|01 - 007|C 1|-|01/01/2026|$` }
}

export function nativeEvent(facility: string, content: object): object {
  return requestOf(draftOf(facility, 'card-checks', content)).event
}

function draftOf(facility: string, resource: string, fields: object): Draft<Status> {
  return {
    fields: { ...fields },
    event: {
      httpMethod: 'POST',
      resource: `/facilities/{facilityCode}/${resource}`,
      pathParameters: { facilityCode: facility },
      queryStringParameters: null,
      requestContext: { authorizer: { facility, client: `desk-${facility}` }, identity: { sourceIp: '192.0.2.1' } },
    },
    headers: { 'Content-Type': 'application/json' },
    wire: plain,
    refusals: [],
    changes: 0,
  }
}

function requestOf(draft: Draft<Status>): Request<Status> {
  const { fields, event, headers, wire } = draft
  return { event: { headers, ...event, ...wire(JSON.stringify(fields)) }, may: mayAnswer(draft, [200]) }
}

const texts = ['number', 'birthDate', 'qr', 'serviceDate', 'visitObjectCode', 'purpose'] as const

function fieldSpoils(): fc.Arbitrary<Spoil<Status>> {
  const set = (refusals: readonly Status[], name: string, value: unknown) =>
    spoil(refusals, ({ fields }) => ({ fields: { ...fields, [name]: value } }))
  return fc.oneof(
    fc.tuple(fc.constantFrom(...texts), hostile).map(([name, text]) => set([400], name, text)),
    fc.tuple(fc.constantFrom('fullName', 'officer'), hostile).map(([name, text]) => set([200, 400], name, text)),
    fc.tuple(fc.constantFrom(...texts, 'fullName', 'officer'), notText).map(([name, no]) => set([400], name, no)),
    fc.tuple(strangeName, fc.oneof(hostile, notText)).map(([name, value]) => set([400], name, value)),
    fc.constantFrom('number', 'birthDate').map(absent =>
      spoil([400], ({ fields }) => ({
        fields: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== absent)),
      })),
    ),
    fc
      .constantFrom('3/2/1990', '1990-02-30', '1990-13', '0000', '19900203', '1990-2-3', '', ' 1990', '99999-01-01')
      .map(text => set([400], 'birthDate', text)),
    fc
      .constantFrom(
        '',
        '0000000000',
        '123456789',
        'DN0010123456789',
        'DN401012345678',
        '٠١٢٣٤٥٦٧٨٩',
        '００１１９０００００01',
      )
      .map(text => set([400], 'number', text)),
    fc
      .constantFrom('2026-11-14', '2026-11-24', '9999-12-31', '22/11/2026', '2026-11', 'today')
      .map(text => set([400], 'serviceDate', text)),
    fc.constantFrom('2026-11-15', '2026-11-22', '2026-11-23').map(day => set([], 'serviceDate', day)),
    fc.constantFrom('1.1', '1.14', '2', '3.1', '7.2', '9').map(code => set([], 'visitObjectCode', code)),
    fc.constantFrom('reception', 'inpatient', 'payment').map(purpose => set([], 'purpose', purpose)),
    fc.constantFrom('Quầy 3', `${marker}\u202e`, '🏥').map(officer => set([], 'officer', officer)),
  )
}

function envelopeSpoils(): fc.Arbitrary<Spoil<Status>> {
  const event = (refusals: readonly Status[], changes: object) =>
    spoil<Status>(refusals, draft => ({ event: { ...draft.event, ...changes } }))
  const header = (refusals: readonly Status[], name: string, value: string) =>
    spoil<Status>(refusals, draft => ({ headers: { ...draft.headers, [name]: value } }))
  const authorizer = (authorizer: object | null) => event([403], { requestContext: { authorizer } })
  return fc.oneof(
    fc
      .constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'post', marker)
      .map(httpMethod => event([405], { httpMethod })),
    fc.oneof(strangeName, fc.constant('/facilities/{facilityCode}')).map(resource => event([404], { resource })),
    fc
      .oneof(hostile, fc.constantFrom('79001', '01007 ', ''))
      .map(code => event([403], { pathParameters: { facilityCode: code } })),
    fc.constantFrom(
      event([403], { pathParameters: null }),
      authorizer(null),
      authorizer({}),
      authorizer({ facility: 1007 }),
    ),
    fc
      .oneof(
        hostile,
        fc.constantFrom('', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'),
      )
      .map(type => spoil<Status>([415], () => ({ headers: { 'content-type': type } }))),
    fc.constant(spoil<Status>([415], draft => ({ event: { ...draft.event, headers: null } }))),
    fc.constant(spoil<Status>([], () => ({ headers: { 'CONTENT-TYPE': 'Application/JSON; charset="UTF-8"' } }))),
    fc.tuple(strangeName, hostile).map(([name, value]) => header([], `x${name}`, value)),
    fc.tuple(strangeName, hostile).map(([name, value]) => event([], { queryStringParameters: { [name]: value } })),
    fc.constant(spoil<Status>([], () => ({ wire: text => plain(text.replace(/^\{("\w+":)/, `{$1"${marker}",$1`)) }))),
  )
}

function listSpoils(): fc.Arbitrary<Spoil<Status>> {
  return fc
    .oneof(
      fc.constantFrom<object>(
        { checks: [] },
        { checks: {} },
        { checks: null },
        { check: [] },
        { checks: new Array(101).fill({}) },
      ),
      fc.tuple(strangeName, hostile).map(([name, value]) => ({ checks: [{}], [name]: value })),
    )
    .map(fields => spoil<Status>([400], () => ({ fields: { ...fields } })))
}

/** Room is what a limit leaves: JSON may have blanks anywhere. */
function oversized(mostBytes: number): fc.Arbitrary<Spoil<Status>> {
  return fc
    .constantFrom(' ', '\n', '\t')
    .map(blank => spoil<Status>([413], () => ({ wire: text => plain(text + blank.repeat(mostBytes)) })))
}
