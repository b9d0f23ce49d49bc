import { benchCardCheck } from './card-check.ts'
import { benchConvert } from './convert.ts'
import { benchFullUnit } from './full-unit.ts'
import { benchPack } from './pack.ts'
import { writeResults } from './results.ts'
import { benchStages } from './stages.ts'

/** Every question we measure, one file each; `npm run bench -- --quick` takes the small sizes only. */
const quick = process.argv.includes('--quick')
await writeResults([
  await benchConvert(quick),
  await benchStages(quick ? 20_000 : 280_000),
  await benchFullUnit(quick),
  await benchCardCheck(quick),
  await benchPack(quick),
])
