import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The properties of a command's `--json` document by its section in docs/commands.md: a table's first column, or what it answers in
 * braces; or of the documents that one of them lists.
 */
export async function documented(command: string, listed?: string): Promise<readonly string[]> {
  const page = await readFile(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')
  const section = page.split(/^## /m).find(text => text.startsWith(`${command}\n`)) ?? ''
  const cells = [...section.matchAll(/^\| (`.+?`) \|/gm)].map(([, cell = '']) => cell)
  const named = cells.length ? cells.join(', ') : (/Answers `\{(.*?)\}`/.exec(section)?.[1] ?? '')
  const inner = listed && (new RegExp(`\\b${listed}: \\[\\{(.*?)\\}\\]`).exec(named)?.[1] ?? '')
  const outer = named.replaceAll(/: (\[[^\]]*\]|\{[^}]*\})/g, '')
  return (inner ?? outer).replaceAll(/[`?]/g, '').split(', ').sort()
}
