import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchCardCheck } from './card-check.ts'
import { benchConvert } from './convert.ts'
import { benchFullUnit } from './full-unit.ts'
import { benchLowCaps } from './low-caps.ts'
import { benchNation } from './nation.ts'
import { benchPack } from './pack.ts'
import { benchPull } from './pull.ts'
import { type Section, writeResults } from './results.ts'
import { benchStages } from './stages.ts'

/**
 * Every question we measure, one file each. `npm run bench -- low-caps pack` asks these alone, and `--quick` takes the small sizes only.
 */
const words = process.argv.slice(2)
const quick = words.includes('--quick')
const questions: Readonly<Record<string, (exports: string) => Promise<Section>>> = {
  convert: exports => benchConvert(quick, exports),
  'low-caps': exports => benchLowCaps(quick, exports),
  nation: exports => benchNation(quick, exports),
  pull: exports => benchPull(quick, exports),
  stages: () => benchStages(quick ? 20_000 : 280_000),
  'full-unit': () => benchFullUnit(quick),
  'card-check': () => benchCardCheck(quick),
  pack: () => benchPack(quick),
}
const named = words.filter(word => word !== '--quick')
const unknown = named.find(name => !(name in questions))
if (unknown) throw new Error(`${unknown}: expected one of ${Object.keys(questions).join(', ')}`)
// Synthetic exports, each made once for all that is asked of it
const exports = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
try {
  for (const [name, measure] of Object.entries(questions)) {
    // One by one, so that what was measured for an hour outlives a later failure
    if (named.length === 0 || named.includes(name)) await writeResults(await measure(exports))
  }
} finally {
  await rm(exports, { recursive: true, force: true })
}
