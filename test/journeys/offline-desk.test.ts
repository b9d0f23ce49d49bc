import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect, it, onTestFinished } from 'vitest'
import { cardChecks } from '../../bin/check-card.ts'
import { readDesk } from '../../lambdas/checkin/pack/desk-files.ts'
import { openPack, type Pack } from '../../lambdas/checkin/pack/pack.ts'
import { packAnswer } from '../../lambdas/checkin/pack/pack-answer.ts'
import { parsePresentedNumber } from '../../lambdas/checkin/verdict/presented-number.ts'
import type { BirthDate } from '../../lambdas/registry/birth-date.ts'
import { type Day, dayInVietnam } from '../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { tables } from '../../local/stack/resources.ts'
import { askBangiao, runBangiao, startBangiao } from '../command.ts'
import { folder } from '../local/service.ts'
import { documented } from './documented.ts'
import { type StackProcess, serveStack } from './handover-stack.ts'

const facility = '01007' as FacilityCode

interface Fed {
  readonly person_id: string
  readonly insurance_number?: string
  readonly national_id?: string
  readonly birth_date: string
  readonly province_code: string
}

interface Reconciled {
  readonly visits: readonly { readonly visit: string; readonly state: string; readonly differs?: readonly string[] }[]
  readonly open: number
}

it('a desk answers from its pack as the line would, and learns from the line what has changed since', async () => {
  const home = await folder()
  const stateDir = join(home, '.bangiao')
  const stack = await serveStack(stateDir)
  onTestFinished(() => stack.end('SIGKILL'))
  await askBangiao(home, 'generate', '--people', '300', '--seed', '5', '--to', 'feeds')
  const feeds = ['households', 'persons', 'cards'].map(kind => join(home, 'feeds', `${kind}.ndjson`))
  await askBangiao(home, 'intake', ...feeds)
  expect(await askBangiao(home, 'export')).toMatchObject({ status: 'SUCCEEDED' })
  const people = (await linesOf<Fed>(feeds[1] as string)).filter(({ insurance_number }) => insurance_number)

  const today = ['pack', 'build', '--facility', facility, '--to', 'today.pack']
  const built = await askBangiao<object>(home, ...today)
  expect(Object.keys(built).sort()).toEqual(await documented('pack build'))

  // Everybody's answer by the pack is the line's, but for those who are not of its catchment
  const pack = await opened(stateDir, join(home, 'today.pack'))
  const ask = await cardChecks(stack.address.api, stateDir, facility)
  const day = dayInVietnam(new Date())
  const held: Fed[] = []
  for (const person of people) {
    const said = saidBy(pack, person, day)
    if (said === 'not-in-this-pack') expect(person.province_code).not.toBe('01')
    else {
      const number = person.insurance_number as string
      const online = await ask({ number, birthDate: person.birth_date, serviceDate: day })
      expect(said).toEqual(
        online.valid ? { level: online.level, lastDay: online.card.validTo ?? null } : 'not-in-force',
      )
      if (online.valid) held.push(person)
    }
  }
  expect(held.length).toBeGreaterThan(3)

  // The examples of the page, in their order; the second person's card is recalled between
  const [first, second] = held as [Fed, Fed]
  const [desk = [], update = []] = await documentedBlocks()
  for (const words of desk) {
    if (words.includes('reconcile')) continue
    const ran = await runBangiao(home, ...withFacts(words, first))
    expect({ words, code: ran.code }, `${ran.stdout}\n${ran.stderr}`).toEqual({ words, code: 0 })
  }
  await recallCard(home, feeds[2] as string, second, day)

  // Nobody answers: the desk does
  await stack.end('SIGKILL')
  const recalled = await deskCheck(home, second)
  expect(recalled).toMatchObject({ outcome: 'in-force' })
  expect(Object.keys(recalled).sort()).toEqual(await documented('desk check'))
  const stranger = await deskCheck(home, { insurance_number: '0000000001', birth_date: '1990' })
  expect(stranger).toMatchObject({ outcome: 'not-in-this-pack' })
  const journal = join(stateDir, 'desk', facility, 'visits.ndjson')
  expect(await readFile(journal, 'utf8')).toContain(second.insurance_number)

  const reconciled = await askBangiao<Reconciled>(home, 'desk', 'reconcile', '--facility', facility)
  expect(reconciled.visits.map(({ state, differs }) => [state, differs])).toEqual([
    ['confirmed', []],
    ['corrected', ['in-force']],
    ['confirmed', []],
  ])
  expect(reconciled.open).toBe(0)
  const again = await askBangiao<Reconciled>(home, 'desk', 'reconcile', '--facility', facility)
  expect(again).toMatchObject({ visits: [], open: 0 })
  expect(await readFile(journal, 'utf8')).not.toContain(second.insurance_number)
  const shown = await askBangiao<object>(home, 'desk', 'visits', '--facility', facility)
  expect(Object.keys(shown).sort()).toEqual(await documented('desk visits'))
  for (const name of ['visits.ndjson', 'enrolment.json', 'seen.json', 'current.pack'])
    expect((await stat(join(stateDir, 'desk', facility, name))).mode & 0o777, name).toBe(0o600)

  await killedReconciling(home, journal, people.slice(0, 15))

  // The next handover knows, and so does the next pack
  expect(await askBangiao(home, 'export')).toMatchObject({ status: 'SUCCEEDED' })
  for (const words of update) {
    const ran = await runBangiao(home, ...words)
    expect({ words, code: ran.code }, `${ran.stdout}\n${ran.stderr}`).toEqual({ words, code: 0 })
  }
  expect(await readFile(join(home, 'again.pack'))).toEqual(await readFile(join(home, 'tomorrow.pack')))
  expect(await deskCheck(home, second)).toMatchObject({ outcome: 'not-in-force' })
}, 600_000)

/** `SIGKILL` as soon as some are settled: the next run asks for the others, and for none that was written down. */
async function killedReconciling(home: string, journal: string, people: readonly Fed[]) {
  const stack = await serveStack(join(home, '.bangiao'))
  try {
    for (const person of people) await deskCheck(home, person)
    const before = await looks(stack)
    const child = startBangiao(home, 'desk', 'reconcile', '--facility', facility)
    while ((await settledIn(journal)) < 5) await sleep(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const settled = await settledIn(journal)
    const rest = await askBangiao<Reconciled>(home, 'desk', 'reconcile', '--facility', facility)
    expect(rest).toMatchObject({ open: 0 })
    expect(rest.visits).toHaveLength(people.length + 3 - settled)
    // One answer may have been on its way
    expect((await looks(stack)) - before - people.length).toBeLessThanOrEqual(1)
    expect(await readFile(journal, 'utf8')).not.toContain('birthDate')
  } finally {
    await stack.end('SIGKILL')
  }
}

async function settledIn(journal: string): Promise<number> {
  return (await readFile(journal, 'utf8')).match(/"settled"/g)?.length ?? 0
}

async function looks({ clients }: StackProcess): Promise<number> {
  const { Count = 0 } = await clients.db.send(new ScanCommand({ TableName: tables.lookups, Select: 'COUNT' }))
  return Count
}

function saidBy(pack: Pack, { insurance_number, birth_date }: Fed, day: Day) {
  const number = parsePresentedNumber(insurance_number as string)
  if (!number) throw new Error('a generated number is not read')
  const answer = packAnswer(pack, number, birth_date as BirthDate, day)
  return answer.outcome === 'in-force' ? { level: answer.level, lastDay: answer.lastDay } : answer.outcome
}

function deskCheck(
  home: string,
  { insurance_number: number = '', birth_date }: Pick<Fed, 'insurance_number' | 'birth_date'>,
) {
  const presented = ['--number', number, '--birth-date', birth_date]
  return askBangiao<object>(home, 'desk', 'check', '--facility', facility, ...presented)
}

async function opened(stateDir: string, path: string): Promise<Pack> {
  const trust = await readDesk(join(stateDir, 'desk', facility))
  if (!trust) throw new Error('the device was not enrolled')
  const pack = await openPack(await readFile(path), trust, new Date())
  if (typeof pack === 'string') throw new Error(pack)
  return pack
}

/** What the source says a day later: every card of this person is recalled. */
async function recallCard(home: string, cards: string, { person_id }: Fed, day: Day) {
  const held = await linesOf<Record<string, unknown>>(cards)
  const recalled = held
    .filter(card => card.person_id === person_id)
    .map(card => ({ ...card, recalled_on: day, recall_reason: 'stopped', source_time: new Date().toISOString() }))
  const path = join(home, 'cards.ndjson')
  await writeFile(path, recalled.map(card => `${JSON.stringify(card)}\n`).join(''))
  expect(await askBangiao(home, 'intake', path)).toMatchObject({ feeds: [{ changed: recalled.length }] })
}

/** The blocks of docs/offline.md, as words behind `npx bangiao`. */
async function documentedBlocks(): Promise<readonly (readonly (readonly string[])[])[]> {
  const page = await readFile(join(import.meta.dirname, '../../docs/offline.md'), 'utf8')
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim().split('\n'))
  return blocks.map(lines => lines.map(line => line.split(' ').slice(2)))
}

function withFacts(words: readonly string[], { insurance_number, birth_date }: Fed): readonly string[] {
  const facts: Readonly<Record<string, string | undefined>> = { N: insurance_number, D: birth_date }
  return words.map(word => facts[word] ?? word)
}

async function linesOf<Line>(path: string): Promise<readonly Line[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').flatMap(line => (line ? [JSON.parse(line) as Line] : []))
}
