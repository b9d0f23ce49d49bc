import { describe, expect, it } from 'vitest'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { manifestName } from '../../../lambdas/handover/manifest.ts'
import { type VerifyFault, verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { jwks } from '../convert/conversion.ts'
import { handoverCopies, manifestIn, replaceManifest } from './handover-copy.ts'

const aHandover = handoverCopies()

/** Handover 7, which follows `previous`, in a folder of its own. */
async function seventh(previous: Link | null): Promise<{ readonly dir: string; readonly link: Link }> {
  const dir = await aHandover()
  const { handover, ...manifest } = await manifestIn(dir)
  const bytes = await replaceManifest(dir, { ...manifest, handover: { ...handover, sequence: 7, previous } })
  return { dir, link: { sequence: 7, sha256: sha256Hex(bytes) } }
}

const sha256 = (text: string) => sha256Hex(text)
const fifth: Link = { sequence: 5, sha256: sha256('the fifth') }

interface Place {
  readonly that: string
  readonly previous: Link | null
  readonly seen: Link
  readonly fault?: VerifyFault
}

const places: readonly Place[] = [
  { that: 'follows the one seen last', previous: fifth, seen: fifth },
  {
    that: 'is older than the one seen last',
    previous: fifth,
    seen: { sequence: 8, sha256: sha256('the eighth') },
    fault: 'older-than-seen',
  },
  {
    that: 'bears the number of the one seen last and is another',
    previous: fifth,
    seen: { sequence: 7, sha256: sha256('another seventh') },
    fault: 'not-the-one-seen',
  },
  {
    that: 'leaves one out',
    previous: { sequence: 6, sha256: sha256('the sixth') },
    seen: fifth,
    fault: 'not-the-next',
  },
  {
    that: 'follows another of the same number',
    previous: { sequence: 5, sha256: sha256('another fifth') },
    seen: fifth,
    fault: 'not-the-next',
  },
  { that: 'begins a chain anew', previous: null, seen: fifth, fault: 'not-the-next' },
]

describe('a handover', () => {
  it.each(places)('that $that is told so', async ({ previous, seen, fault }) => {
    const { dir } = await seventh(previous)

    const { faults } = await verifyHandover(dir, { jwks, seen })

    expect(faults).toEqual(fault ? [{ file: manifestName, fault }] : [])
  })

  it('that is the one seen last is proven again', async () => {
    const { dir, link } = await seventh(fifth)

    expect(await verifyHandover(dir, { jwks, seen: link })).toMatchObject({ faults: [], link })
  })

  it('is proven by whoever has seen none yet, wherever its chain stands', async () => {
    const { dir, link } = await seventh(fifth)

    expect(await verifyHandover(dir, { jwks })).toMatchObject({ faults: [], link })
  })
})
