import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { feedKinds, readFeedLine } from '../../../lambdas/registry/feeds.ts'
import { writeFeedFiles } from '../../../local/nation/feed-files.ts'
import { day } from './days.ts'

const today = day('2026-11-22')

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'feeds-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('The feed files', () => {
  it.each(feedKinds)('hold %s that the registry accepts, as many as they say', async kind => {
    const written = await writeFeedFiles({ people: 3000, seed: 11, today }, join(dir, 'accepted'))
    const records = (await linesOf('accepted', kind)).map(line => readFeedLine(kind, line))
    expect(records.filter(record => Array.isArray(record))).toEqual([])
    expect(records).toHaveLength(written[kind])
    expect(written.persons).toBe(3000)
  })

  it('are sorted by person, the cards as well', async () => {
    await writeFeedFiles({ people: 3000, seed: 12, today }, join(dir, 'sorted'))
    for (const kind of ['persons', 'cards'] as const) {
      const ids = (await linesOf('sorted', kind)).map(line => String(JSON.parse(line).person_id))
      expect(ids).toEqual([...ids].sort())
    }
  })

  it('were last changed before today, each record on the latest day that stands in it', async () => {
    await writeFeedFiles({ people: 1000, seed: 13, today }, join(dir, 'changed'))
    for (const line of await linesOf('changed', 'cards')) {
      const { source_time: at, issued_on: issued, recalled_on: recalled } = JSON.parse(line)
      expect(at).toBe(`${recalled ?? issued}T05:00:00.000Z`)
      expect(at < today).toBe(true)
    }
  })

  it('are the same bytes for the same seed, and others for another seed', async () => {
    const [first, again, other] = [await hashOf('first', 21), await hashOf('again', 21), await hashOf('other', 22)]
    expect(again).toEqual(first)
    for (const [at, hash] of other.entries()) expect(hash).not.toBe(first[at])
  })

  it('are named, and told of while they grow', async () => {
    const told: number[] = []
    const to = join(dir, 'told')
    const { files } = await writeFeedFiles({ people: 5432, seed: 1, today }, to, done => told.push(done))
    expect(files).toEqual(['households', 'persons', 'cards', 'contributions'].map(name => join(to, `${name}.ndjson`)))
    expect(told.length).toBeGreaterThanOrEqual(5)
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(5432)
  })

  it('grow by 10,000 people a second at least', async () => {
    await writeFeedFiles({ people: 20_000, seed: 1, today }, join(dir, 'warm'))
    const start = performance.now()
    await writeFeedFiles({ people: 50_000, seed: 1, today }, join(dir, 'fast'))
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('Memory', () => {
  it('stays flat: 200,000 people written keep no more than 20,000 did, but for 4 MB', async () => {
    let early = 0
    let late = 0
    await writeFeedFiles({ people: 200_000, seed: 1, today }, join(dir, 'flat'), done => {
      if (early === 0 && done >= 20_000) early = memoryInUse()
      if (done === 200_000) late = memoryInUse()
    })
    expect(late).toBeGreaterThan(0)
    expect(late - early).toBeLessThan(4 * 2 ** 20)
  }, 60_000)
})

async function linesOf(name: string, kind: string): Promise<readonly string[]> {
  return (await readFile(join(dir, name, `${kind}.ndjson`), 'utf8')).trimEnd().split('\n')
}

async function hashOf(name: string, seed: number): Promise<readonly string[]> {
  const { files } = await writeFeedFiles({ people: 2000, seed, today }, join(dir, name))
  return await Promise.all(
    files.map(async file =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  )
}

/** Bytes of the heap and of buffers. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
