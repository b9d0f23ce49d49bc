import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { logName } from '../lambdas/checkin/lookups/seal-manifest.ts'
import { type LogVerdict, verifySeals } from '../lambdas/checkin/lookups/verify-seals-files.ts'
import { latestKey } from '../lambdas/handover/latest.ts'
import { readJwks, readTrust, saveSeen } from '../lambdas/handover/pull/trust-files.ts'
import type { Trust } from '../lambdas/handover/pull/verify-files.ts'
import { s3ObjectStore } from '../lambdas/shared/object-store.ts'
import { withStack } from '../local/connect.ts'
import { buckets } from '../local/stack/resources.ts'
import { type Given, type Outcome, optional } from './command.ts'
import { stateDirOf, trustDirOf } from './state.ts'
import { grouped, type Terminal, table } from './terminal.ts'

/** `lookups verify [DIR]`: proves a copy of the log offline; without DIR, one that it takes from the embedded stack. */
export async function verifyLookups(given: Given, terminal: Terminal): Promise<Outcome> {
  const jwksFile = optional(given, 'jwks')
  const trustDir = trustDirOf(stateDirOf(given), logName)
  const trust = jwksFile ? { jwks: await readJwks(resolve(jwksFile)) } : await readTrust(trustDir)
  const progress = terminal.progress('verify seals · kiểm chứng', 1)
  const dir = given.arguments[1]
  const verdict = await onCopy(dir, given, copy => verifySeals(copy, trust, (done, of) => progress.at(done, of)))
  progress.done('seals')
  const newest = verdict.seals.at(-1)
  if (newest && verdict.faults.length === 0 && !jwksFile) await saveSeen(trustDir, newest.link)
  return outcome(verdict, trust)
}

async function onCopy<Result>(
  dir: string | undefined,
  given: Given,
  use: (dir: string) => Promise<Result>,
): Promise<Result> {
  if (dir !== undefined) return use(resolve(dir))
  const copy = await mkdtemp(join(tmpdir(), 'bangiao-lookups-'))
  try {
    const log = join(copy, logName)
    await mkdir(log)
    await withStack(stateDirOf(given), async ({ clients }) => {
      const published = s3ObjectStore(clients.s3, buckets.seals)
      // First what says how far the log reaches: what is listed after it cannot lack that
      if (await published.get(latestKey(logName))) await published.localFile(latestKey(logName), copy)
      for (const { key } of await published.list(`${logName}/`))
        if (key !== latestKey(logName)) await published.localFile(key, copy)
    })
    return await use(log)
  } finally {
    await rm(copy, { recursive: true })
  }
}

function outcome({ faults, seals }: LogVerdict, trust: Trust): Outcome {
  const ok = faults.length === 0
  const lookups = seals.reduce((sum, { manifest }) => sum + manifest.seal.counts.lookups, 0)
  const tampered = seals.flatMap(({ manifest: { seal } }) =>
    Object.values(seal.counts.tampering).some(Boolean) ? [seal.sequence] : [],
  )
  const sealedTo = seals.at(-1)?.manifest.seal.window.to ?? null
  const document = { seals: seals.length, lookups, sealedTo, tampered, rollbackChecked: trust.seen !== undefined }
  if (!ok) {
    const rows = table(
      ['file', 'fault'],
      faults.map(({ file, fault }) => [file, fault]),
    )
    return { ok, document: { ok, faults, ...document }, lines: [...rows, '', '  ✗ not proven · không đạt'] }
  }
  return {
    ok,
    document: { ok, faults, ...document },
    lines: [
      `  ✓ the log is whole: ${grouped(seals.length)} seals hold ${grouped(lookups)} looks up to ${sealedTo ?? 'no instant yet'}`,
      ...tampered.map(sequence => `  ! seal ${sequence} found that the table was tampered with · phát hiện can thiệp`),
    ],
  }
}
