import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The properties of a command's `--json` document by its section in docs/commands.md: a table's first column, or what it answers in braces. */
export async function documented(command: string): Promise<readonly string[]> {
  const page = await readFile(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')
  const section = page.split(/^## /m).find(text => text.startsWith(`${command}\n`)) ?? ''
  const cells = [...section.matchAll(/^\| (`.+?`) \|/gm)].map(([, cell = '']) => cell)
  const named = cells.length ? cells.join(', ') : (/Answers `\{(.*?)\}`/.exec(section)?.[1] ?? '')
  const outer = named.replaceAll(/: (\[[^\]]*\]|\{[^}]*\})/g, '').replaceAll('`', '')
  return outer.split(', ').sort()
}
