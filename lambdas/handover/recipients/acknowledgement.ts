import { createCipheriv, createDecipheriv } from 'node:crypto'
import { z } from 'zod'

/** What an acknowledgement hides: the message that the notice of a handover came by. */
const message = z.object({ sequence: z.int().min(0), handle: z.string() })
export type NoticeMessage = z.infer<typeof message>

/** Bytes, of AES in GCM. */
const nonceBytes = 12
const tagBytes = 16

/**
 * Seals a message into a text that tells nothing, and that only `key` opens again, for the same recipient: nobody can make one up or
 * bring one from another's queue. `nonce` is 12 random bytes.
 */
export function sealAcknowledgement(
  key: Uint8Array,
  recipient: string,
  message: NoticeMessage,
  nonce: Uint8Array,
): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(recipient))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(message)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Undefined for what was not sealed under this key for this recipient. */
export function openAcknowledgement(key: Uint8Array, recipient: string, text: string): NoticeMessage | undefined {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length <= nonceBytes + tagBytes) return undefined
  const [nonce, tag, sealed] = [
    bytes.subarray(0, nonceBytes),
    bytes.subarray(nonceBytes, nonceBytes + tagBytes),
    bytes.subarray(nonceBytes + tagBytes),
  ]
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(recipient)).setAuthTag(tag)
    return message.parse(JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString()))
  } catch {
    return undefined
  }
}
