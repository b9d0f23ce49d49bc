import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { signDigest } from '../../../local/kms/ecdsa.ts'

it('signs digests so that node:crypto finds every signature good, whatever the length of its integers', () => {
  const lengths = new Set<number>()
  for (let n = 0; n < 600; n += 1) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const message = Buffer.from(`manifest ${n}`)
    const signature = signDigest(privateKey, createHash('sha256').update(message).digest())

    expect(verify('sha256', message, publicKey, signature)).toBe(true)
    expect(verify('sha256', Buffer.from('another manifest'), publicKey, signature)).toBe(false)
    lengths.add(signature.length)
  }
  expect(lengths).toContain(70)
  expect(lengths).toContain(71)
  expect(lengths).toContain(72)
})
