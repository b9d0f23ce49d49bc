import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../bin/command.ts'
import { command as deskCommand } from '../../../bin/commands/desk.ts'
import { command as packCommand } from '../../../bin/commands/pack.ts'
import { deskDirOf } from '../../../bin/state.ts'
import { terminal } from '../../../bin/terminal.ts'
import { daysFrom } from '../../../lambdas/checkin/pack/cover.ts'
import { enrolDesk, readDesk, saveSeen } from '../../../lambdas/checkin/pack/desk-files.ts'
import type { PackHeader } from '../../../lambdas/checkin/pack/pack-header.ts'
import { packKey } from '../../../lambdas/checkin/pack/pack-key.ts'
import { appendLine, journalName } from '../../../lambdas/checkin/pack/visit-files.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'
import { addDays, type Day, dayInVietnam } from '../../../lambdas/registry/day.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { folder } from '../../local/service.ts'
import { covered, facility, key, type Listed, packOf, woman } from './packs.ts'

const shown = { number: woman.numbers[0] as string, 'birth-date': woman.birthDate }

describe('bangiao pack check', () => {
  it('shows the as-of day first and large, then the answer in both languages, and what it cannot tell', async () => {
    const { ok, lines } = await (await aDevice()).pack(['check', 'a.pack'], shown)
    const today = dayInVietnam(new Date())
    expect(ok).toBe(true)
    expect(
      lines.map(line => line.replaceAll(today, '<today>').replaceAll([...today].join(' '), '<t o d a y>')),
    ).toMatchInlineSnapshot(`
      [
        "  ══  D Ữ   L I Ệ U   N G À Y  ·  A S   O F    <t o d a y>  ══",
        "",
        "  ✓ Có thẻ còn giá trị trong ngày này, theo danh sách ngoại tuyến.",
        "    A card is in force on this day, by the offline list.",
        "",
        "    cơ sở · facility                 01 - 007 Bệnh viện E",
        "    ngày · day                       <today>",
        "    mức hưởng · level                4",
        "    đến hết ngày · last day          2030-12-31",
        "",
        "    Danh sách ngoại tuyến không cho biết: họ tên, tuyến khám chữa bệnh, tỷ lệ hưởng tại cơ sở này, lý do không có thẻ giá trị.",
        "    The offline list does not tell: the name, the route of care, the rate at this facility, or why no card is in force.",
      ]
    `)
  })

  it('is not proven when the pack is another facility’s, and says so in both languages', async () => {
    const device = await aDevice({ facility: '79001' as typeof facility })
    await enrolDesk(deskDirOf(device.stateDir, facility), { facility, jwks }, key)
    const { ok, document, lines } = await device.pack(['check', 'a.pack'], { ...shown, facility })
    expect(ok).toBe(false)
    expect(document).toMatchObject({ error: { code: 'another-facility', reading: device.path('a.pack') } })
    expect(lines.join('\n')).toMatch(/cơ sở khác[\s\S]*another facility/)
  })

  it.each([
    ['unknown-format', 'not a pack'],
    ['unknown-format', ''],
  ])('refuses as %s a file that is none', async (code, content) => {
    const device = await aDevice()
    await writeFile(device.path('other'), content)
    expect((await device.pack(['check', 'other'], shown)).document).toMatchObject({ error: { code } })
  })

  it('remembers the newest pack that it has seen, and refuses a clock that is behind it', async () => {
    const device = await aDevice()
    await device.pack(['check', 'a.pack'], shown)
    const dir = deskDirOf(device.stateDir, facility)
    expect((await readDesk(dir))?.seen).toBeInstanceOf(Date)
    await saveSeen(dir, undefined, new Date(Date.now() + 2 * 86_400_000))
    expect((await device.pack(['check', 'a.pack'], shown)).document).toMatchObject({
      error: { code: 'clock-went-back' },
    })
  })

  it.each<[RegExp, Record<string, string>]>([
    [/^--number: expected an insurance number/, { ...shown, number: '12345' }],
    [/^--birth-date: expected a date that exists/, { ...shown, 'birth-date': '3/2/1990' }],
    [/^--date: expected a date that exists/, { ...shown, date: 'tomorrow' }],
    [/^--date: this pack answers for .* not 2020-01-01/, { ...shown, date: '2020-01-01' }],
    [/^--birth-date is missing$/, { number: shown.number }],
  ])('was called wrongly: %s, and repeats nothing personal', async (message, options) => {
    const failed = (await aDevice()).pack(['check', 'a.pack'], options)
    await expect(failed).rejects.toThrow(UsageError)
    await expect(failed).rejects.toThrow(message)
    const { message: said } = (await failed.catch(error => error)) as Error
    for (const value of ['12345', '3/2/1990']) expect(said).not.toContain(value)
  })

  it('was called wrongly without a file, on a device without keys, and with an unknown action', async () => {
    const device = await aDevice()
    await expect(device.pack(['check', 'nowhere'], shown)).rejects.toThrow(/nowhere cannot be read; name a pack$/)
    await expect(device.pack(['shred'], {})).rejects.toThrow('build, delta, apply, check')
    await expect(device.pack(['check', 'a.pack'], { ...shown, facility: '79001' })).rejects.toThrow(
      /holds no keys of facility 79001/,
    )
  })
})

describe('bangiao desk', () => {
  it('answers from the pack that it took, records the visit before it does, and shows no number of it', async () => {
    const device = await aDevice()
    await expect(device.desk(['check'], { ...shown, facility })).rejects.toThrow('this desk has no pack yet')
    await device.desk(['load', 'a.pack'], { facility })

    const known = await device.desk(['check'], { ...shown, facility })
    const unknown = await device.desk(['check'], { ...shown, number: '9999999999', facility })

    expect([known.ok, unknown.ok]).toEqual([true, false])
    const { document, lines } = await device.desk(['visits'], { facility })
    expect(document).toMatchObject({
      open: 2,
      visits: [
        { state: 'open', said: { outcome: 'in-force', level: 4 } },
        { state: 'open', said: { outcome: 'not-in-this-pack' } },
      ],
    })
    expect(JSON.stringify(document) + lines.join()).not.toMatch(/0123456789|9999999999|1990-02-03/)
    const journal = await readFile(join(deskDirOf(device.stateDir, facility), 'visits.ndjson'), 'utf8')
    expect(journal).toContain('0123456789')
  })

  it('records every visit of several clerks at once', async () => {
    const device = await aDevice()
    await device.desk(['load', 'a.pack'], { facility })
    await Promise.all(Array.from({ length: 10 }, () => device.desk(['check'], { ...shown, facility })))
    expect((await device.desk(['visits'], { facility })).document).toMatchObject({ open: 10 })
  })

  it('names a visit that is too old for the line as long as it can be settled by hand, and is not held up by it', async () => {
    const device = await aDevice()
    const dir = deskDirOf(device.stateDir, facility)
    const today = dayInVietnam(new Date())
    for (const [visit, days] of [
      ['newer', 8],
      ['older', 31],
    ] as const)
      await appendLine(join(dir, journalName), {
        visit,
        at: new Date().toISOString(),
        serviceDate: addDays(today, -days),
        asOf: new Date().toISOString(),
        said: { outcome: 'not-in-this-pack' },
        presented: { number: '0123456789', birthDate: woman.birthDate as BirthDate },
      })

    const first = await device.desk(['reconcile'], { facility })
    const second = await device.desk(['reconcile'], { facility })

    expect([first.ok, first.document]).toMatchObject([true, { open: 0, tooLate: ['newer', 'older'] }])
    expect([second.ok, second.document]).toMatchObject([true, { open: 0, tooLate: ['newer'] }])
    expect(second.lines.join('\n')).toMatch(/quá hạn.*too late/)
    const { document } = await device.desk(['visits'], { facility })
    expect(document).toMatchObject({ open: 0, visits: [{ state: 'too-late' }, { state: 'too-late' }] })
    expect((await readFile(join(dir, journalName), 'utf8')).match(/0123456789/g)).toHaveLength(1)
  })

  it('takes the delta of the pack that it has, once, and none of another', async () => {
    const device = await aDevice()
    await writeFile(
      device.path('b.pack'),
      await packToday([{ ...woman, cover: covered(3, '2027-01-01', todaysDays()[0]) }]),
    )
    await device.desk(['load', 'a.pack'], { facility })
    const made = await device.pack(['delta', 'a.pack', 'b.pack'], { to: device.path('d') })
    expect(made.ok).toBe(true)

    expect((await device.desk(['load', 'd'], { facility })).ok).toBe(true)
    expect((await device.desk(['check'], { ...shown, facility })).document).toMatchObject({ level: 3 })
    expect((await device.desk(['load', 'd'], { facility })).document).toMatchObject({ error: { code: 'wrong-base' } })
    const applied = await device.pack(['apply', 'a.pack', 'd'], { to: device.path('again') })
    expect(applied.ok).toBe(true)
    expect(await readFile(device.path('again'))).toEqual(await readFile(device.path('b.pack')))
  })

  it('keeps what it has when what it is given is refused', async () => {
    const device = await aDevice()
    await device.desk(['load', 'a.pack'], { facility })
    const file = await readFile(device.path('a.pack'))
    await writeFile(device.path('cut'), file.subarray(0, -1))
    expect((await device.desk(['load', 'cut'], { facility })).document).toMatchObject({ error: { code: 'cut' } })
    expect((await device.desk(['check'], { ...shown, facility })).ok).toBe(true)
  })

  it('takes no pack that is older than one it has seen, and the same one again', async () => {
    const device = await aDevice()
    const asOf = new Date(Date.now() - 86_400_000).toISOString()
    await writeFile(device.path('yesterday'), await packToday([], { asOf }))
    await device.desk(['load', 'a.pack'], { facility })

    const { ok, document, lines } = await device.desk(['load', 'yesterday'], { facility })

    expect(ok).toBe(false)
    expect(document).toMatchObject({ error: { code: 'older-than-seen', reading: device.path('yesterday') } })
    expect(lines.join('\n')).toMatch(/cũ hơn[\s\S]*older than/)
    expect((await device.desk(['check'], { ...shown, facility })).ok).toBe(true)
    expect((await device.desk(['load', 'a.pack'], { facility })).ok).toBe(true)
    expect((await device.pack(['check', 'yesterday'], shown)).document).toMatchObject({ outcome: 'not-in-this-pack' })
  })

  it('holds the keys of this month and the one before, for its owner alone', async () => {
    const dir = join(await folder(), 'desk')
    for (const period of ['2026-09', '2026-11', '2026-10', '2026-11'])
      await enrolDesk(dir, { facility, jwks }, packKey(period, Buffer.alloc(32, Number(period.slice(5)))))
    const { keys = [] } = (await readDesk(dir)) ?? {}
    expect(keys).toEqual(
      ['2026-10', '2026-11'].map(period => packKey(period, new Uint8Array(32).fill(Number(period.slice(5))))),
    )
    expect([(await stat(dir)).mode & 0o777, (await stat(join(dir, 'enrolment.json'))).mode & 0o777]).toEqual([
      0o700, 0o600,
    ])
  })
})

function todaysDays(): readonly Day[] {
  return daysFrom(dayInVietnam(new Date()))
}

function packToday(people: readonly Listed[], header: Partial<PackHeader> = {}): Promise<Buffer> {
  const now = Date.now()
  const days = todaysDays()
  const life = { asOf: new Date(now - 1000).toISOString(), notAfter: new Date(now + 6 * 86_400_000).toISOString() }
  return packOf(people, { header: { ...life, asOfDay: days[0] as Day, lastDay: days.at(-1) as Day, ...header } })
}

/** A device that is enrolled for the facility, with `a.pack` of today beside it. */
async function aDevice(header: Partial<PackHeader> = {}) {
  const dir = await folder()
  const stateDir = join(dir, 'state')
  await enrolDesk(
    deskDirOf(stateDir, header.facility ?? facility),
    { facility: header.facility ?? facility, jwks },
    key,
  )
  const path = (name: string) => join(dir, name)
  await writeFile(
    path('a.pack'),
    await packToday([{ ...woman, cover: covered(4, '2030-12-31', todaysDays()[0]) }], header),
  )
  const run =
    (command: typeof packCommand) =>
    ([action = '', ...files]: readonly string[], options: Record<string, string>) =>
      command.run(
        { options: { ...options, state: stateDir }, arguments: [action, ...files.map(path)] },
        terminal(process.stderr),
      )
  return { stateDir, path, pack: run(packCommand), desk: run(deskCommand) }
}
