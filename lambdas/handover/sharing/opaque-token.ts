import type { z } from 'zod'
import { wrongValue } from './sharing-refusal.ts'

/** Where to go on, for who sends it back. It holds no secret and gives no right: what it names is looked up and allowed anew. */
export function opaqueToken(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** @throws SharingRefusal when the parameter is no token of this kind. */
export function readOpaqueToken<Content>(parameter: string, token: string, content: z.ZodType<Content>): Content {
  try {
    return content.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
  } catch {
    throw wrongValue(parameter, 'a token from the answer before, for the same request')
  }
}
