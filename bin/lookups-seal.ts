import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SealProgress } from '../lambdas/checkin/lookups/seal-job.ts'
import { logName } from '../lambdas/checkin/lookups/seal-manifest.ts'
import { enrol, readJwks } from '../lambdas/handover/pull/trust-files.ts'
import { withStack } from '../local/connect.ts'
import type { Given, Outcome } from './command.ts'
import { stateDirOf, trustDirOf } from './state.ts'
import type { Terminal } from './terminal.ts'

/** `lookups seal`: calls the function as its schedule does, until all that was looked at before is sealed. */
export async function sealLookups(given: Given, terminal: Terminal): Promise<Outcome> {
  const stateDir = stateDirOf(given)
  const trustDir = trustDirOf(stateDir, logName)
  const progress = terminal.progress('seal lookups · niêm phong tra cứu', 1)
  const sealed = await withStack(stateDir, async ({ address }) => {
    const known = await access(join(trustDir, 'jwks.json')).then(
      () => true,
      () => false,
    )
    if (!known) await enrol(trustDir, await readJwks(address.sealsJwks))
    return sealUntil(address.api, new Date())
  })
  progress.done('seals')
  const { sequence, window } = sealed
  return {
    ok: true,
    document: { sequence, window },
    lines: [`  ✓ seal ${sequence} holds every look up to ${window.to} · đã niêm phong`],
  }
}

type Sealed = Exclude<SealProgress, { state: 'nothing-due' }>

async function sealUntil(api: string, asked: Date): Promise<Sealed> {
  for (;;) {
    const answer = await fetch(`${api}/local/scheduled/seal-lookups`, { method: 'POST' })
    if (!answer.ok) await refused(answer)
    const progress = (await answer.json()) as SealProgress
    if (progress.state === 'sealed' && Date.parse(progress.window.to) >= asked.getTime()) return progress
    if (progress.state !== 'sealed') await sleep(100)
  }
}

async function refused(answer: Response): Promise<never> {
  const { code, message } = (await answer.json()) as { readonly code: string; readonly message: string }
  throw Object.assign(new Error(message), { code })
}
