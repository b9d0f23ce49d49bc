import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listPage } from '../../../lambdas/handover/sharing/list-page.ts'

describe('the pages of a list', () => {
  it('give every item once, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 1200 }), fc.integer({ min: 1, max: 900 }), (items, size) => {
        const read: number[] = []
        let pageToken: string | undefined
        do {
          const page = listPage('numbers', items, { maxResults: String(size), pageToken })
          expect(page.items.length).toBeLessThanOrEqual(Math.min(size, 500))
          read.push(...page.items)
          pageToken = page.nextPageToken
        } while (pageToken)
        expect(read).toEqual(items)
      }),
      { numRuns: 50 },
    )
  })

  it('hold 500 at most, and all of a short list, without a token where nothing follows', () => {
    const items = Array.from({ length: 501 }, (_, n) => n)
    for (const maxResults of [undefined, '900']) {
      expect(listPage('numbers', items, { maxResults }).items).toHaveLength(500)
    }
    expect(listPage('numbers', [1, 2], {})).toEqual({ items: [1, 2] })
    expect(listPage('numbers', [], { maxResults: '5', pageToken: '' })).toEqual({ items: [] })
  })

  it('of no items are asked for by 0', () => {
    expect(listPage('numbers', [1], { maxResults: '0' }).items).toEqual([])
  })

  it('are refused for a size that is none and for a token of another list', () => {
    const { nextPageToken } = listPage('numbers', [1, 2], { maxResults: '1' })
    expect(() => listPage('letters', ['a'], { pageToken: nextPageToken })).toThrow('pageToken: expected a token from')
    for (const maxResults of ['-1', '1.5', '1e1', '', '99999999999']) {
      expect(() => listPage('numbers', [1], { maxResults }), maxResults).toThrow('maxResults: expected a whole number')
    }
  })
})
