import { join } from 'node:path'
import { KMSClient } from '@aws-sdk/client-kms'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { jwks } from '../../lambdas/handover/signature.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import { startKms } from '../../local/kms/kms.ts'
import { localIdentity } from '../../local/stack/services.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { documented } from '../journeys/documented.ts'
import { folder } from '../local/service.ts'

const keys = { 'alias/one': 'ECC_NIST_P256', 'alias/two': 'ECC_NIST_P256', 'alias/hash': 'HMAC_256' } as const

describe('bangiao jwks', () => {
  let home = ''
  let kids: readonly string[] = []

  /** KMS where the standard variables say. */
  beforeEach(async () => {
    home = await folder()
    const { endpoint, close } = await startKms({ dir: join(home, 'kms'), keys })
    onTestFinished(close)
    for (const [name, value] of Object.entries({ ...localIdentity, AWS_ENDPOINT_URL: endpoint }))
      vi.stubEnv(name, value)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const kms = new KMSClient({})
    onTestFinished(() => kms.destroy())
    kids = await Promise.all(['alias/one', 'alias/two'].map(async key => (await kmsSigner(kms, key)).kid))
  })

  it('gives the public half of each key that is named, by the kid under which it signs', async () => {
    const document = await askBangiao<object>(home, 'jwks', 'alias/one', 'alias/two')

    expect(Object.keys(document)).toEqual(await documented('jwks'))
    expect(jwks.parse(document).keys.map(({ kid }) => kid)).toEqual(kids)
    const { stdout } = await runBangiao(home, 'jwks', 'alias/one', 'alias/two')
    expect(JSON.parse(stdout)).toEqual(document)
  })

  it.each([
    ['alias/three', 'NotFoundException'],
    ['alias/hash', 'UnsupportedOperationException'],
  ])('is refused %s with %s', async (key, code) => {
    const { code: exit, stdout } = await runBangiao(home, 'jwks', 'alias/one', key, '--json')

    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } })
  })

  it('is called wrongly without a key', async () => {
    expect(await runBangiao(home, 'jwks')).toMatchObject({ code: 2, stderr: 'KEY is missing\n' })
  })
})
