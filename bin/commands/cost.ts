import { agreements } from '../../lambdas/handover/agreements.ts'
import { costReport } from '../../local/scale/cost-report.ts'
import { costTables, headline } from '../../local/scale/cost-tables.ts'
import { type Command, option, wholeNumber } from '../command.ts'
import { table } from '../terminal.ts'

export const command: Command = {
  summary: 'What a month costs on AWS, and how near its limits are · Chi phí mỗi tháng trên AWS',
  form: { takes: [], usage: '--people N' },
  options: { people: { type: 'string' } },
  async run(given) {
    const people = wholeNumber(option(given, 'people'), 'people', 1, 1_000_000_000)
    const report = costReport(people, agreements)
    return {
      ok: true,
      document: report,
      lines: [
        ...headline(report).map(line => `  ${line}`),
        ...costTables(report).flatMap(({ title, header, rows }) => ['', `  ${title}`, '', ...table(header, rows)]),
      ],
    }
  },
}
