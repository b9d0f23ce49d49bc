import { z } from 'zod'
import { opaqueToken, readOpaqueToken } from './opaque-token.ts'
import { wrongValue } from './sharing-refusal.ts'

export interface ListParameters {
  readonly maxResults?: string | undefined
  readonly pageToken?: string | undefined
}

const mostResults = 500

/** One page of a list. A token goes on where its page ended, and only in the list that it came from. */
export function listPage<Item>(list: string, items: readonly Item[], { maxResults, pageToken }: ListParameters) {
  const most = maxResults === undefined ? mostResults : wholeNumber('maxResults', maxResults)
  const place = z.object({ list: z.literal(list), from: z.int().min(0) })
  const from = pageToken ? readOpaqueToken('pageToken', pageToken, place).from : 0
  const end = from + Math.min(most, mostResults)
  return {
    items: items.slice(from, end),
    ...(end < items.length && { nextPageToken: opaqueToken({ list, from: end }) }),
  }
}

/** An Int32 of the protocol, from 0. @throws SharingRefusal */
export function wholeNumber(parameter: string, text: string): number {
  const number = Number(text)
  if (!/^[0-9]+$/.test(text) || number > 2 ** 31 - 1) throw wrongValue(parameter, 'a whole number from 0')
  return number
}
