import { parseArgs } from 'node:util'
import { type Command, type Outcome, UsageError } from './command.ts'
import { terminal } from './terminal.ts'

const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  demo: () => import('./commands/demo.ts'),
  serve: () => import('./commands/serve.ts'),
  generate: () => import('./commands/generate.ts'),
  intake: () => import('./commands/intake.ts'),
  export: () => import('./commands/export.ts'),
  convert: () => import('./commands/convert.ts'),
  carry: () => import('./commands/carry.ts'),
  notices: () => import('./commands/notices.ts'),
  pull: () => import('./commands/pull.ts'),
  verify: () => import('./commands/verify.ts'),
  apply: () => import('./commands/apply.ts'),
  recipient: () => import('./commands/recipient.ts'),
  facility: () => import('./commands/facility.ts'),
  check: () => import('./commands/check.ts'),
  lookups: () => import('./commands/lookups.ts'),
  pack: () => import('./commands/pack.ts'),
  desk: () => import('./commands/desk.ts'),
  jwks: () => import('./commands/jwks.ts'),
  cost: () => import('./commands/cost.ts'),
}

/** Runs one command and gives the exit code: 0 done, 1 refused or not proven, 2 wrong usage. */
export async function runCommandLine(words: readonly string[]): Promise<0 | 1 | 2> {
  const json = words.includes('--json')
  const [name, ...rest] = words
  try {
    if (name === undefined || name === '--help' || name === 'help') {
      console.log(await overview())
      return 0
    }
    const load = commands[name]
    if (!load) throw new UsageError(`no command ${name}; there are ${Object.keys(commands).join(', ')}`)
    const { command } = await load()
    if (rest.includes('--help')) {
      console.log(help(name, command))
      return 0
    }
    const outcome = await command.run(given(name, command, rest), terminal(process.stderr))
    print(outcome, json)
    return outcome.ok ? 0 : 1
  } catch (error) {
    return printFailure(error, json)
  }
}

function given(name: string, command: Command, words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...command.options, json: { type: 'boolean' } },
      allowPositionals: true,
    })
    return { options: values as Record<string, string | boolean | undefined>, arguments: positionals }
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${help(name, command)}`)
  }
}

function print({ document, lines }: Outcome, json: boolean) {
  console.log(json ? JSON.stringify(document) : lines.join('\n'))
}

function printFailure(error: unknown, json: boolean): 1 | 2 {
  const { message, name, code = name, ...facts } = error as Error & { code?: string; reading?: string }
  const usage = error instanceof UsageError
  if (json) console.log(JSON.stringify({ error: { code: usage ? 'usage' : code, message, ...facts } }))
  else console.error(usage ? message : `${code}: ${message}`)
  return usage ? 2 : 1
}

function help(name: string, { summary, usage }: Command): string {
  return `${summary}\n\n  npx bangiao ${name} ${usage} [--json]`
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.entries(commands).map(async ([name, load]) => ({ name, ...(await load()) })))
  const width = Math.max(...loaded.map(({ name }) => name.length))
  return [
    'npx bangiao <command> [--json]',
    '',
    ...loaded.map(({ name, command }) => `  ${name.padEnd(width)}  ${command.summary}`),
  ].join('\n')
}
