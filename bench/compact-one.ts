import { agreements } from '../lambdas/handover/agreements.ts'
import { compactUnit } from '../lambdas/handover/compact/compact-engine.ts'
import { openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { engineMemory } from '../lambdas/handover/engine/lambda-limits.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { usageSince } from '../local/process-usage.ts'

/** One unit of persons and their cards, as a child compacts it. */
const [dir = '', persons = '', cards = ''] = process.argv.slice(2)
const started = performance.now()
const database = await openDatabase({ dir: `${dir}/duckdb`, threads: 1, memoryLimit: engineMemory })
const { files } = await compactUnit(
  { aggregate: 'persons', province: '79', number: 0, places: ['00000', '99999'] },
  {
    engine: await database.connect(),
    agreements,
    parts: { persons: persons.split(','), cards: cards.split(',') },
    exceptions: [],
    day: dayInVietnam(new Date()),
    dir: `${dir}/final`,
  },
)
database.close()
const rows = files.map(({ recipient, dataset, rows }) => [`${recipient} ${dataset}`, rows])
console.log(
  JSON.stringify({
    rows: Object.fromEntries(rows),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ...usageSince(started),
  }),
)
