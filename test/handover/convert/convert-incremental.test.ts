import { hash } from 'node:crypto'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { folder } from '../../local/service.ts'
import { aHandoverChain, began, type State } from '../compact/handover-chain.ts'
import { type Happening, lived, villagers } from '../compact/life.ts'
import { convert, jwks, moh } from './conversion.ts'

const hour = 3_600_000
const village = villagers(30)
const [first, second, third] = [
  stateAfter(0),
  stateAfter(1, { what: 'birth', who: 1, how: 2 }, { what: 'a move of one', who: 4, how: 1 }),
  stateAfter(2, { what: 'birth', who: 1, how: 2 }, { what: 'death', who: 3, how: 0 }),
]

/** A folder with the whole table at each of the three instants, and with what changed between them. */
let dir: string

beforeEach(async () => {
  dir = await folder()
  const chain = aHandoverChain(dir)
  await chain.full(first, [moh])
  await chain.delta([second, third], [moh])
})

describe('converting an incremental export', () => {
  it('makes what the whole table would, window by window from the whole table before', async () => {
    await rm(wholeOf(second), { recursive: true })

    const rolled = await convert(changesUntil(third), join(dir, 'rolled'))
    const whole = await convert(wholeOf(third), join(dir, 'whole'))

    expect(rolled.resources).toEqual(whole.resources)
    expect(rolled.handover).toMatchObject({
      ...{ mode: 'delta', sequence: 0, previous: null, changes: null, rebaseline: 'first' },
      asOf: third.at.toISOString(),
    })
    expect(rolled.handover.source.exportArns).toHaveLength(2)
    expect((await verifyHandover(join(dir, 'rolled'), { jwks })).faults).toEqual([])
  })

  it('begins at the latest whole table, so that earlier windows need not be there', async () => {
    await rm(wholeOf(first), { recursive: true })
    await rm(changesUntil(second), { recursive: true })

    const { handover, resources } = await convert(changesUntil(third), join(dir, 'rolled'))

    expect(handover.source.exportArns).toHaveLength(1)
    expect(resources).toEqual((await convert(wholeOf(third), join(dir, 'whole'))).resources)
  })

  it('takes the way that leads to a whole table, whatever else lies there', async () => {
    await rm(wholeOf(second), { recursive: true })
    // Sorts before the window that is needed, and ends where that one does
    const aside = join(dir, 'exports', 'AWSDynamoDB', '00000000000000-00000002')
    await cp(changesUntil(second), aside, { recursive: true })
    await edit(aside, text => text.replace(first.at.toISOString(), new Date(first.at.getTime() + 60_000).toISOString()))
    const foreign = join(dir, 'exports', 'AWSDynamoDB', '00000000000000-00000003')
    await cp(changesUntil(second), foreign, { recursive: true })
    await edit(foreign, text => text.replace('DYNAMODB_JSON', 'ION'))

    const { resources } = await convert(changesUntil(third), join(dir, 'rolled'))

    expect(resources).toEqual((await convert(wholeOf(third), join(dir, 'whole'))).resources)
  })

  it('names a data file that was not brought along', async () => {
    await rm(join(dir, 'exports', 'AWSDynamoDB', 'data'), { recursive: true })

    await expect(convert(changesUntil(third), join(dir, 'out'))).rejects.toMatchObject({ code: 'data-file-missing' })
  })

  it.each([
    { that: 'a window is missing', spoil: () => rm(changesUntil(second), { recursive: true }), at: second },
    { that: 'there is no whole table', spoil: () => rm(wholeOf(first), { recursive: true }), at: first },
    { that: 'the whole table is another', spoil: () => rename(wholeOf(first), 'bangiao-copy'), at: first },
  ])('says where it must begin when $that, and leaves nothing', async ({ spoil, at }) => {
    await rm(wholeOf(second), { recursive: true })
    await spoil()

    await expect(convert(changesUntil(third), join(dir, 'out'))).rejects.toMatchObject({
      code: 'export-window',
      message: expect.stringContaining(`it holds what changed from ${at.at.toISOString()} on; put the export`),
    })
    expect((await readdir(dir)).filter(name => name.startsWith('out'))).toEqual([])
  })
})

function stateAfter(hours: number, ...happenings: readonly Happening[]): State {
  return { population: lived(village, happenings), at: new Date(began.getTime() + hours * hour) }
}

function wholeOf({ at }: State): string {
  return join(dir, 'exports', 'AWSDynamoDB', `0${at.getTime()}-00000000`)
}

function changesUntil({ at }: State): string {
  return join(dir, 'exports', 'AWSDynamoDB', `0${at.getTime()}-00000001`)
}

/** The export says that it is of another table. */
function rename(exported: string, table: string) {
  return edit(exported, text => text.replaceAll('bangiao-registry', table))
}

async function edit(exported: string, change: (summary: string) => string) {
  const path = join(exported, 'manifest-summary.json')
  const text = change(await readFile(path, 'utf8'))
  await writeFile(path, text)
  await writeFile(path.replace('.json', '.md5'), hash('md5', text, 'base64'))
}
