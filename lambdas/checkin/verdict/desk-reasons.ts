import list from '../../../reference/desk-reasons.json' with { type: 'json' }
import type { Card } from '../../registry/card.ts'
import type { NotValid } from './verdict.ts'

export type DeskReason = 'valid' | 'not-matched' | NotValid['reason']

export interface Bilingual {
  readonly vi: string
  readonly en: string
}

export type RecallReason = NonNullable<Card['recallReason']>

const reasons = new Map(list.reasons.map(reason => [reason.code, reason]))
const recallReasons = new Map(list.recallReasons.map(({ code, text }) => [code, text]))

/** The sentence for people, and the article that it rests on. */
export function deskReason(code: DeskReason): { readonly text: Bilingual; readonly basis: Bilingual } {
  return reasons.get(code) as { text: Bilingual; basis: Bilingual }
}

export function recallText(reason: RecallReason): Bilingual {
  return recallReasons.get(reason) as Bilingual
}
