import { createECDH, type KeyObject } from 'node:crypto'

/** The order of the base point of P-256 (SEC 2, 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** ECDSA on P-256 over a digest made elsewhere, in DER; node:crypto signs only what it has hashed itself. */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const secret = toInteger(Buffer.from(String(privateKey.export({ format: 'jwk' }).d), 'base64url'))
  const nonce = createECDH('prime256v1')
  const point = nonce.generateKeys()
  const r = toInteger(point.subarray(1, 33)) % order
  const s = (inverse(toInteger(nonce.getPrivateKey())) * (toInteger(digest) + r * secret)) % order
  return der(0x30, Buffer.concat([derInteger(r), derInteger(s)]))
}

function toInteger(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

/** By Fermat: the order is a prime, so a^(order - 2) is the inverse of a. */
function inverse(number: bigint): bigint {
  let power = 1n
  let square = number
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * square) % order
    square = (square * square) % order
  }
  return power
}

/** A leading zero keeps an integer whose first bit is set from reading as negative. */
function derInteger(number: bigint): Buffer {
  const hex = number.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return der(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag, content.length), content])
}
