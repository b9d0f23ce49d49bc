export const packNotBuiltCodes = [
  'no-snapshot',
  'not-proven',
  'not-a-snapshot',
  'snapshot-lacks-columns',
  'snapshot-too-old',
] as const
export type PackNotBuiltCode = (typeof packNotBuiltCodes)[number]

/** Why no pack can be built from what was named. The message holds no personal data. */
export class PackNotBuilt extends Error {
  override readonly name = 'PackNotBuilt'
  readonly code: PackNotBuiltCode

  constructor(code: PackNotBuiltCode, message: string) {
    super(message)
    this.code = code
  }
}
