import { readFileSync } from 'node:fs'

/** What docs/protocol.md lets a recipient's role do, by what it is done on. */
export function roleActions(): Readonly<Record<string, readonly string[]>> {
  const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| ((?:`[a-z0-9]+:[A-Za-z]+`(?:, )?)+) \| (.+) \|$/gm)]
  return Object.fromEntries(
    rows.map(([, actions = '', on = '']) => [on, actions.replaceAll('`', '').split(', ').sort()]),
  )
}
