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

/** Writes a section of `bench/RESULTS.md` in the place of the one it had, and prints it. */
export async function writeResults(section: Section) {
  const text = sectionText(section, await setting())
  await writeFile(page, withSection(await readFile(page, 'utf8'), text))
  console.log(text)
}

/** The page with a section, which begins with its title, in the place of the one of that title, or at the end. */
export function withSection(page: string, section: string): string {
  const [head = '', ...sections] = page.trimEnd().split(/\n\n(?=## )/)
  const titleOf = (text: string) => text.split('\n', 1)[0]
  const at = sections.findIndex(old => titleOf(old) === titleOf(section))
  sections.splice(at < 0 ? sections.length : at, at < 0 ? 0 : 1, section)
  return `${[head, ...sections].join('\n\n')}\n`
}

/** When it was measured, where, and with which versions. */
async function setting(): Promise<string> {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  ) as Packages
  const versions = ['@duckdb/node-api', 'parquetjs-lite'].map(
    name => `${name} ${dependencies[name] ?? devDependencies[name]}`,
  )
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}, ${versions.join(', ')}.`
}

interface Packages {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function sectionText({ title, text, tables }: Section, setting: string): string {
  return [`## ${title}`, '', setting, '', text, ...tables.flatMap(tableText)].join('\n')
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
