import { expect, it } from 'vitest'
import { mac } from '../../lambdas/shared/mac.ts'

it('is what RFC 4231 gives for its second test, the first time and again', () => {
  const key = Buffer.from('Jefe')
  const hex = () => Buffer.from(mac(key, 'what do ya want for nothing?'), 'base64url').toString('hex')
  expect(hex()).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  expect(hex()).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

it('depends on the bytes of the key, whichever was used before', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  expect(mac(other, 'text')).not.toBe(mac(one, 'text'))
  expect(mac(Buffer.alloc(32, 1), 'text')).toBe(mac(one, 'text'))
})
