import { join, resolve } from 'node:path'
import { currentPackName, replaceFile } from '../lambdas/checkin/pack/desk-files.ts'
import { type DeskTrust, isOlderThanSeen } from '../lambdas/checkin/pack/pack.ts'
import { applyDelta, isDelta, provePack } from '../lambdas/checkin/pack/pack-delta.ts'
import { argument, type Given, type Outcome } from './command.ts'
import { atDesk } from './desk-alone.ts'
import { deskTrust } from './desk-trust.ts'
import { facilityOf } from './facility.ts'
import { openForDesk, packFile } from './pack-check.ts'
import { refused } from './pack-refused.ts'
import { deskDirOf, stateDirOf } from './state.ts'
import { grouped } from './terminal.ts'

/** `desk load`: takes a new pack, or the delta of the one that the desk has, once it is proven and none that is older than it has seen. */
export async function load(given: Given): Promise<Outcome> {
  const facility = facilityOf(given)
  const path = resolve(argument(given, 1, 'PACK_OR_DELTA'))
  const stateDir = stateDirOf(given)
  const deskDir = deskDirOf(stateDir, facility)
  const trust = await deskTrust(stateDir, facility)
  const file = await packFile(path)
  return atDesk(deskDir, async () => {
    const whole = isDelta(file) ? await applied(deskDir, file, trust) : file
    if (typeof whole === 'string') return refused(whole, path)
    const pack = await openForDesk(whole, deskDir, trust)
    if (typeof pack === 'string') return refused(pack, path)
    if (isOlderThanSeen(pack, trust)) return refused('older-than-seen', path)
    await replaceFile(join(deskDir, currentPackName), whole)
    const { asOf, asOfDay, notAfter, lastDay, records } = pack.header
    return {
      ok: true,
      document: { facility, asOf, notAfter, lastDay, records },
      lines: [
        `  ✓ ${grouped(records)} numbers as of ${asOfDay}, for days until ${lastDay} · dữ liệu ngày ${asOfDay}, dùng đến hết ngày ${lastDay}`,
      ],
    }
  })
}

async function applied(deskDir: string, delta: Buffer, { jwks }: DeskTrust) {
  const base = await provePack(await packFile(join(deskDir, currentPackName)), jwks)
  return typeof base === 'string' ? base : applyDelta(base, delta, jwks)
}
