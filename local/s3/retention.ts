import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import { childText, malformed, type XmlElement } from './xml.ts'

export interface Retention {
  readonly mode: (typeof modes)[number]
  readonly until: string
}

const modes = ['GOVERNANCE', 'COMPLIANCE'] as const

/** Undefined for an empty element, which lifts the retention. */
export function readRetention(element: XmlElement, now: Date): Retention | undefined {
  if (element.children.length === 0) return undefined
  const mode = modes.find(one => one === childText(element, 'Mode'))
  const until = new Date(childText(element, 'RetainUntilDate') ?? '')
  if (!mode || Number.isNaN(until.getTime())) malformed(`needs a Mode of ${modes} and a RetainUntilDate`)
  if (until <= now) throw new S3Error('InvalidArgument', 'The retain until date must be in the future!')
  return { mode, until: until.toISOString() }
}

/** Governance yields to whoever sends the header for it; compliance to nobody. */
export function bypassesGovernance(headers: S3Request['headers']): boolean {
  return headers['x-amz-bypass-governance-retention']?.toLowerCase() === 'true'
}

export function isRetained(retention: Retention | undefined, bypass: boolean, now: Date): boolean {
  if (!retention || new Date(retention.until) <= now) return false
  return retention.mode === 'COMPLIANCE' || !bypass
}

/** What holds may only be made to hold longer, in its own mode. */
export function mayReplace(
  held: Retention | undefined,
  by: Retention | undefined,
  bypass: boolean,
  now: Date,
): boolean {
  return !isRetained(held, bypass, now) || (by?.mode === held?.mode && (by?.until ?? '') >= (held?.until ?? ''))
}

export function retentionHeaders(retention: Retention | undefined): Record<string, string> {
  if (!retention) return {}
  return { 'x-amz-object-lock-mode': retention.mode, 'x-amz-object-lock-retain-until-date': retention.until }
}
