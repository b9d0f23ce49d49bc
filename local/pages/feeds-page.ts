import { maximumCards } from '../../lambdas/registry/card.ts'
import { maximumPeriods, maximumPeriodsBytes } from '../../lambdas/registry/contribution.ts'
import { type FeedKind, feedKinds, feeds, rejectsEnding } from '../../lambdas/registry/feeds.ts'
import { columnName, type Field, type FieldType, fieldsOf } from '../../lambdas/registry/field.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/feeds.md`: every field of every feed, from the records themselves. */
export function feedsPage(): string {
  return `# Feeds

A feed is a file of NDJSON in UTF-8, one JSON object a line, of CSV or of Parquet: flat, with the fields below in any order. Its name begins
with its kind and ends with its format: \`households.ndjson\`, \`persons-2026-11.csv\`, \`cards_hanoi.parquet\`. \`npx bangiao intake FILE...\` takes feeds in the order households,
persons, cards, contributions, however they are named on the line.

- An absent field and \`null\` say the same. A row with any other field, or one in another spelling, is refused.
- A file without a row is a feed as well: nothing happened. What is not what its name says, as gzip, is refused as a whole, under \`file\` and line 0.
- CSV is as RFC 4180 has it, with commas or semicolons, in UTF-8, each row ending in CRLF or LF; its first row names the fields, and an empty
  value is an absent field. A row with more or fewer values than the first is refused as no JSON object.
- CSV or Parquet is read to its end before anything of it is sent. It is refused as a whole as well, with no row of it taken in, where it breaks
  off or cannot be read, as CSV in UTF-16, and where it has a column that the feed does not have, or the same one twice: the rule says from
  which row on, or which columns by their places, from 1. The other files are taken in.
- Parquet may hold dates, instants and integers as such, or as the text that they are in CSV. In CSV and Parquet a row's number, from 1,
  stands for the line.
- Every record carries \`source_time\`: when the source last changed it, as an instant in UTC (\`2026-11-21T17:00:00Z\`). A newer record takes
  the place of an older one, never the other way round; the same record again changes nothing.
- A person's household, and the person of a card or a contribution, must be there already, or come before it.
- A card is known by its person, its number and its first day; a contribution by its person, scheme, first month and employer. A person has
  ${maximumCards} cards at most, and contributions to a scheme ${maximumPeriods} at most, in no more than ${maximumPeriodsBytes} bytes, which only long names of employers fill.
- A number names one person. A row with the number of somebody else is refused as \`number-of-another\`: where that person's record had it by
  mistake, correct that record first and send the row again an hour later. A former insurance number stays its person's as long as the record
  lists it as \`former_insurance_number\`, and the number of a card as long as the person has the card.
- Each refused row lands in \`<FILE>${rejectsEnding}\` with its line, field, rule and the shape of its value, letters as \`x\` and digits as \`9\`. The
  names of fields that the feed does not have stand there as such a value, for they may be values themselves. A file with that ending is
  no feed.
${feedKinds.map(feedSection).join('\n')}`
}

function feedSection(kind: FeedKind): string {
  const rows = fieldsOf(feeds[kind]).map(field => [
    `\`${columnName(field.name)}\``,
    field.required ? 'yes' : '',
    forms[field.type],
    field.official ? `\`${field.official}\`` : '',
    meaning(field),
  ])
  const sourceTime = [
    '`source_time`',
    'yes',
    'instant in UTC',
    '',
    'When the source last changed the record · Thời điểm nguồn cập nhật',
  ]
  return `
## ${kind}

${markdownTable(['field', 'required', 'form', 'official name', 'meaning'], [...rows, sourceTime])}
`
}

const forms: Readonly<Record<FieldType | 'instant', string>> = {
  text: 'text',
  day: '`yyyy-mm-dd`',
  month: '`yyyy-mm`',
  birth: '`yyyy`, `yyyy-mm` or `yyyy-mm-dd`',
  integer: 'whole number',
  instant: 'instant in UTC',
}

function meaning({ en, vi, codes }: Field): string {
  return `${en} · ${vi}${codes ? ` ([codes](../reference/${codes}))` : ''}`
}
