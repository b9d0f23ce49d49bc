import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAcknowledgement, sealAcknowledgement } from '../../../lambdas/handover/recipients/acknowledgement.ts'
import { flipped } from '../bytes.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const message = fc.record({ sequence: fc.nat(), handle: fc.string({ maxLength: 1024, unit: 'grapheme' }) })

describe('an acknowledgement', () => {
  it('opens under its key for its recipient, and tells nobody else anything', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), message, (key, nonce, message) => {
        const sealed = sealAcknowledgement(key, 'moh', message, nonce)
        expect(openAcknowledgement(key, 'moh', sealed)).toEqual(message)
        expect(openAcknowledgement(key, 'labour', sealed)).toBe(undefined)
        expect(openAcknowledgement(flipped(Buffer.from(key), 3), 'moh', sealed)).toBe(undefined)
        expect(sealed).toMatch(/^[\w-]+$/)
      }),
    )
  })

  it('does not open once a byte of it has changed, nor a part of it', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), message, fc.nat(), (key, nonce, message, chance) => {
        const sealed = Buffer.from(sealAcknowledgement(key, 'moh', message, nonce), 'base64url')
        const at = chance % sealed.length
        expect(openAcknowledgement(key, 'moh', flipped(sealed, at).toString('base64url'))).toBe(undefined)
        expect(openAcknowledgement(key, 'moh', sealed.subarray(0, at).toString('base64url'))).toBe(undefined)
      }),
    )
  })

  it('cannot be made up', () => {
    fc.assert(
      fc.property(bytes(32), fc.string({ unit: 'grapheme' }), (key, text) => {
        expect(openAcknowledgement(key, 'moh', text)).toBe(undefined)
      }),
    )
  })
})
