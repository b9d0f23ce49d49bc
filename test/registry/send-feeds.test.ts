import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { feedKinds } from '../../lambdas/registry/feeds.ts'
import { feedFileFacts, feedPieces } from '../../local/feed-pieces.ts'
import { writeFeedFiles } from '../../local/nation/feed-files.ts'
import { sendFeeds } from '../../local/send-feeds.ts'
import { folder } from '../local/service.ts'
import { feed, rejectsIn, startIntake } from './intake-service.ts'
import { household, onDay, person } from './records.ts'

const none = { created: 0, changed: 0, unchanged: 0, older: 0, refused: 0, rejects: [] }

describe('files of feeds', () => {
  it('are sent households first and contributions last, and every record of a small nation is taken in', async () => {
    const { landing, deliverWhatLands, items } = await startIntake()
    deliverWhatLands()
    const dir = await folder()
    const today = '2025-12-20' as never
    const { files, ...counts } = await writeFeedFiles({ people: 300, seed: 3, today }, dir)

    const sent = await sendFeeds(landing, files.toReversed())
    expect(sent).toEqual(
      feedKinds.map((kind, at) => ({
        file: files[at],
        kind,
        ...none,
        lines: counts[kind],
        created: counts[kind],
      })),
    )
    const keys = (await items()).map(({ SK }) => SK?.S)
    expect(keys.filter(key => key === 'H')).toHaveLength(counts.households)
    expect(keys.filter(key => key === 'P')).toHaveLength(300)
  })

  it('report how far they are, by lines of all files', async () => {
    const { landing, deliverWhatLands } = await startIntake()
    deliverWhatLands()
    const dir = await folder()
    const households = await written(dir, 'households-a.ndjson', feed('households', ...homes(2_500)))
    const persons = await written(
      dir,
      'persons.ndjson',
      feed('persons', person({ householdId: homes(1)[0]?.householdId })),
    )
    const progress: (readonly [number, number])[] = []

    await sendFeeds(landing, [persons, households], (done, lines) => progress.push([done, lines]))
    expect(progress).toEqual([0, 2_000, 2_500, 2_501].map(done => [done, 2_501]))
  })

  it('that were sent before are sent again: what was refused may be there by now', async () => {
    const { landing, deliverWhatLands } = await startIntake()
    deliverWhatLands()
    const dir = await folder()
    const persons = await written(dir, 'persons.ndjson', feed('persons', person()))
    const households = await written(dir, 'households.ndjson', feed('households', household()))

    const [early] = await sendFeeds(landing, [persons])
    expect(early).toMatchObject({ refused: 1, rejectsFile: `${persons}.rejects.parquet` })
    expect((await sendFeeds(landing, [persons, households])).map(({ created }) => created)).toEqual([1, 1])
    await expect(access(`${persons}.rejects.parquet`)).rejects.toThrow('ENOENT')
    expect((await sendFeeds(landing, [persons]))[0]).toMatchObject({ ...none, unchanged: 1 })
  })

  it('have their rejects beside them, each with its line in the whole file', async () => {
    const { landing, deliverWhatLands } = await startIntake()
    deliverWhatLands()
    const lines = feed('households', ...homes(4_100)).split('\n')
    for (const line of [1, 2_000, 2_001, 4_100]) lines[line - 1] = '{'
    const file = await written(await folder(), 'households.ndjson', lines.join('\n'))

    const [sent] = await sendFeeds(landing, [file])
    expect(sent).toMatchObject({ lines: 4_100, created: 4_096, refused: 4 })
    const rejects = await rejectsIn(String(sent?.rejectsFile))
    expect(rejects).toEqual(sent?.rejects)
    expect(rejects.map(({ line }) => line)).toEqual(['1', '2000', '2001', '4100'])
  })

  it('that are no text are refused and not taken for done; empty ones are taken, since nothing may have happened', async () => {
    const { landing, deliverWhatLands } = await startIntake()
    deliverWhatLands()
    const dir = await folder()
    const empty = await written(dir, 'households.ndjson', '')
    const packed = await written(dir, 'households-2.ndjson', gzipSync(feed('households', household())))

    const sent = await sendFeeds(landing, [empty, packed])
    expect(sent).toMatchObject([
      { file: empty, lines: 0, created: 0, refused: 0, rejects: [] },
      { file: packed, refused: 1, rejects: [{ rule: 'lines of NDJSON, not gzip: unpack the file first' }] },
    ])
  })

  it('that are no whole CSV or Parquet are refused as a whole, and the others are taken in', async () => {
    const { landing, deliverWhatLands, items } = await startIntake()
    deliverWhatLands()
    const dir = await folder()
    const homes = await written(dir, 'households.ndjson', feed('households', household()))
    const packed = await written(dir, 'persons.csv', gzipSync('person_id\n'))
    const text = await written(dir, 'cards.parquet', 'person_id\n')
    const open = await written(
      dir,
      'contributions.csv',
      `person_id,employer_name\nA,An\n${'B,An\n'.repeat(3_000)}C,"An`,
    )

    const sent = await sendFeeds(landing, [homes, packed, text, open])
    const whole = { lines: 0, created: 0, refused: 1 }
    expect(sent).toMatchObject([
      { created: 1, refused: 0 },
      { ...whole, rejects: [{ rule: 'CSV, not gzip: unpack the file first' }] },
      { ...whole, rejects: [{ rule: expect.stringMatching(/^whole Parquet, .* row 1 on: write it again/) }] },
      { ...whole, rejects: [{ rule: expect.stringMatching(/^whole CSV, .* row 3002 on: put a value with a quote/) }] },
    ])
    for (const { file, rejectsFile, rejects } of sent.slice(1)) {
      expect(rejects).toMatchObject([{ line: '0', field: 'file', value: '' }])
      expect(rejectsFile).toBe(`${file}.rejects.parquet`)
      expect(await rejectsIn(`${file}.rejects.parquet`)).toEqual(rejects)
    }
    expect(await items()).toHaveLength(1)
  })

  it('that are named after no kind are not sent', async () => {
    const { landing } = await startIntake()
    for (const file of ['people.ndjson', 'persons.ndjson.rejects.parquet'])
      await expect(sendFeeds(landing, [file])).rejects.toThrow(`${file} does not begin with one of`)
  })
})

describe('a file', () => {
  it.each([
    ['no end of the last line', 'a\nb', 2],
    ['an end of the last line', 'a\nb\n', 2],
    ['nothing in it', '', 0],
  ])('with %s has its lines counted', async (_, content, lines) => {
    expect((await feedFileFacts(await written(await folder(), 'a.ndjson', content))).lines).toBe(lines)
  })

  it('is cut after every 2,000 lines, and is whole again when its pieces are put together', async () => {
    const content = Array.from({ length: 4_001 }, (_, at) => `${at} ${'x'.repeat(at % 900)}`).join('\n')
    const pieces = await piecesOf(content)
    expect(pieces.map(piece => String(piece).trimEnd().split('\n').length)).toEqual([2_000, 2_000, 1])
    expect(String(Buffer.concat(pieces))).toBe(content)
  })

  it('is cut earlier where lines are long, but between two of them', async () => {
    const content = `${'x'.repeat(900_000)}\n`.repeat(60)
    const pieces = await piecesOf(content)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.every(piece => piece.at(-1) === 10 && piece.length < 36 * 2 ** 20)).toBe(true)
    expect(Buffer.concat(pieces).equals(Buffer.from(content))).toBe(true)
  })

  it('of one endless line does not have to fit the memory', async () => {
    const pieces = await piecesOf('x'.repeat(150_000_000))
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70 * 2 ** 20)
  })

  it('that is empty is one empty piece', async () => {
    expect(await piecesOf('')).toEqual([Buffer.of()])
  })
})

function homes(count: number) {
  return Array.from({ length: count }, (_, at) =>
    household({ householdId: String(at).padStart(10, '0'), sourceTime: onDay(1) }),
  )
}

async function written(dir: string, name: string, content: string | Buffer): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, content)
  return path
}

async function piecesOf(content: string): Promise<readonly Buffer[]> {
  const pieces: Buffer[] = []
  for await (const piece of feedPieces(await written(await folder(), 'a.ndjson', content))) pieces.push(piece)
  return pieces
}
