import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import { childrenNamed, childText, malformed, type XmlElement } from './xml.ts'

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

export interface DefaultRetention {
  readonly mode: Retention['mode']
  readonly days: number
}

/** Undefined where the configuration has no rule. */
export function readDefaultRetention(configuration: XmlElement): DefaultRetention | undefined {
  const [rule] = childrenNamed(configuration, 'Rule')
  const [element] = rule ? childrenNamed(rule, 'DefaultRetention') : []
  if (!element) return undefined
  const mode = modes.find(one => one === childText(element, 'Mode'))
  const days = Number(childText(element, 'Days'))
  if (!mode || !Number.isInteger(days) || days < 1) malformed(`needs a Mode of ${modes} and whole Days from 1`)
  return { mode, days }
}

/** What the bucket's default makes of an object that is put at an instant. */
export function retentionByDefault(by: DefaultRetention | undefined, put: string): Retention | undefined {
  return by && { mode: by.mode, until: new Date(Date.parse(put) + by.days * 86_400_000).toISOString() }
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
