import { randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { UsageError } from '../../bin/command.ts'
import { command } from '../../bin/commands/check.ts'
import { terminal } from '../../bin/terminal.ts'
import { authorizerApi } from '../../lambdas/access/authorizer-api.ts'
import { tokenApi } from '../../lambdas/access/token-api.ts'
import { tokenKey } from '../../lambdas/access/token-key-client.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { protectedRoutes as routes } from '../../lib/api-routes.ts'
import { startRestApi } from '../../local/rest-api/rest-api.ts'
import type { Route } from '../../local/rest-api/route.ts'
import { enrolClient } from '../../local/stack/control-api.ts'
import { startedClients } from '../access/clients.ts'
import { leaveAddress } from '../bin/stack-address.ts'
import { folder } from '../local/service.ts'
import { startDesk } from './desk.ts'
import { card, holder } from './people.ts'

const woman = { facility: '01007', number: '0123456789', 'birth-date': '1990-02-03' }

describe('bangiao check', () => {
  it('shows a valid card in both languages', async () => {
    await startApi(holder([card({ areaCode: 'K1', fiveYearsFrom: '2027-05-01' })]))

    const { ok, lines } = await check({ ...woman, name: 'Do Thi Hoa' })

    expect(ok).toBe(true)
    expect(lines).toMatchInlineSnapshot(`
      [
        "  ✓ Thẻ có giá trị sử dụng trong ngày này.",
        "    The card is valid on this day.",
        "",
        "    ngày · day                       2026-11-22",
        "    số thẻ · card number             DN 4 01 0123456789",
        "    giá trị · valid                  2026-01-01 → 2026-12-31",
        "    mức hưởng · level, rate          4 · 80 %",
        "    nơi đăng ký · registered at      01 - 007 Bệnh viện E (tại đây · here)",
        "    khu vực · area                   K1",
        "    đủ 5 năm · five years from       2027-05-01",
        "    cơ quan quản lý · managed by     Bảo hiểm xã hội Việt Nam · Vietnam Social Security",
        "    mã đối tượng KCB · route         ngoại trú / nội trú · outpatient / inpatient",
        "    1.1   80 % / 80 %                Khám, chữa bệnh tại nơi đăng ký ban đầu · At the facility of registration",
        "    1.6   80 % / 80 %                Người hiến bộ phận cơ thể phải điều trị ngay sau khi hiến · Organ donor, treated right after the donation",
        "    2     80 % / 80 %                Cấp cứu · Emergency",
        "    7     80 % / –                   Lĩnh thuốc theo giấy hẹn, không khám, do dịch bệnh nhóm A hoặc bất khả kháng · Drugs on appointment without examination, in a group A epidemic or by force majeure",
        "    7.2   ? % / –                    Người được ủy quyền lĩnh thuốc · Drugs fetched by somebody authorised",
        "    7.3   ? % / –                    Lĩnh thuốc tại cơ sở khác do dịch bệnh nhóm A · Drugs fetched at another facility, in a group A epidemic",
        "    7.4   ? % / –                    Thuốc được chuyển đến người bệnh do dịch bệnh nhóm A · Drugs brought to the patient, in a group A epidemic",
        "    10    ? % / –                    Lĩnh thuốc theo giấy hẹn, không khám, trường hợp khác · Drugs on appointment without examination, for other reasons",
        "    thanh toán 100 % · paid in full  379,500 đ: Thanh toán 100% khi chi phí một lần khám chữa bệnh thấp hơn mức này (15% mức lương cơ sở). · Paid in full when the visit costs less than this amount (15 % of the base salary).",
        "    căn cứ · basis                   Luật Bảo hiểm y tế, Điều 16 và Điều 22",
      ]
    `)
  })

  it('shows why a card is not valid', async () => {
    await startApi(holder([card({ recalledOn: '2026-03-01', recallReason: 'moved-within-province' })]))

    const { ok, lines } = await check(woman)

    expect(ok).toBe(false)
    expect(lines).toMatchInlineSnapshot(`
      [
        "  ✗ Thẻ đã bị thu hồi và không có thẻ khác còn giá trị.",
        "    The card has been recalled, and no other one is valid.",
        "",
        "    ngày · day                       2026-11-22",
        "    thu hồi · recalled on            2026-03-01",
        "    lý do · because                  báo giảm do chuyển nội tỉnh · insured elsewhere in the province now",
        "    căn cứ · basis                   Luật Bảo hiểm y tế, Điều 20; Nghị định 188/2025/NĐ-CP, Điều 12",
      ]
    `)
  })

  it('says where another number has replaced the one presented, and where else the card is registered', async () => {
    const older = card({ cardNumber: 'GD4010123456789', validFrom: '2025-01-01', validTo: '2025-12-31' })
    await startApi(holder([older, card({ facilityCode: '79001' })]))

    const { lines } = await check({ ...woman, number: 'GD4010123456789' })

    expect(lines.join('\n')).toContain('DN 4 01 0123456789  (thay số đã xuất trình · replaces the one presented)')
    expect(lines.join('\n')).toContain('nơi khác · elsewhere')
  })

  it.each(['01M09', '01 - m09'])(
    'asks for a facility whose code has letters, however it is written: %s',
    async facility => {
      await startApi(holder())

      expect((await check({ ...woman, facility })).document).toMatchObject({ facility: '01M09', valid: true })
    },
  )

  it('gives a machine the answer of the API', async () => {
    await startApi(holder())

    expect((await check(woman)).document).toMatchObject({ valid: true, ratePercent: 80, serviceDate: '2026-11-22' })
  })

  it('was called wrongly when a field is at fault by the API’s own rules, and then begins nothing', async () => {
    stateDir = join(await folder(), 'state')

    const wrong = check({ ...woman, number: '12345', 'birth-date': '3/2/1990', date: 'tomorrow' })

    await expect(wrong).rejects.toThrow(UsageError)
    await expect(wrong).rejects.toThrow(
      /^--number: expected an insurance number.*\n--birth-date: expected a date.*\n--date: expected a date/,
    )
    await expect(access(stateDir)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each([
    ['--number is missing', { facility: '01007', 'birth-date': '1990' }],
    ['--facility must be a facility code such as 01007, not 1', { ...woman, facility: '1' }],
  ])('was called wrongly when %s', async (message, options) => {
    await expect(check(options)).rejects.toThrow(new UsageError(message))
  })

  it('fails with the code of the problem when the system cannot answer', async () => {
    const desk = await startApi(holder())
    desk.database.failing.add('PutItem')
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => {
      vi.restoreAllMocks()
    })

    await expect(check(woman)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

let stateDir: string

function check(options: Record<string, string>) {
  return command.run({ options: { ...options, state: stateDir }, arguments: [] }, terminal(process.stderr))
}

async function startApi(...people: readonly HeldPerson[]) {
  const desk = await startDesk(...people)
  const kms = desk.kms.client
  const clock = () => new Date()
  const served = Promise.withResolvers<readonly Route[]>()
  const { endpoint: api, close } = await startRestApi({ routes: served.promise })
  onTestFinished(close)
  const authorizer = authorizerApi({ tokenKey: () => tokenKey(kms, 'alias/tokens'), api, routes, clock })
  const { clients } = await startedClients()
  const signer = () => kmsSigner(kms, 'alias/tokens')
  const token = tokenApi({ clients, signer, api, clock, newId: randomUUID })
  served.resolve([
    {
      method: 'GET',
      path: '/local/health',
      handler: async () => ({ statusCode: 200, body: `{"pid":${process.pid}}` }),
    },
    {
      method: 'POST',
      path: '/local/clients',
      handler: enrolClient(clients),
    },
    { method: 'POST', path: '/token', handler: token },
    {
      method: 'POST',
      path: '/facilities/{facilityCode}/card-checks',
      handler: desk.handler,
      authorizer: { type: 'REQUEST', handler: authorizer },
    },
  ])
  stateDir = await folder()
  await leaveAddress(stateDir, api, process.pid)
  return desk
}
