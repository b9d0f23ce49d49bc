import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import { type VerifyFault, verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { type PublicJwk, pemSigner, publicJwk, signDetached } from '../../../lambdas/handover/signature.ts'
import { jwks, signer, signingPair } from '../convert/conversion.ts'
import { faultsIn, handoverCopies, manifestIn, replaceManifest } from './handover-copy.ts'

const aHandover = handoverCopies()
const [ours] = jwks.keys as readonly [PublicJwk]
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const strangersJwk = publicJwk(stranger.publicKey)

interface Forgery {
  readonly that: string
  readonly header: object
  readonly sign: (input: Buffer) => Uint8Array | Promise<Uint8Array>
  readonly fault: VerifyFault
}

const forgeries: readonly Forgery[] = [
  {
    that: 'of a stranger under his own name',
    header: { alg: 'ES256', kid: strangersJwk.kid },
    sign: bySha256(stranger.privateKey),
    fault: 'unknown-key',
  },
  {
    that: 'of a stranger under our name',
    header: { alg: 'ES256', kid: ours.kid },
    sign: bySha256(stranger.privateKey),
    fault: 'wrong-signature',
  },
  {
    that: 'of a stranger who brings his key and no name',
    header: { alg: 'ES256', jwk: strangersJwk },
    sign: bySha256(stranger.privateKey),
    fault: 'signature-malformed',
  },
  {
    that: 'of a stranger who brings his key under our name',
    header: { alg: 'ES256', kid: ours.kid, jwk: strangersJwk },
    sign: bySha256(stranger.privateKey),
    fault: 'wrong-signature',
  },
  {
    that: 'of a stranger who says where his key is',
    header: { alg: 'ES256', kid: ours.kid, jku: 'https://keys.example/jwks.json' },
    sign: bySha256(stranger.privateKey),
    fault: 'wrong-signature',
  },
  {
    that: 'that is none, as it says',
    header: { alg: 'none', kid: ours.kid },
    sign: () => Buffer.alloc(0),
    fault: 'signature-malformed',
  },
  {
    that: 'that calls itself none over bytes',
    header: { alg: 'none', kid: ours.kid },
    sign: () => Buffer.alloc(64),
    fault: 'wrong-signature',
  },
  ...[publicPem(), ours.x, JSON.stringify(ours)].map(secret => ({
    that: `by HS256 with what everybody knows of our key: ${secret.slice(0, 12).trim()}`,
    header: { alg: 'HS256', kid: ours.kid },
    sign: (input: Buffer) => createHmac('sha256', secret).update(input).digest(),
    fault: 'wrong-signature' as const,
  })),
  {
    that: 'by our own key that calls itself another algorithm',
    header: { alg: 'ES384', kid: ours.kid },
    sign: input => signer.sign(input),
    fault: 'wrong-signature',
  },
  {
    that: 'by our own key with a demand that we do not know',
    header: { alg: 'ES256', kid: ours.kid, crit: ['expires'], expires: 1 },
    sign: input => signer.sign(input),
    fault: 'wrong-signature',
  },
  {
    that: 'by our own key as DER spells it',
    header: { alg: 'ES256', kid: ours.kid },
    sign: input => sign('sha256', input, signingPair.privateKey),
    fault: 'wrong-signature',
  },
  {
    that: 'of nothing but zeros',
    header: { alg: 'ES256', kid: ours.kid },
    sign: () => Buffer.alloc(64),
    fault: 'wrong-signature',
  },
]

describe('a handover is not proven by a signature', () => {
  it.each(forgeries)('$that', async ({ header, sign, fault }) => {
    const dir = await aHandover()
    const manifest = await readFile(join(dir, manifestName))
    const head = Buffer.from(JSON.stringify(header)).toString('base64url')
    const signature = await sign(Buffer.from(`${head}.${manifest.toString('base64url')}`))

    await writeFile(join(dir, signatureName), `${head}..${Buffer.from(signature).toString('base64url')}`)

    expect(await faultsIn(dir)).toEqual([{ file: signatureName, fault }])
  })

  it.each(['', 'nonsense', '..', 'a..', '..b', 'a.b.c', 'bnVsbA..AAAA', '{}'])('spelt %j', async text => {
    const dir = await aHandover()

    await writeFile(join(dir, signatureName), text)

    expect(await faultsIn(dir)).toEqual([{ file: signatureName, fault: 'signature-malformed' }])
  })

  it('of another manifest of ours', async () => {
    const dir = await aHandover()
    const { handover, ...manifest } = await manifestIn(dir)
    const older = await readFile(join(dir, manifestName))

    await replaceManifest(dir, { ...manifest, handover: { ...handover, sequence: 1 } })
    await writeFile(join(dir, manifestName), older)

    expect(await faultsIn(dir)).toEqual([{ file: signatureName, fault: 'wrong-signature' }])
  })

  it('when no key is trusted', async () => {
    const dir = await aHandover()

    expect((await verifyHandover(dir, { jwks: { keys: [] } })).faults).toEqual([
      { file: signatureName, fault: 'unknown-key' },
    ])
  })
})

describe('after the key was changed', () => {
  it('handovers under the old and the new one are proven alike', async () => {
    const dir = await aHandover()
    const both = { keys: [ours, strangersJwk] }
    const next = pemSigner(stranger.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)

    expect((await verifyHandover(dir, { jwks: both })).faults).toEqual([])
    await writeFile(join(dir, signatureName), await signDetached(await readFile(join(dir, manifestName)), next))
    expect((await verifyHandover(dir, { jwks: both })).faults).toEqual([])
  })
})

function bySha256(key: KeyObject) {
  return (input: Buffer) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
}

function publicPem(): string {
  return createPublicKey({ key: { ...ours }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string
}
