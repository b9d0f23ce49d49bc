import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { jwks } from '../../handover/signature.ts'
import { type FacilityCode, isFacilityCode } from '../../registry/facility-code.ts'
import { absent } from '../../shared/absent.ts'
import type { DeskTrust } from './pack.ts'
import { type PackKey, packKey } from './pack-key.ts'

/** Of a device: whose packs it takes, whose signatures count, and the keys of the periods that it was given. */
const enrolment = z.strictObject({
  facility: z.custom<FacilityCode>(isFacilityCode),
  jwks,
  keys: z.array(
    z.strictObject({
      period: z.string(),
      secret: z.base64url().transform(text => Uint8Array.from(Buffer.from(text, 'base64url'))),
    }),
  ),
})

const seen = z.strictObject({ asOf: z.iso.datetime() })

const enrolmentName = 'enrolment.json'
const seenName = 'seen.json'

/** The pack that answers at the desk. */
export const currentPackName = 'current.pack'

/** This month's key and the one before it: no pack lives longer than a week. */
const keysKept = 2

/** What a device holds in `dir`; undefined when it is not enrolled. @throws when what is there cannot be read: it must not pass for nothing. */
export async function readDesk(dir: string): Promise<DeskTrust | undefined> {
  const text = await readFile(join(dir, enrolmentName), 'utf8').catch(absent)
  if (text === undefined) return undefined
  const { facility, jwks, keys } = enrolment.parse(JSON.parse(text))
  const newest = await readFile(join(dir, seenName), 'utf8').catch(absent)
  return {
    facility,
    jwks,
    keys: keys.map(({ period, secret }) => packKey(period, secret)),
    ...(newest !== undefined && { seen: new Date(seen.parse(JSON.parse(newest)).asOf) }),
  }
}

/** Gives a device its facility, the keys it trusts and the key of a period, beside those of earlier ones. */
export async function enrolDesk(dir: string, { facility, jwks }: Pick<DeskTrust, 'facility' | 'jwks'>, key: PackKey) {
  const before = (await readDesk(dir))?.keys ?? []
  const keys = [...before.filter(({ period }) => period !== key.period), key]
    .sort((a, b) => (a.period < b.period ? -1 : 1))
    .slice(-keysKept)
    .map(({ period, secret }) => ({ period, secret: Buffer.from(secret).toString('base64url') }))
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await replaceFile(join(dir, enrolmentName), json({ facility, jwks, keys }))
}

/** From now on a clock that is behind this instant is wrong. */
export async function saveSeen(dir: string, before: Date | undefined, asOf: Date) {
  if (before && before >= asOf) return
  await replaceFile(join(dir, seenName), json({ asOf: asOf.toISOString() }))
}

/** For its owner's eyes only; whole or not at all, whatever happens to the machine. */
export async function replaceFile(path: string, content: string | Uint8Array) {
  const unfinished = `${path}.part`
  {
    await using file = await open(unfinished, 'w', 0o600)
    await file.chmod(0o600)
    await file.writeFile(content)
    await file.sync()
  }
  await rename(unfinished, path)
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
