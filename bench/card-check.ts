import { deskBundles } from './bundles.ts'
import { deskFigures } from './desk-figures.ts'
import { deskLoad } from './desk-load.ts'
import type { Section } from './results.ts'

/** What does an answer at the desk take: of our own code, at a cold start, and through the whole embedded stack? */
export async function benchCardCheck(quick: boolean): Promise<Section> {
  const [people, checks, starts, loaded] = quick ? [300, 1_000, 3, 200] : [3_000, 20_000, 11, 2_000]
  return {
    title: 'A card check',
    text: [
      'Both dialects, from the event of API Gateway to the answer, logging on and read by nobody. First our own code alone: the stores answer',
      'from memory, without SDK, wire or database. To reach: p50 0.2 ms, p99 1 ms, two point reads and one write a check, bundles under 1 MB',
      'that load in 150 ms. Last the embedded stack, where API, functions and database share one process: its ceiling is the stand-in for the',
      'database, of which the bare operations are the measure.',
    ].join(' '),
    tables: [await deskFigures(people, checks), await deskBundles(starts), await deskLoad(people, loaded)],
  }
}
