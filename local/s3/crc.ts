import { crc32 } from 'node:zlib'
import type { Digest } from './checksum.ts'

/** Castagnoli's polynomial and NVMe's, bits reversed. */
const castagnoli = table(0n, 0x82f63b78n)
const nvme = table(0x9a6c9329n, 0xac4bc9b5n)

export function crc32Digest(): Digest {
  let value = 0
  return {
    update: chunk => {
      value = crc32(chunk, value)
    },
    digest: () => words(value),
  }
}

export function crc32cDigest(): Digest {
  let value = -1
  return {
    update: chunk => {
      for (let index = 0; index < chunk.length; index += 1) {
        value = (castagnoli.low[(value ^ (chunk[index] ?? 0)) & 255] ?? 0) ^ (value >>> 8)
      }
    },
    digest: () => words(~value),
  }
}

/** 64 bits as two 32-bit words, because BigInt is seven times slower. */
export function crc64nvmeDigest(): Digest {
  let high = -1
  let low = -1
  return {
    update: chunk => {
      for (let index = 0; index < chunk.length; index += 1) {
        const row = (low ^ (chunk[index] ?? 0)) & 255
        low = (nvme.low[row] ?? 0) ^ ((low >>> 8) | (high << 24))
        high = (nvme.high[row] ?? 0) ^ (high >>> 8)
      }
    },
    digest: () => words(~high, ~low),
  }
}

function table(high: bigint, low: bigint): { readonly high: Int32Array; readonly low: Int32Array } {
  const polynomial = (high << 32n) | low
  const rows = Array.from({ length: 256 }, (_, byte) => {
    let row = BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) row = row & 1n ? (row >> 1n) ^ polynomial : row >> 1n
    return row
  })
  return {
    high: Int32Array.from(rows, row => Number(BigInt.asIntN(32, row >> 32n))),
    low: Int32Array.from(rows, row => Number(BigInt.asIntN(32, row))),
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, 4 * index)
  })
  return bytes
}
