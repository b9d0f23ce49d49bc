import { isDeepStrictEqual } from 'node:util'
import type { CardCheckAnswer } from '../../../lambdas/checkin/native/card-check-answer.ts'

/** What both dialects may say, in either's words. */
interface Said {
  /** `nobody` where nobody was identified: native tells no more. */
  readonly verdict: string
  readonly card?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly facility?: string | undefined
  readonly area?: string | undefined
  readonly fiveYears?: string | undefined
  /** Of the card presented, when another one counts. */
  readonly older?: string | undefined
  readonly next?: string | undefined
}

/** Where the two dialects say different things of the same facts. */
export function difference(
  native: CardCheckAnswer,
  gateway: Readonly<Record<string, string | null>>,
): string | undefined {
  const [one, other] = [saidByNative(native), saidByGateway(gateway)].map(present)
  return isDeepStrictEqual(one, other) ? undefined : `${JSON.stringify(one)} but ${JSON.stringify(other)}`
}

function saidByNative(answer: CardCheckAnswer): Said {
  if (!answer.valid) return notValidByNative(answer)
  const { card, superseded, manager, next } = answer
  const older = superseded && { older: superseded.number }
  return {
    verdict: superseded
      ? superseded.standing === 'in-force'
        ? 'older card in force'
        : 'older card over'
      : managedBy[manager],
    card: card.number,
    from: local(card.validFrom),
    to: local(card.validTo),
    facility: card.facilityCode,
    // The gateway tells these of the card presented
    ...(!superseded && { area: card.areaCode, fiveYears: local(card.fiveYearsFrom) }),
    ...older,
    ...(next && { next: next.number }),
  } as Said
}

function notValidByNative(answer: CardCheckAnswer & { readonly valid: false }): Said {
  switch (answer.reason) {
    case 'not-matched':
      return { verdict: 'nobody' }
    case 'not-started':
      return { verdict: 'no card counts', from: local(answer.firstDay) }
    case 'expired':
      return { verdict: 'no card counts', to: local(answer.lastDay) }
    case 'recalled':
      return { verdict: recalled[answer.recallReason ?? 'reissued'] }
    default:
      return { verdict: answer.reason }
  }
}

const managedBy = {
  'social-security': 'counts',
  defence: 'counts, of defence',
  'public-security': 'counts, of the police',
}

const recalled = {
  reissued: 'recalled',
  duplicate: 'recalled',
  died: 'left',
  decreased: 'left',
  'moved-out-of-province': 'moved out',
  'moved-within-province': 'moved within',
  're-enrolled': 're-enrolled',
  stopped: 'stopped',
} as const

function saidByGateway(answer: Readonly<Record<string, string | null>>): Said {
  const { maKetQua, ghiChu, hoTen, maThe, maTheMoi, maTheCu } = answer
  if (hoTen === null) return { verdict: nobody.includes(String(maKetQua)) ? 'nobody' : `code ${maKetQua} of nobody` }
  const verdict = verdicts[String(maKetQua)] ?? `code ${maKetQua} of somebody`
  if (maThe === null) return notValidByGateway(verdict, answer)
  const newer = maTheMoi !== null
  const [next] = /(?<=Đã cấp trước thẻ kỳ sau )\w+/.exec(String(ghiChu)) ?? []
  return {
    verdict,
    card: newer ? maTheMoi : maThe,
    from: newer ? answer.gtTheTuMoi : answer.gtTheTu,
    to: newer ? answer.gtTheDenMoi : answer.gtTheDen,
    facility: newer ? answer.maDKBDMoi : answer.maDKBD,
    ...(newer ? { older: maTheCu } : { area: answer.maKV, fiveYears: answer.ngayDu5Nam }),
    next,
  } as Said
}

function notValidByGateway(verdict: string, { ghiChu, maTheCu }: Readonly<Record<string, string | null>>): Said {
  if (verdict === 'left' && maTheCu === null) return { verdict: 'died' }
  if (verdict !== 'no card counts') return { verdict }
  const [from] = /(?<=Thẻ có giá trị từ ngày )[\d/]+/.exec(String(ghiChu)) ?? []
  const [to] = /(?<=Thẻ hết hạn ngày )[\d/]+/.exec(String(ghiChu)) ?? []
  return { verdict, ...(from && { from }), ...(to && { to }) }
}

const nobody: readonly string[] = ['050', '060', '061', '070']

const verdicts: Readonly<Record<string, string>> = {
  '000': 'counts',
  '001': 'counts, of defence',
  '002': 'counts, of the police',
  '003': 'older card over',
  '004': 'older card in force',
  '010': 'no card counts',
  '050': 'no-card',
  '110': 'recalled',
  '120': 'left',
  '121': 'moved out',
  '122': 'moved within',
  '123': 're-enrolled',
  '124': 'stopped',
  '130': 'child-without-card',
}

function local(day: string | undefined): string | undefined {
  return day?.split('-').reverse().join('/')
}

/** Without what is absent: the gateway writes empty text for it. */
function present(said: Said | undefined) {
  return Object.fromEntries(Object.entries(said ?? {}).filter(([, value]) => value !== undefined && value !== ''))
}
