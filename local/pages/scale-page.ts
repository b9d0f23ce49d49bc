import { agreements } from '../../lambdas/handover/agreements.ts'
import { costReport } from '../scale/cost-report.ts'
import { costTables, headline } from '../scale/cost-tables.ts'
import { nationalRun, pollEvents, rowsPerCpuSecond } from '../scale/measured.ts'
import { mostHistoryEvents, mostPayloadBytes } from '../state-machine/limits.ts'
import { markdownTable } from './markdown-table.ts'

/** 94 million participants and 9 million other members of their households. */
const people = 103_000_000

/** `docs/scale.md`: the plan for the whole nation, as `bangiao cost` works it out. */
export function scalePage(): string {
  const report = costReport(people, agreements)
  return `# At national scale

94 million participants and 9 million other members of their households: \`npx bangiao cost --people ${people}\`.

${headline(report).join('\n')}

Nothing here was run on AWS. Counts come from the rules that plan every handover (\`lambdas/handover/compact/plan.ts\`) over a nation with Vietnam's wards; sizes are measured on synthetic people, and so is the rate: ${grouped(rowsPerCpuSecond)} final rows a CPU second from \`.json.gz\` to hashed files, on the slower of the days that were measured ([bench/RESULTS.md](../bench/RESULTS.md) has another), which bounds every step since no step alone is slower than all of them. What nobody has measured yet stands in the last table, on the careful side; prices are in [reference/aws-prices.json](../reference/aws-prices.json). How long DynamoDB takes to export a table is not promised, so it stands apart from the minutes below.

The machine itself is driven at this size by a test (\`test/scale/national-run.test.ts\`): its real definition and every step that reckons rather than reads rows, over manifests of this shape, full, delta and full again. The largest payload between states was ${grouped(nationalRun.largestPayloadBytes)} bytes of ${grouped(mostPayloadBytes)}, the longest history ${nationalRun.mostHistoryEvents} events of ${grouped(mostHistoryEvents)}, the longest list of a map's items ${grouped(nationalRun.largestListBytes)} bytes. Its export was there at the third question; each further one, half a minute later, adds ${pollEvents} events, which the table of limits counts in. After 23 hours they fill the history.
${costTables(report)
  .map(({ title, header, rows }) => `\n## ${title}\n\n${markdownTable(header, rows)}\n`)
  .join('')}`
}

function grouped(number: number): string {
  return number.toLocaleString('en')
}
