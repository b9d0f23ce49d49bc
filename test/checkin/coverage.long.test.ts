import { describe, it } from 'vitest'
import { expectAgreement, expectAgreementOnHistories } from './coverage-in-both.ts'

describe('the desk and the handover agree on who is covered, by which card and at what level', () => {
  it('for everybody in a nation of 100,000', () => expectAgreement(100_000))

  it('for many histories of cards', () => expectAgreementOnHistories(1_000))
})
