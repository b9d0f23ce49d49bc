import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { daysBack } from '../lambdas/checkin/native/card-check-request.ts'
import { currentPackName } from '../lambdas/checkin/pack/desk-files.ts'
import type { PackAnswer } from '../lambdas/checkin/pack/pack-answer.ts'
import type { Online, Said, Visit } from '../lambdas/checkin/pack/visit.ts'
import { visitsIn } from '../lambdas/checkin/pack/visit.ts'
import { appendLine, journalName, readJournal } from '../lambdas/checkin/pack/visit-files.ts'
import { addDays, type Day, dayInVietnam } from '../lambdas/registry/day.ts'
import { type Given, type Outcome, UsageError } from './command.ts'
import { atDesk } from './desk-alone.ts'
import { deskTrust } from './desk-trust.ts'
import { facilityOf } from './facility.ts'
import { answered, answerOf, openForDesk } from './pack-check.ts'
import { refused } from './pack-refused.ts'
import { presentedFacts } from './presented.ts'
import { deskDirOf, stateDirOf } from './state.ts'
import { table } from './terminal.ts'

/** `desk check`: answers from the desk's pack, and records the visit before it does. */
export async function check(given: Given): Promise<Outcome> {
  const facility = facilityOf(given)
  const presented = presentedFacts(given)
  const stateDir = stateDirOf(given)
  const deskDir = deskDirOf(stateDir, facility)
  const trust = await deskTrust(stateDir, facility)
  const path = join(deskDir, currentPackName)
  const file = await readFile(path).catch(() => {
    throw new UsageError(`this desk has no pack yet: npx bangiao desk load FILE --facility ${facility}`)
  })
  const pack = await openForDesk(file, deskDir, trust)
  if (typeof pack === 'string') return refused(pack, path)
  const answer = answerOf(pack, presented)
  const { cardNumber, number } = presented.number
  const visit = randomBytes(8).toString('hex')
  await atDesk(deskDir, () =>
    appendLine(join(deskDir, journalName), {
      visit,
      at: new Date().toISOString(),
      serviceDate: answer.serviceDate,
      asOf: answer.asOf,
      said: saidIn(answer),
      presented: { number: cardNumber ?? number, birthDate: presented.birthDate },
    }),
  )
  const { ok, document, lines } = answered(answer)
  return {
    ok,
    document: { ...document, visit },
    lines: [...lines, '', `    đã ghi lượt khám · recorded as visit ${visit}`],
  }
}

/** `desk visits`: what the journal holds, without numbers and birth dates. */
export async function visits(given: Given): Promise<Outcome> {
  const facility = facilityOf(given)
  const all = visitsIn(await readJournal(join(deskDirOf(stateDirOf(given), facility), journalName)))
  const today = dayInVietnam(new Date())
  const open = all.filter(visit => stateOf(visit, today) === 'open').length
  return {
    ok: true,
    document: { facility, open, visits: all.map(visit => visitShown(visit, today)) },
    lines: [
      ...table(
        ['visit', 'day · ngày', 'offline', 'online'],
        all.map(({ visit, serviceDate, said, settled }) => [
          visit,
          serviceDate,
          saidText(said),
          settled ? onlineText(settled.online) : '…',
        ]),
      ),
      '',
      `  ${open} to reconcile · còn ${open} lượt chờ đối chiếu`,
    ],
  }
}

export type VisitState = 'open' | 'too-late' | 'confirmed' | 'corrected'

/** The line answers for a few days back: what is older it will never settle. */
export function stateOf({ serviceDate, settled }: Visit, today: Day): VisitState {
  if (settled) return settled.differs.length ? 'corrected' : 'confirmed'
  return serviceDate < addDays(today, -daysBack) ? 'too-late' : 'open'
}

export function visitShown(given: Visit, today: Day) {
  const { visit, at, serviceDate, asOf, said, settled } = given
  return {
    visit,
    at,
    serviceDate,
    asOf,
    said,
    state: stateOf(given, today),
    ...(settled && { online: settled.online, differs: settled.differs }),
  }
}

export function saidText(said: Said): string {
  return said.outcome === 'in-force' ? `level ${said.level} → ${said.lastDay ?? '…'}` : said.outcome
}

export function onlineText(online: Online): string {
  return online.valid ? `level ${online.level} → ${online.lastDay ?? '…'}` : online.reason
}

function saidIn(answer: PackAnswer): Said {
  if (answer.outcome !== 'in-force') return { outcome: answer.outcome }
  const { outcome, level, lastDay } = answer
  return { outcome, level, lastDay }
}
