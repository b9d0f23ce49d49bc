import fc from 'fast-check'
import type { Request } from './draft.ts'
import { type Facts, facts } from './facts.ts'
import { brokenByLookup, brokenByToken } from './gateway-promises.ts'
import { gatewayEvent, lookups, sessions } from './gateway-requests.ts'
import { watchLog } from './log-watch.ts'
import { type MemoryDesk, type Trouble, troubles } from './memory-desk.ts'
import { brokenByNative } from './native-promises.ts'
import { appointmentChecks, cardChecks, checkOf, nativeEvent, qrCheckOf } from './native-requests.ts'
import { difference } from './same-verdict.ts'

/** One way to ask, by requests that chance makes. */
export interface Fuzzed {
  readonly name: string
  readonly sent: string
  readonly holds: string
  /** Requests with every test run, and in the long one. */
  readonly requests: readonly [few: number, many: number]
  readonly requestsEach: 1 | 2
  /** Sends them, and fails with the smallest that breaks a promise. */
  run(desk: MemoryDesk, times: number, tally: Tally): Promise<void>
}

/** How often each answer was given: an HTTP status, or `maKetQua`. */
export type Tally = Map<string, number>

export const fuzzed: readonly Fuzzed[] = [
  {
    name: 'a card check',
    sent: 'whole ones, and up to three changes to a field, the envelope, the encoding or the size',
    holds:
      '200, or the problem that the change calls for; 503 only when a service was broken, 429 only when the allowance was spent',
    requests: [1500, 350_000],
    requestsEach: 1,
    run: (desk, times, tally) =>
      fuzz(times, cardChecks(), (request, trouble) => askNative(desk, request, trouble, tally)),
  },
  {
    name: 'appointments',
    sent: 'lists of one to four card checks, spoilt each by itself and the list as a whole',
    holds: 'as for a card check; a spoilt item refuses itself alone',
    requests: [300, 50_000],
    requestsEach: 1,
    run: (desk, times, tally) =>
      fuzz(times, appointmentChecks(), (request, trouble) => askNative(desk, request, trouble, tally)),
  },
  {
    name: 'a look-up through the gateway',
    sent: 'every call, its fields and session in query, headers, form or JSON, and up to three changes',
    holds:
      'HTTP 200 and every published field in its order, with the code that the change calls for; 500 only when a service was broken or the allowance spent; of whoever is not identified, nothing',
    requests: [1500, 350_000],
    requestsEach: 1,
    run: (desk, times, tally) => fuzz(times, lookups(), (request, trouble) => askLookup(desk, request, trouble, tally)),
  },
  {
    name: 'a session of the gateway',
    sent: 'right and wrong passwords, spoilt in the same ways',
    holds: 'HTTP 200 with a session, 401, 402 or 403; 500 only when the ledger was broken',
    requests: [300, 50_000],
    requestsEach: 1,
    run: (desk, times, tally) =>
      fuzz(times, sessions(), (request, trouble) => askSession(desk, request, trouble, tally)),
  },
  {
    name: 'the same facts in both dialects',
    sent: 'well-formed facts, right and wrong, as a card check and as a look-up',
    holds: 'the same verdict, card, days, facility and next card, as far as both may say it',
    requests: [2000, 200_000],
    requestsEach: 2,
    run: (desk, times, tally) => fuzz(times, pairs, pair => askBoth(desk, pair, tally)),
  },
]

/** Mostly none: what is broken on purpose hides what else may break. */
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  fc.constantFrom(...troubles),
)

interface Pair {
  readonly shown: Facts
  readonly qr: boolean
  readonly session: 'query' | 'headers' | 'body'
}

const pairs: fc.Arbitrary<Pair> = fc.record({
  shown: facts,
  qr: fc.boolean(),
  session: fc.constantFrom('query', 'headers', 'body'),
})

async function fuzz<Sent>(
  times: number,
  sent: fc.Arbitrary<Sent>,
  broken: (sent: Sent, trouble: Trouble) => Promise<string | undefined>,
) {
  const log = watchLog()
  try {
    await fc.assert(
      fc.asyncProperty(sent, trouble, async (sent, trouble) => {
        const found = [await broken(sent, trouble), log.broken()].find(text => text !== undefined)
        if (found) throw new Error(found)
      }),
      { numRuns: times },
    )
  } finally {
    log.end()
  }
}

async function askNative(desk: MemoryDesk, { event, may }: Request<number>, trouble: Trouble, tally: Tally) {
  const answer = await desk.native(event, trouble)
  count(tally, String(answer.statusCode))
  const { answers = [{ status: 'answered' }] } = JSON.parse(answer.body)
  const answered = answers.filter(({ status }: { status: string }) => status === 'answered').length
  const audit = brokenByAudit(desk, answer.statusCode === 200 ? answered : 0, trouble)
  return brokenByNative(answer, may, trouble) ?? audit
}

async function askLookup(desk: MemoryDesk, { event, may }: Request<string>, trouble: Trouble, tally: Tally) {
  const answer = await desk.lookup(event, trouble)
  const { maKetQua, dsLichSuKCB2025 } = JSON.parse(answer.body)
  count(tally, maKetQua)
  const isVerdict = !['051', '052', '053', '054', '055', '205', '401', '500'].includes(maKetQua)
  const audit = brokenByAudit(desk, isVerdict && dsLichSuKCB2025 === undefined ? 1 : 0, trouble)
  return brokenByLookup(answer, may, trouble) ?? audit
}

async function askSession({ token }: MemoryDesk, { event, may }: Request<string>, trouble: Trouble, tally: Tally) {
  const answer = await token(event, trouble)
  count(tally, JSON.parse(answer.body).maKetQua)
  return brokenByToken(answer, may, trouble)
}

async function askBoth({ native, lookup }: MemoryDesk, { shown, qr, session }: Pair, tally: Tally) {
  const answer = await native(nativeEvent(shown.facility, qr ? qrCheckOf(shown) : checkOf(shown)))
  const other = JSON.parse((await lookup(gatewayEvent(shown, session))).body)
  count(tally, other.maKetQua)
  return answer.statusCode === 200 ? difference(JSON.parse(answer.body), other) : `${answer.statusCode} ${answer.body}`
}

/** No audit, no answer; and nothing is written down that was not answered, unless something broke in between. */
function brokenByAudit({ audited }: MemoryDesk, answered: number, trouble: Trouble): string | undefined {
  const written = audited()
  if (answered > written) return `${answered} answered, ${written} written down`
  return trouble === undefined && written > answered ? `${written} written down, ${answered} answered` : undefined
}

function count(tally: Tally, answer: string) {
  tally.set(answer, (tally.get(answer) ?? 0) + 1)
}
