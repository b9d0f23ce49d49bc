import { benchConvert } from './convert.ts'
import { writeResults } from './results.ts'

/** Every question we measure, one file each; `npm run bench -- --quick` takes the small sizes only. */
const quick = process.argv.includes('--quick')
await writeResults([await benchConvert(quick)])
