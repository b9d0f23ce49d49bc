import { benchCardCheck } from './card-check.ts'
import { benchConvert } from './convert.ts'
import { benchFullUnit } from './full-unit.ts'
import { benchPack } from './pack.ts'
import { type Section, writeResults } from './results.ts'
import { benchStages } from './stages.ts'

/** Every question we measure, one file each; `npm run bench -- --quick` takes the small sizes only. */
const quick = process.argv.includes('--quick')
const questions: readonly (() => Promise<Section>)[] = [
  () => benchConvert(quick),
  () => benchStages(quick ? 20_000 : 280_000),
  () => benchFullUnit(quick),
  () => benchCardCheck(quick),
  () => benchPack(quick),
]
const answered: Section[] = []
for (const measure of questions) {
  answered.push(await measure())
  // After each, so that what was measured for an hour outlives a later failure
  await writeResults(answered)
}
