import { join } from 'node:path'
import type { CardCheckAnswer } from '../lambdas/checkin/native/card-check-answer.ts'
import { differsIn, type Online, type Visit, visitsIn } from '../lambdas/checkin/pack/visit.ts'
import { appendLine, forgetNeedless, journalName, readJournal } from '../lambdas/checkin/pack/visit-files.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { withStack } from '../local/connect.ts'
import { cardChecks } from './check-card.ts'
import { type Given, type Outcome, UsageError } from './command.ts'
import { aloneReconciling, atDesk } from './desk-alone.ts'
import { onlineText, saidText, stateOf, type VisitState, visitShown } from './desk-visits.ts'
import { facilityOf } from './facility.ts'
import { deskDirOf, stateDirOf } from './state.ts'
import { type Terminal, table } from './terminal.ts'

/**
 * `desk reconcile`: asks online what was answered from the pack. Each answer lies in the journal before the next visit is asked, so
 * whoever is stopped goes on with the first that has none; what is settled, or too old to be, loses its number.
 */
export async function reconcile(given: Given, terminal: Terminal): Promise<Outcome> {
  const facility = facilityOf(given)
  const stateDir = stateDirOf(given)
  const deskDir = deskDirOf(stateDir, facility)
  const path = join(deskDir, journalName)
  const today = dayInVietnam(new Date())
  const before = new Set(doneIn(visitsIn(await readJournal(path))))
  const stopped = await aloneReconciling(deskDir, async () => {
    try {
      await askFor(
        visitsIn(await readJournal(path)).filter(visit => stateOf(visit, today) === 'open'),
        (visit, answer) => atDesk(deskDir, () => settle(path, visit, answer)),
        { stateDir, facility, terminal },
      )
      return undefined
    } catch (error) {
      const { code, name, message } = error as Error & { readonly code?: string }
      return { code: code ?? name, message }
    } finally {
      await atDesk(deskDir, () => forgetNeedless(path, today))
    }
  })
  const shown = visitsIn(await readJournal(path))
    .filter(({ visit }) => !before.has(visit))
    .map(visit => visitShown(visit, today))
  const open = shown.filter(({ state }) => state === 'open').length
  const tooLate = shown.filter(({ state }) => state === 'too-late').map(({ visit }) => visit)
  return {
    ok: open === 0,
    document: { facility, visits: shown, open, tooLate, ...(stopped && { stopped }) },
    lines: [...linesOf(shown), ...(stopped ? ['', `  stopped · dừng lại: ${stopped.code}: ${stopped.message}`] : [])],
  }
}

async function askFor(
  waiting: readonly Visit[],
  take: (visit: Visit, answer: CardCheckAnswer) => Promise<void>,
  {
    stateDir,
    facility,
    terminal,
  }: { readonly stateDir: string; readonly facility: FacilityCode; readonly terminal: Terminal },
) {
  if (waiting.length === 0) return
  await withStack(stateDir, async ({ address }) => {
    const ask = await cardChecks(address.api, stateDir, facility)
    const progress = terminal.progress('ask online · tra cứu trực tuyến', waiting.length)
    for (const [index, visit] of waiting.entries()) {
      const answer = await ask({ ...visit.presented, serviceDate: visit.serviceDate }).catch(unlessRefused)
      if (answer) await take(visit, answer)
      progress.at(index + 1)
    }
    progress.done('visits')
  })
}

async function settle(path: string, { visit, said }: Visit, answer: CardCheckAnswer) {
  const online = onlineIn(answer)
  const differs = differsIn(said, online)
  await appendLine(path, { settled: visit, at: new Date().toISOString(), online, differs: [...differs] })
}

/** A visit that the API finds malformed stays open, and keeps none from being asked. */
function unlessRefused(error: unknown): undefined {
  if (!(error instanceof UsageError)) throw error
}

function onlineIn(answer: CardCheckAnswer): Online {
  if (!answer.valid) return { valid: false, reason: answer.reason }
  return { valid: true, level: answer.level, lastDay: answer.card.validTo ?? null }
}

/** Of which nothing more becomes: they are settled, or nothing is left to settle them by. */
function doneIn(visits: readonly Visit[]): readonly string[] {
  return visits.flatMap(({ visit, settled, presented }) => (settled || !presented ? [visit] : []))
}

const states: Readonly<Record<VisitState, string>> = {
  confirmed: '✓ xác nhận · confirmed',
  corrected: '✗ phải sửa · corrected',
  open: '… còn chờ · open',
  'too-late': '✗ quá hạn tra cứu · too late to ask',
}

function linesOf(visits: readonly ReturnType<typeof visitShown>[]): readonly string[] {
  if (visits.length === 0) return ['  nothing to reconcile · không có lượt nào chờ đối chiếu']
  const rows = visits.map(({ visit, serviceDate, said, online, state, differs = [] }) => [
    visit,
    serviceDate,
    saidText(said),
    online ? onlineText(online) : '',
    states[state],
    differs.join(', '),
  ])
  return table(['visit', 'day · ngày', 'offline', 'online', '', 'differs · khác'], rows)
}
