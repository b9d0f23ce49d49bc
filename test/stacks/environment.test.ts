import { readFileSync } from 'node:fs'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { environment } from '../../lib/environment.ts'
import { deployedFunctions, synthesize } from './synthesis.ts'

const role = 'arn:aws:iam::444455556666:role/moh-handover-puller'

describe('the context of a deployment', () => {
  it('is for any account of the region when it names none', () => {
    const { data, platform } = synthesize()
    for (const stack of [data, platform]) expect(stack.environment).toBe('aws://unknown-account/ap-southeast-1')
  })

  it('may name an account', () => {
    expect(synthesize({ context: { account: '111122223333' } }).data.environment).toBe(
      'aws://111122223333/ap-southeast-1',
    )
  })

  it('may give the API an address of its own, which what clients sign then names', () => {
    const apiAddress = 'https://api.example/bangiao'
    const told = deployedFunctions(synthesize({ context: { apiAddress } }))
      .map(({ path, properties }) => [path, properties.Environment.Variables.API_ADDRESS])
      .filter(([, address]) => address !== undefined)

    expect(told).toEqual([
      ['Access/Token', apiAddress],
      ['Access/Authorizer', apiAddress],
    ])
  })

  it.each([
    ['an account of other than 12 digits', { account: '1111' }, /account/],
    ['an address of the API that is not safe', { apiAddress: 'http://api.example' }, /an address by https/],
    ['an address with a slash at its end', { apiAddress: 'https://api.example/' }, /without a slash/],
    ['a recipient without an agreement', { recipientRoles: { moph: role } }, /expected none but moh/],
    ['something else than a role', { recipientRoles: { moh: 'arn:aws:iam::444455556666:root' } }, /ARN of a role/],
    ['a key that signs and was never made', { signingKeys: { made: 1, signs: 2 } }, /signs to be one of those made/],
    ['a schedule that is neither on nor off', { scheduledHandovers: 'often' }, /scheduledHandovers/],
  ])('is refused with %s', (_, context, message) => {
    expect(() => synthesize({ context })).toThrow(message)
  })
})

describe('docs/deployment.md', () => {
  it('says of each value of the context what it is for', () => {
    const page = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8')
    const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    expect(named).toEqual(Object.keys(environment.shape))
  })
})

describe('the rules of AWS Solutions', () => {
  it.each([
    ['by default', {}],
    [
      'with an account, a recipient’s role and the schedule',
      { account: '111122223333', recipientRoles: { moh: role }, scheduledHandovers: true },
    ],
  ])('are kept or acknowledged with a reason, %s', (_, context) => {
    const { app } = synthesize({ context })
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([])
  })
})
