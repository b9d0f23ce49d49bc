import table from '../../../reference/gateway-codes.json' with { type: 'json' }
import type { RecallReason } from '../../registry/card.ts'
import type { NotValid, Valid, Verdict } from '../verdict/verdict.ts'

/** What a verdict can come to. */
export type VerdictCode = ValidCode | NotValidCode
export type ValidCode = '000' | '001' | '002' | '003' | '004'
export type NotValidCode = '010' | '050' | '060' | '061' | '070' | '110' | '120' | '121' | '122' | '123' | '124' | '130'

/** Why nobody was looked for. */
export type RefusalCode = '051' | '052' | '053' | '054' | '055' | '205' | '401' | '500'
export type LookupCode = VerdictCode | RefusalCode
export type TokenCode = '200' | '401' | '402' | '403' | '500'

const lookupTexts = new Map(table.lookup.map(({ code, text }) => [code, text.vi]))
const tokenTexts = new Map(table.token.map(({ code, text }) => [code, text.vi]))

/** A sentence in Vietnamese, without its full stop. */
export function lookupText(code: LookupCode): string {
  return lookupTexts.get(code) as string
}

export function tokenText(code: TokenCode): string {
  return tokenTexts.get(code) as string
}

export function verdictCode(verdict: Verdict): VerdictCode {
  return verdict.valid ? validCode(verdict) : notValidCode(verdict)
}

/** A number that is no longer to be used goes before who manages the card: the desk has to enter another one. */
export function validCode({ superseded, manager }: Valid): ValidCode {
  if (superseded) return superseded.standing === 'in-force' ? '004' : '003'
  return managers[manager]
}

const managers = { 'social-security': '000', defence: '001', 'public-security': '002' } as const

/** The portal has no code for a card that has not begun: as little as an expired one does it count today. */
export function notValidCode(verdict: NotValid): NotValidCode {
  switch (verdict.reason) {
    case 'not-found':
    case 'no-card':
      return '050'
    case 'wrong-name':
      return verdict.initialsMatch ? '061' : '060'
    case 'wrong-birth-date':
      return '070'
    case 'child-without-card':
      return '130'
    case 'died':
      return '120'
    case 'not-started':
    case 'expired':
      return '010'
    case 'recalled':
      return verdict.recallReason ? recalls[verdict.recallReason] : '110'
  }
}

const recalls: Readonly<Record<RecallReason, NotValidCode>> = {
  reissued: '110',
  duplicate: '110',
  died: '120',
  decreased: '120',
  'moved-out-of-province': '121',
  'moved-within-province': '122',
  're-enrolled': '123',
  stopped: '124',
}
