/** A piece of a feed in the landing bucket: `feeds/<kind>/<SHA-256 of the file>/<nnnnn>.ndjson`, `<nnnnn>-2` when sent a second time. */
export interface Piece {
  readonly kind: string
  readonly file: string
  readonly key: string
}

/** Lines in a piece, at most. */
export const maximumPieceLines = 50_000

/** Each time that a piece is sent counts as a piece of its own, with an outcome of its own. */
export function pieceKey(kind: string, file: string, number: number, time: number): string {
  const name = String(number).padStart(5, '0')
  return `feeds/${kind}/${file}/${time === 1 ? name : `${name}-${time}`}.ndjson`
}

export function readPieceKey(key: string): Piece | undefined {
  const [, kind, file] = /^feeds\/([^/]+)\/([^/]+)\/[^/]+\.ndjson$/.exec(key) ?? []
  return kind && file ? { kind, file, key } : undefined
}

export function outcomeKey(pieceKey: string): string {
  return pieceKey.replace(/^feeds/, 'outcomes').replace(/ndjson$/, 'json')
}

export function rejectsKey(pieceKey: string): string {
  return pieceKey.replace(/^feeds/, 'rejects').replace(/ndjson$/, 'parquet')
}
