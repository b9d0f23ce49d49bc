import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { saveSeen } from '../lambdas/checkin/pack/desk-files.ts'
import { type DeskTrust, openPack, type Pack, type PackFault } from '../lambdas/checkin/pack/pack.ts'
import { answersFor, defaultDay, type PackAnswer, packAnswer } from '../lambdas/checkin/pack/pack-answer.ts'
import { facilityName } from '../lambdas/registry/facilities.ts'
import { formatFacilityCode } from '../lambdas/registry/facility-code.ts'
import { argument, type Given, type Outcome, optional, UsageError } from './command.ts'
import { deskTrust, trustForPack } from './desk-trust.ts'
import { facilityOf } from './facility.ts'
import { refused } from './pack-refused.ts'
import { type PresentedFacts, presentedFacts } from './presented.ts'
import { deskDirOf, stateDirOf } from './state.ts'

/** `pack check`: what a pack says, without any service. */
export async function check(given: Given): Promise<Outcome> {
  const path = resolve(argument(given, 1, 'FILE'))
  const presented = presentedFacts(given)
  const stateDir = stateDirOf(given)
  const file = await packFile(path)
  const trust = optional(given, 'facility')
    ? await deskTrust(stateDir, facilityOf(given))
    : await trustForPack(stateDir, file)
  if (typeof trust === 'string') return refused(trust, path)
  const pack = await openForDesk(file, deskDirOf(stateDir, trust.facility), trust)
  if (typeof pack === 'string') return refused(pack, path)
  return answered(answerOf(pack, presented))
}

/** @throws UsageError when it cannot be read. */
export async function packFile(path: string): Promise<Buffer> {
  return readFile(path).catch(() => {
    throw new UsageError(`${path} cannot be read; name a pack`)
  })
}

/** A proven pack; the device remembers how new it was. */
export async function openForDesk(file: Buffer, deskDir: string, trust: DeskTrust): Promise<Pack | PackFault> {
  const pack = await openPack(file, trust, new Date())
  if (typeof pack !== 'string') await saveSeen(deskDir, trust.seen, new Date(pack.header.asOf))
  return pack
}

/** @throws UsageError when the pack does not answer for that day. */
export function answerOf(pack: Pack, { number, birthDate, date }: PresentedFacts): PackAnswer {
  const day = date ?? defaultDay(pack.header, new Date())
  if (!answersFor(pack.header, day)) {
    const { asOfDay, lastDay } = pack.header
    throw new UsageError(
      `--date: this pack answers for ${asOfDay} to ${lastDay}, not ${day} · danh sách chỉ trả lời cho các ngày ${asOfDay} đến ${lastDay}`,
    )
  }
  return packAnswer(pack, number, birthDate, day)
}

export function answered(answer: PackAnswer): Outcome {
  return { ok: answer.outcome === 'in-force', document: answer, lines: linesOf(answer) }
}

const marks = { 'in-force': '✓', 'not-in-force': '✗', 'not-in-this-pack': '?' } as const

/** The as-of day comes first and large: everything else rests on it. */
function linesOf(answer: PackAnswer): readonly string[] {
  const { asOfDay, message, notTold } = answer
  return [
    `  ══  D Ữ   L I Ệ U   N G À Y  ·  A S   O F    ${[...asOfDay].join(' ')}  ══`,
    '',
    `  ${marks[answer.outcome]} ${message.vi}`,
    `    ${message.en}`,
    '',
    ...factsOf(answer).map(([name = '', value = '']) => `    ${name.padEnd(32)} ${value}`),
    '',
    `    ${notTold.vi}`,
    `    ${notTold.en}`,
  ]
}

function factsOf(answer: PackAnswer): readonly (readonly string[])[] {
  const { facility, serviceDate } = answer
  const asked = [
    ['cơ sở · facility', `${formatFacilityCode(facility)} ${facilityName(facility) ?? ''}`.trim()],
    ['ngày · day', serviceDate],
  ]
  if (answer.outcome === 'in-force')
    return [...asked, ['mức hưởng · level', String(answer.level)], ['đến hết ngày · last day', answer.lastDay ?? '…']]
  return answer.reason === 'begins-later' ? [...asked, ['có giá trị từ · counts from', answer.firstDay]] : asked
}
