import { together } from './bare-operations.ts'
import { deskBundles } from './bundles.ts'
import { desksAlone, ownCode, perSecond, shareOf } from './desk-figures.ts'
import { deskLoad } from './desk-load.ts'
import type { ResultTable, Section } from './results.ts'

/** What does an answer at the desk take: of our own code, at a cold start, and through the whole embedded stack? */
export async function benchCardCheck(quick: boolean): Promise<Section> {
  const [people, checks, starts, loaded] = quick ? [300, 1_000, 3, 200] : [3_000, 20_000, 11, 2_000]
  const desks = await desksAlone(people, checks)
  return {
    title: 'A card check',
    text: [
      `Both dialects, from the event of API Gateway to the answer, for ${people.toLocaleString('en')} people with their cards, the log on and read by nobody.`,
      'Our own code runs with its stores on a database in memory, without SDK and wire. To reach: p50 0.2 ms, p99 1 ms, two point reads and one',
      'write a check, bundles under 1 MB that load in 150 ms. In the embedded stack the API, the functions and the stand-in for DynamoDB share',
      'one process. Bare operations are the two reads and the write of a check by the SDK and nothing else: the ceiling of any stack on it.',
    ].join(' '),
    tables: [ownCode(desks), await deskBundles(starts), await underLoad(desks, people, loaded)],
  }
}

async function underLoad(
  desks: Awaited<ReturnType<typeof desksAlone>>,
  people: number,
  checks: number,
): Promise<ResultTable> {
  const alone = desks.map(({ dialect, milliseconds }) => {
    return [`${dialect}, our own code`, perSecond(milliseconds), ...shareOf(milliseconds)] as const
  })
  return {
    caption: `${checks.toLocaleString('en')} checks each way, ${together} at once; our own code one after the other`,
    header: ['', 'per second', 'p50 ms', 'p99 ms'],
    rows: [...(await deskLoad(people, checks)), ...alone],
  }
}
