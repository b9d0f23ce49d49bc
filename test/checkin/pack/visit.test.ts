import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  differsIn,
  type JournalLine,
  type Online,
  type Said,
  visitsIn,
  withoutNeedlessNumbers,
} from '../../../lambdas/checkin/pack/visit.ts'
import { appendLine, forgetNeedless, readJournal } from '../../../lambdas/checkin/pack/visit-files.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import { folder } from '../../local/service.ts'
import { startWriter } from './journal-writer.ts'

const until = (lastDay: string | null, level: 3 | 4 = 4) => ({ level, lastDay: lastDay as Day | null })
const covered: Said = { outcome: 'in-force', ...until('2026-12-31') }
const valid: Online = { valid: true, ...until('2026-12-31') }

describe('the line', () => {
  it.each<[Said, Online]>([
    [covered, valid],
    [
      { outcome: 'in-force', ...until(null) },
      { valid: true, ...until(null) },
    ],
    [
      { outcome: 'in-force', ...until('2179-06-05') },
      { valid: true, ...until('2999-12-31') },
    ],
    [{ outcome: 'not-in-force' }, { valid: false, reason: 'expired' }],
    [{ outcome: 'not-in-this-pack' }, { valid: false, reason: 'not-matched' }],
  ])('confirms %o by %o', (said, online) => {
    expect(differsIn(said, online)).toEqual([])
  })

  it.each<[Said, Online, readonly string[]]>([
    [covered, { ...valid, level: 3 }, ['level']],
    [covered, { valid: true, ...until(null, 3) }, ['level', 'last-day']],
    [covered, { valid: false, reason: 'recalled' }, ['in-force']],
    [covered, { valid: false, reason: 'not-matched' }, ['person']],
    [{ outcome: 'not-in-force' }, valid, ['in-force']],
    [{ outcome: 'not-in-this-pack' }, valid, ['person']],
    [{ outcome: 'not-in-this-pack' }, { valid: false, reason: 'expired' }, ['person']],
  ])('corrects %o by %o in %o', (said, online, differs) => {
    expect(differsIn(said, online)).toEqual(differs)
  })
})

describe('the journal', () => {
  it('holds every visit that was answered for, with what became of it, and no number once that is known', async () => {
    const path = join(await folder(), 'desk', 'visits.ndjson')
    for (const visit of ['a', 'b', 'c']) await appendLine(path, visited(visit))
    await appendLine(path, settled('b'))

    await forgetNeedless(path, '2026-11-23' as Day)

    const lines = await readJournal(path)
    expect(visitsIn(lines).map(({ visit, settled }) => [visit, settled !== undefined])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ])
    const text = await readFile(path, 'utf8')
    expect(text.match(/number/g)).toHaveLength(2)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('passes over a line that was cut, and goes on behind the last whole one', async () => {
    const path = join(await folder(), 'visits.ndjson')
    await appendLine(path, visited('a'))
    await appendFile(path, '{"visit":"b","at":"2026-')

    expect(visitsIn(await readJournal(path)).map(({ visit }) => visit)).toEqual(['a'])
    await appendLine(path, visited('c'))

    expect(visitsIn(await readJournal(path)).map(({ visit }) => visit)).toEqual(['a', 'c'])
  })

  it('holds every visit that was told, and no half of one, whenever the process is killed', async () => {
    for (const told of [1, 7, 23]) {
      const path = join(await folder(), 'visits.ndjson')
      const answered = await startWriter(path, told)
      const visits = visitsIn(await readJournal(path)).map(({ visit }) => visit)
      expect(visits.slice(0, answered.length)).toEqual(answered)
      expect(visits.length - answered.length).toBeLessThanOrEqual(1)
      await appendLine(path, visited('after'))
      expect(visitsIn(await readJournal(path)).at(-1)?.visit).toBe('after')
    }
  }, 60_000)

  it('is not read where a line is malformed, which it does not repeat', async () => {
    const path = join(await folder(), 'visits.ndjson')
    await appendLine(path, visited('a'))
    await appendFile(path, '{"number":"0123456789"}\n')
    await expect(readJournal(path)).rejects.toThrow(/visits\.ndjson:2 is no line of a journal$/)
  })

  it('keeps the number of a visit that nobody settled for 30 days behind its own, and the visit for good', () => {
    const lines = [visited('a')]
    expect(withoutNeedlessNumbers(lines, '2026-12-22' as Day)).toEqual(lines)
    const kept = visitsIn(withoutNeedlessNumbers(lines, '2026-12-23' as Day))
    expect(kept).toMatchObject([{ visit: 'a', said: covered }])
    expect(kept[0]?.presented).toBeUndefined()
  })

  it('forgets settled numbers and nothing else', () => {
    const anyLine = fc.oneof(
      fc.constantFrom('a', 'b', 'c', 'd').map(visited),
      fc.constantFrom('a', 'b', 'c', 'd').map(settled),
    )
    fc.assert(
      fc.property(fc.array(anyLine), lines => {
        const kept = withoutNeedlessNumbers(lines, '2026-11-23' as Day)
        const [before, after] = [visitsIn(lines), visitsIn(kept)]
        expect(after.map(({ presented: _, ...visit }) => visit)).toEqual(
          before.map(({ presented: _, ...visit }) => visit),
        )
        for (const { settled, presented } of after) expect(presented === undefined).toBe(settled !== undefined)
      }),
    )
  })
})

function visited(visit: string): JournalLine {
  return {
    visit,
    at: '2026-11-22T03:00:00.000Z',
    serviceDate: '2026-11-22' as Day,
    asOf: '2026-11-22T01:00:00.000Z',
    said: covered,
    presented: { number: '0123456789', birthDate: '1990' as never },
  }
}

function settled(visit: string): JournalLine {
  return { settled: visit, at: '2026-11-23T03:00:00.000Z', online: valid, differs: [] }
}
