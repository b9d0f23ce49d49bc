import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { enrol, NoTrustedKeys, readJwks, readTrust, saveSeen } from '../../../lambdas/handover/pull/trust-files.ts'
import { folder } from '../../local/service.ts'
import { jwks } from '../convert/conversion.ts'

const seen = { sequence: 3, sha256: 'a'.repeat(64) }

describe('what a recipient trusts', () => {
  it('is the keys it enrolled, and nothing seen at first', async () => {
    const dir = join(await folder(), 'trust', 'moh')

    await enrol(dir, jwks)

    const { seen, jwks: enrolled } = await readTrust(dir)
    expect(enrolled.keys).toMatchObject(jwks.keys.map(({ kid, x, y }) => ({ kid, x, y })))
    expect(seen).toBe(undefined)
  })

  it('remembers how far its chain has come, whatever is enrolled later', async () => {
    const dir = await folder()
    await enrol(dir, jwks)

    await saveSeen(dir, { sequence: 2, sha256: 'b'.repeat(64) })
    await saveSeen(dir, seen)
    await enrol(dir, jwks)

    expect((await readTrust(dir)).seen).toEqual(seen)
    expect(await readdir(dir)).toEqual(['jwks.json', 'seen.json'])
  })

  it('is refused rather than forgotten when its memory is damaged or cannot be read', async () => {
    const dir = await folder()
    await enrol(dir, jwks)

    await writeFile(join(dir, 'seen.json'), '{"sequence":3}')
    await expect(readTrust(dir)).rejects.toThrow('sha256')
    await rm(join(dir, 'seen.json'))
    await mkdir(join(dir, 'seen.json'))
    await expect(readTrust(dir)).rejects.toThrow('EISDIR')
  })

  it.each([
    ['is not there', undefined],
    ['is no JSON', 'keys'],
    ['holds no keys', '{"keys":[]}'],
    ['holds RSA keys', '{"keys":[{"kty":"RSA","kid":"1","n":"","e":""}]}'],
    [
      'holds keys without a name',
      JSON.stringify({ keys: jwks.keys.map(({ x, y }) => ({ kty: 'EC', crv: 'P-256', x, y })) }),
    ],
  ])('is nothing when the key set %s', async (_, text) => {
    const path = join(await folder(), 'jwks.json')
    if (text !== undefined) await writeFile(path, text)

    const refused = readJwks(path)

    await expect(refused).rejects.toThrow(NoTrustedKeys)
    await expect(refused).rejects.toMatchObject({ code: 'no-trusted-keys' })
  })
})
