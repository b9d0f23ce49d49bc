import { join } from 'node:path'
import type { LookupAnswer } from '../lambdas/checkin/gateway/lookup-answer.ts'
import type { CardCheckAnswer } from '../lambdas/checkin/native/card-check-answer.ts'
import type { PackAnswer } from '../lambdas/checkin/pack/pack-answer.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { formatHouseholdId } from '../lambdas/registry/household-id.ts'
import { formatInsuranceNumber, type InsuranceNumber } from '../lambdas/registry/insurance-number.ts'
import { formatNationalId } from '../lambdas/registry/national-id.ts'
import type { Person } from '../lambdas/registry/person.ts'
import { checkCard } from './check-card.ts'
import type { Given } from './command.ts'
import { enrolFacility } from './facility-account.ts'
import { askGateway, type GatewayAccount } from './gateway-call.ts'
import { build } from './pack-build.ts'
import { check } from './pack-check.ts'
import { type Terminal, table } from './terminal.ts'

/** Somebody at the desk of a facility. */
export interface Visitor {
  readonly facility: FacilityCode
  readonly person: Person & { readonly insuranceNumber: InsuranceNumber }
}

/** One question, asked in both dialects and of the offline pack, and whether the answers agree on what a pack holds. */
export interface DeskShown {
  readonly ok: boolean
  readonly document: {
    readonly native: CardCheckAnswer
    readonly gateway: LookupAnswer
    readonly pack: PackAnswer
    readonly agree: boolean
  }
  readonly packFile: string
  readonly lines: readonly string[]
}

/** The three facts of a pack. */
interface Facts {
  readonly inForce: boolean
  readonly level: number | undefined
  /** `yyyy-mm-dd`; none while the card is open. */
  readonly lastDay: string | undefined
}

export async function showDesk(
  api: string,
  stateDir: string,
  { facility, person }: Visitor,
  terminal: Terminal,
): Promise<DeskShown> {
  const { insuranceNumber: number, birthDate, fullName } = person
  const native = await asked('native', terminal, () =>
    checkCard(api, stateDir, facility, { number, birthDate, fullName }),
  )
  const given = (more: Record<string, string>, ...words: string[]): Given => ({
    options: { state: stateDir, facility, ...more },
    arguments: words,
  })
  const { document: account } = await enrolFacility(given({}), facility)
  const printed = { maThe: number, hoTen: fullName, ngaySinh: birthDate.split('-').reverse().join('/') }
  const gateway = await asked('gateway', terminal, () => askGateway(api, account as GatewayAccount, printed))
  const packFile = join(stateDir, 'desk', `${facility}.pack`)
  await build(given({ to: packFile }, 'build'), terminal)
  const { document } = await asked('pack', terminal, () =>
    check(given({ number, 'birth-date': birthDate }, 'check', packFile)),
  )
  const pack = document as PackAnswer
  const facts = { native: ofNative(native), gateway: ofGateway(gateway), pack: ofPack(pack) }
  const agree = new Set(Object.values(facts).map(one => JSON.stringify(one))).size === 1
  return {
    ok: agree && native.valid,
    document: { native, gateway, pack, agree },
    packFile,
    lines: [
      ...table(
        ['at the desk · tại quầy', 'in force', 'level', 'until', ''],
        Object.entries(facts).map(([name, { inForce, level, lastDay }]) => [
          names[name as keyof typeof facts],
          inForce ? 'yes' : 'no',
          level ?? '',
          lastDay ?? '…',
          agree ? '✓' : '✗',
        ]),
      ),
      '',
      `  ${numbersOf(person).join(', ')}`,
      `  ${native.valid ? '✓' : '✗'} ${native.message.vi}`,
      `    ${native.message.en}`,
      `    gateway ${gateway.maKetQua}: ${gateway.ghiChu}`,
    ],
  }
}

const titles = {
  native: 'ask online · tra cứu trực tuyến',
  gateway: 'ask the gateway · tra cứu qua cổng',
  pack: 'ask the pack · tra cứu danh sách',
} as const

async function asked<Answer>(way: keyof typeof titles, terminal: Terminal, ask: () => Promise<Answer>) {
  const progress = terminal.progress(titles[way], 1)
  const answer = await ask()
  progress.done('answers')
  return answer
}

/** As they are printed, so that somebody sees what a desk is shown. */
function numbersOf({ insuranceNumber, nationalId, householdId }: Visitor['person']): readonly string[] {
  return [
    `mã số BHXH · insurance number ${formatInsuranceNumber(insuranceNumber)}`,
    ...(nationalId ? [`số định danh · national id ${formatNationalId(nationalId)}`] : []),
    `mã hộ · household ${formatHouseholdId(householdId)}`,
  ]
}

const names = { native: 'POST card-checks', gateway: 'the hospital gateway', pack: 'the offline pack' } as const

function ofNative(answer: CardCheckAnswer): Facts {
  return answer.valid
    ? { inForce: true, level: answer.level, lastDay: answer.card.validTo }
    : { inForce: false, level: undefined, lastDay: undefined }
}

/** The gateway knows no level but the digit of the card number, and the legal one may be another. */
function ofGateway({ maKetQua, maThe, gtTheDen }: LookupAnswer): Facts {
  const inForce = /^00[0-4]$/.test(maKetQua)
  const lastDay = gtTheDen?.split('/').reverse().join('-')
  return { inForce, level: inForce ? Number(maThe?.[2]) : undefined, lastDay: lastDay || undefined }
}

function ofPack(answer: PackAnswer): Facts {
  return answer.outcome === 'in-force'
    ? { inForce: true, level: answer.level, lastDay: answer.lastDay ?? undefined }
    : { inForce: false, level: undefined, lastDay: undefined }
}
