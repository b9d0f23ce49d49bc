import list from '../../../reference/desk-reasons.json' with { type: 'json' }
import type { RecallReason } from '../../registry/card.ts'
import type { Bilingual } from '../../shared/bilingual.ts'
import type { BillingCondition } from './conditions.ts'
import type { NotValid } from './verdict.ts'

export type DeskReason = 'valid' | 'not-matched' | NotValid['reason']

/** What the desk should see beside an answer that is valid. */
export const remarks = [
  'managed-by-defence',
  'managed-by-public-security',
  'card-superseded',
  'card-follows',
  'level-by-law',
  'name-in-other-accents',
  'route-not-determined',
  'route-does-not-fit',
] as const
export type Remark = (typeof remarks)[number]

/** A sentence for people, and the article that it rests on. */
export interface Said {
  readonly text: Bilingual
  readonly basis: Bilingual
}

const reasons = new Map(list.reasons.map(reason => [reason.code, reason]))
const remarksSaid = new Map(list.remarks.map(remark => [remark.code, remark]))
const conditions = new Map(list.conditions.map(condition => [condition.code, condition]))
const recallReasons = new Map(list.recallReasons.map(({ code, text }) => [code, text]))

export function deskReason(code: DeskReason): Said {
  return said(reasons.get(code) as Said)
}

export function deskRemark(code: Remark): Said {
  return said(remarksSaid.get(code) as Said)
}

export function conditionSaid(code: BillingCondition['code']): Said {
  return said(conditions.get(code) as Said)
}

export function recallText(reason: RecallReason): Bilingual {
  return recallReasons.get(reason) as Bilingual
}

function said({ text, basis }: Said): Said {
  return { text, basis }
}
