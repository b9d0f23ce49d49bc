import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'

export interface Section {
  readonly title: string
  readonly text: string
  readonly tables: readonly ResultTable[]
}

export interface ResultTable {
  readonly caption: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

const page = new URL('RESULTS.md', import.meta.url)

/** Writes `bench/RESULTS.md`: where and when it was measured, with which versions, then a section a question; prints the last one. */
export async function writeResults(sections: readonly Section[]) {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Packages
  const versions = ['@duckdb/node-api', 'parquetjs-lite'].map(
    name => `${name} ${dependencies[name] ?? devDependencies[name]}`,
  )
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`
  const text = [
    '# Measured',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}, ${versions.join(', ')}. \`npm run bench\` writes this page.`,
    ...sections.flatMap(sectionText),
    '',
  ].join('\n')
  await writeFile(page, text)
  console.log(sections.slice(-1).flatMap(sectionText).join('\n'))
}

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function sectionText({ title, text, tables }: Section): readonly string[] {
  return ['', `## ${title}`, '', text, ...tables.flatMap(tableText)]
}

function tableText({ caption, header, rows }: ResultTable): readonly string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map(cell => (typeof cell === 'number' ? grouped(cell) : cell)).join(' | ')} |`
  return [
    '',
    `**${caption}**`,
    '',
    line(header),
    `|${header.map((_, at) => (at === 0 ? ' --- ' : ' ---: ')).join('|')}|`,
    ...rows.map(line),
  ]
}

function grouped(number: number): string {
  return Number.isInteger(number) ? number.toLocaleString('en') : String(number)
}
