/** Frees what nobody reads any more: left to the collector, gigabytes of pieces would call for it again and again. */
export function giveBack(memory: ArrayBufferLike | undefined): void {
  if (memory instanceof ArrayBuffer) memory.transfer(0)
}

/** Frees a piece that has its memory for itself, as those of a file do; those of a connection need not. */
export function giveBackPiece({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === buffer.byteLength) giveBack(buffer)
}
