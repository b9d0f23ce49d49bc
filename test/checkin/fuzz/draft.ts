import fc from 'fast-check'
import { marker } from './seeded.ts'

/** A request before it is sent, and what may be answered to it. */
export interface Draft<Answer> {
  readonly fields: Readonly<Record<string, unknown>>
  readonly event: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  /** What becomes of the body's text last of all. */
  readonly wire: (text: string) => Wired
  /** What the changes so far may cause; none when they do no harm. */
  readonly refusals: readonly Answer[]
  readonly changes: number
}

export interface Wired {
  readonly body: string | null
  readonly isBase64Encoded: boolean
}

/** A change to a request, and the refusals that it may cause; none when it does no harm. */
export type Spoil<Answer> = (draft: Draft<Answer>) => Draft<Answer>

/** A request as API Gateway hands it over, and everything that may be answered. */
export interface Request<Answer> {
  readonly event: object
  readonly may: readonly Answer[]
}

export function spoil<Answer>(
  refusals: readonly Answer[],
  change: (draft: Draft<Answer>) => Partial<Draft<Answer>>,
): Spoil<Answer> {
  return draft => ({
    ...draft,
    ...change(draft),
    refusals: [...draft.refusals, ...refusals],
    changes: draft.changes + 1,
  })
}

/** A later change may have undone an earlier one. */
export function mayAnswer<Answer>(
  { refusals, changes }: Draft<Answer>,
  answered: readonly Answer[],
): readonly Answer[] {
  if (refusals.length === 0) return answered
  return changes > 1 ? [...refusals, ...answered] : refusals
}

/** Most are spoilt once or not at all, some several times over. */
export function spoilt<Answer>(
  draft: fc.Arbitrary<Draft<Answer>>,
  spoil: fc.Arbitrary<Spoil<Answer>>,
): fc.Arbitrary<Draft<Answer>> {
  return fc
    .tuple(draft, fc.array(spoil, { maxLength: 3, size: 'max' }))
    .map(([draft, spoils]) => spoils.reduce((spoilt, next) => next(spoilt), draft))
}

export const plain = (text: string): Wired => ({ body: text, isBase64Encoded: false })

/** Encodings in which a body may come. `broken` is answered when it can no longer be read, and `answered` when it still may be. */
export function wires<Answer>(broken: readonly Answer[], answered: readonly Answer[]): fc.Arbitrary<Spoil<Answer>> {
  const wired = (refusals: readonly Answer[], wire: Draft<Answer>['wire']) => spoil(refusals, () => ({ wire }))
  return fc.constantFrom(
    wired([], text => base64(Buffer.from(text))),
    wired([], text => base64(Buffer.from(`\ufeff${text}`))),
    wired(broken, text => base64(Buffer.from(text, 'utf16le'))),
    wired(broken, text => base64(Buffer.concat([Buffer.from(text), Buffer.of(0xc3, 0x28)]))),
    wired([...broken, ...answered], text => base64(Buffer.from(text, 'latin1'))),
    wired([...broken, ...answered], text => ({ body: text, isBase64Encoded: true })),
    wired([...broken, ...answered], () => ({ body: null, isBase64Encoded: false })),
    wired([...broken, ...answered], () => plain('')),
    wired(broken, text => plain(`[${text}]`)),
    wired(broken, () => plain('{"'.repeat(200))),
    wired(broken, () => plain(`{${'['.repeat(3000)}`)),
    wired(broken, () => plain(`{"number": ${marker}}`)),
    wired(broken, text => plain(`{${text}`)),
  )
}

function base64(bytes: Buffer): Wired {
  return { body: bytes.toString('base64'), isBase64Encoded: true }
}
