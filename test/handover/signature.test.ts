import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { calculateJwkThumbprint, flattenedVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  flattenedFault,
  pemSigner,
  publicJwk,
  rawSignature,
  signDetached,
  signFlattened,
  UnfitKey,
} from '../../lambdas/handover/signature.ts'
import { jwks, signer, signingPair } from './convert/conversion.ts'

const [ours] = jwks.keys

/** Whether the 64 bytes are a signature over the text, by another implementation than ours. */
function verifies(text: string, raw: Uint8Array, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, raw)
}

describe('a signature in DER', () => {
  it('becomes R and S for each of 5,000', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const lengths = new Set<number>()
    for (let n = 0; n < 5000; n++) {
      const der = sign('sha256', Buffer.from(`handover ${n}`), privateKey)
      lengths.add(der.length)
      expect([n, verifies(`handover ${n}`, rawSignature(der), publicKey)]).toEqual([n, true])
    }
    // 70 to 72 are those of whole numbers; a shorter one has lost leading zeros
    expect(Math.min(...lengths)).toBeLessThan(70)
  })

  it.each([
    [
      'short R',
      '3042021e674a96e6239b88ece51496e5ab864b8c414b69c99d6a88bf77e84e18b8c102205b0251ca7fa06b1bdcdd36075e87d52aeff525bd2c5f798a0412df73d1274bfc',
      0,
    ],
    [
      'short S',
      '3043022100fda5cf23a2db09cca6e6f7d3aa3847bbc18efd56c6fd8f9a86c4bdd8587ca0c9021e761425884bb956c97f2f971c452b936074c7bf95aa1e1c41b8a65eec6fe2',
      32,
    ],
  ])('with a %s is padded on the left', (_, hex, at) => {
    const x = 'XW3ePu3my-YdL1b3gIcr7HbGte_tp8G6Yh5Yhy8k1VA'
    const y = 'ufIh_Qp6TYQHbGO2A0WLCgSEySaBxWlkxseCCPwRJRs'
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })

    const raw = rawSignature(Buffer.from(hex, 'hex'))

    expect([...raw.subarray(at, at + 2)]).toEqual([0, 0])
    expect(verifies('bàn giao', raw, key)).toBe(true)
  })
})

describe('a key that ES256 cannot use', () => {
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const

  it.each([
    ['a key of rsa', pem(rsa.privateKey)],
    ['a key of the curve secp384r1', pem(p384.privateKey)],
    ['a key of ed25519', pem(generateKeyPairSync('ed25519').privateKey)],
    ['a public key', signingPair.publicKey.export({ type: 'spki', format: 'pem' }) as string],
    ['an encrypted key', signingPair.privateKey.export(cipher) as string],
    ['no key in PEM', 'a letter'],
    ['no key in PEM', ''],
  ])('is refused as %s', (what, text) => {
    expect(() => pemSigner(text)).toThrow(new UnfitKey(what))
  })

  it('is given out to nobody either', () => {
    expect(() => publicJwk(rsa.publicKey)).toThrow(new UnfitKey('a key of rsa'))
    expect(() => publicJwk(p384.publicKey)).toThrow(new UnfitKey('a key of the curve secp384r1'))
  })
})

describe('a public key', () => {
  it('is named by its RFC 7638 thumbprint', async () => {
    const { kid, use: _, alg: __, ...jwk } = publicJwk(signingPair.publicKey)

    expect(kid).toBe(await calculateJwkThumbprint(jwk))
    expect(signer.kid).toBe(kid)
  })
})

describe('what is signed', () => {
  const bytes = Buffer.from('{"name":"Bàn giao"}\n')

  it('verifies by another library over the exact bytes, when detached', async () => {
    const [header = '', payload, signature = ''] = (await signDetached(bytes, signer)).split('.')

    expect(payload).toBe('')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'ES256',
      kid: signer.kid,
      typ: 'JOSE',
      cty: 'application/json',
    })
    const jws = { protected: header, payload: bytes.toString('base64url'), signature }
    expect(Buffer.from((await flattenedVerify(jws, await importJWK({ ...ours }))).payload)).toEqual(bytes)
  })

  it('verifies by another library when it carries its payload', async () => {
    const jws = await signFlattened(bytes, signer)

    expect(Buffer.from((await flattenedVerify(jws, await importJWK({ ...ours }))).payload)).toEqual(bytes)
    expect(await flattenedFault(jws, jwks)).toBe(undefined)
    expect(await flattenedFault({ ...jws, payload: 'e30' }, jwks)).toBe('wrong-signature')
  })
})
