import list from '../../reference/desk-reasons.json' with { type: 'json' }
import type { NotValid } from './verdict.ts'

export type DeskReason = 'valid' | 'not-matched' | NotValid['reason']

export interface Bilingual {
  readonly vi: string
  readonly en: string
}

const reasons = new Map(list.reasons.map(reason => [reason.code, reason]))

/** The sentence for people, and the article that it rests on. */
export function deskReason(code: DeskReason): { readonly text: Bilingual; readonly basis: Bilingual } {
  return reasons.get(code) as { text: Bilingual; basis: Bilingual }
}
