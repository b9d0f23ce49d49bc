import { parseArgs } from 'node:util'
import packageFacts from '../package.json' with { type: 'json' }
import { type Command, type Form, type Given, type Outcome, own, UsageError } from './command.ts'
import { systemFault } from './system-fault.ts'
import { type Terminal, terminal } from './terminal.ts'

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
export async function runCommandLine(given: readonly string[]): Promise<0 | 1 | 2> {
  const json = given.includes('--json')
  const [name, ...words] = given.filter(word => word !== '--json')
  const screen = terminal(process.stderr)
  try {
    const outcome = await run(name, words, json, screen)
    screen.end()
    print(outcome, json)
    await outcome.stays?.()
    return outcome.ok ? 0 : 1
  } catch (error) {
    screen.end()
    return printFailure(error, json)
  }
}

/** Nobody who wants JSON means to read an overview: without a command that is wrong usage. */
async function run(
  name: string | undefined,
  words: readonly string[],
  json: boolean,
  screen: Terminal,
): Promise<Outcome> {
  if (name === undefined && json) throw new UsageError(`name a command: ${Object.keys(commands).join(', ')}`)
  if (name === undefined || name === '--help' || name === 'help') return overview()
  if (name === '--version') {
    const { version } = packageFacts
    return { ok: true, document: { version }, lines: [version] }
  }
  const load = own(commands, name)
  if (!load) throw new UsageError(`no command ${name}; there are ${Object.keys(commands).join(', ')}`)
  const { command } = await load()
  if (words.includes('--help')) return help(name, command)
  return command.run(readGiven(name, command, words), screen)
}

function readGiven(name: string, command: Command, words: readonly string[]): Given {
  const { options, arguments: all } = parsed(name, command, words)
  const empty = Object.keys(options).find(option => options[option] === '')
  if (empty !== undefined) throw new UsageError(`--${empty} is empty: give it a value`)
  if (all.includes('')) throw new UsageError(`an argument is empty\n${usageOf(name, command)}`)
  const form = formFor(command, all)
  const most = form && mostArguments(form)
  const surplus = most === undefined ? undefined : all[most]
  if (surplus !== undefined) throw new UsageError(`${tooMuch(surplus, command)}\n${usageOf(name, command)}`)
  return { options, arguments: all }
}

function parsed(name: string, command: Command, words: readonly string[]): Given {
  const { options } = command
  const config = { args: [...words], options, allowPositionals: true, strict: false, tokens: true } as const
  const { values, positionals, tokens } = parseArgs(config)
  for (const token of tokens) {
    const fault = token.kind === 'option' ? optionFault(token, name, command) : undefined
    if (fault) throw new UsageError(`${fault}\n${usageOf(name, command)}`)
  }
  return { options: values as Given['options'], arguments: positionals }
}

interface OptionToken {
  readonly name: string
  /** As it was typed, with its dashes. */
  readonly rawName: string
  readonly value?: string | undefined
  /** Whether it stands behind `=`. */
  readonly inlineValue?: boolean | undefined
}

/** Why an option cannot stand as it was typed. No option begins with a digit, so a number below zero is a value. */
function optionFault(
  { name, rawName, value, inlineValue }: OptionToken,
  command: string,
  { options }: Command,
): string | undefined {
  const type = own(options, name)?.type
  if (!type) {
    const meant = rawName.startsWith('--') ? '' : '; an argument that begins with - stands behind --'
    return `${rawName} is no option of ${command}${meant}`
  }
  if (type === 'boolean') return value === undefined ? undefined : `${rawName} takes no value`
  if (value === undefined) return `${rawName} needs a value`
  if (inlineValue || !/^-[^0-9]/.test(value)) return undefined
  return `${rawName} needs a value; one that begins with - is written ${rawName}=-VALUE`
}

/** With the action's own name among the arguments; none where no action of that name is there. */
function formFor({ form }: Command, [action = '']: readonly string[]): Form | undefined {
  if (isForm(form)) return form
  const named = own(form, action)
  return named && { ...named, takes: [action, ...named.takes] }
}

function mostArguments({ takes }: Form): number {
  return takes.some(name => name.endsWith('...')) ? Number.POSITIVE_INFINITY : takes.length
}

/** Beside a number or a name, a stray word may be part of them, and is not repeated. */
function tooMuch(word: string, { options }: Command): string {
  if ('number' in options) return 'an argument too many; a value with spaces needs quotes'
  return own(options, word)
    ? `${word} is an argument too many: --${word} is the option`
    : `${word} is an argument too many`
}

function isForm(form: Command['form']): form is Form {
  return Array.isArray(form.takes)
}

function print({ document, lines }: Outcome, json: boolean) {
  console.log(json ? JSON.stringify(document) : lines.join('\n'))
}

function printFailure(error: unknown, json: boolean): 1 | 2 {
  const usage = error instanceof UsageError
  const { code, message, ...facts } = usage ? { code: 'usage', message: error.message } : failureOf(error)
  if (json) console.log(JSON.stringify({ error: { code, message, ...facts } }))
  else console.error(usage ? message : `${code}: ${message}`)
  return usage ? 2 : 1
}

function failureOf(error: unknown) {
  const { message, name, code = name, ...facts } = error as Error & { readonly code?: string }
  return systemFault(error) ?? { code, message, ...facts }
}

function help(name: string, command: Command): Outcome {
  const { summary } = command
  const usage = usagesOf(name, command)
  return { ok: true, document: { name, summary, usage }, lines: [summary, '', usageOf(name, command)] }
}

function usageOf(name: string, command: Command): string {
  return usagesOf(name, command)
    .map(usage => `  ${usage}`)
    .join('\n')
}

function usagesOf(name: string, { form }: Command): readonly string[] {
  const forms = isForm(form) ? [['', form] as const] : Object.entries(form)
  return forms.map(([action, { takes, usage }]) =>
    ['npx bangiao', name, action, ...takes, usage, '[--json]'].filter(Boolean).join(' '),
  )
}

async function overview(): Promise<Outcome> {
  const loaded = await Promise.all(Object.entries(commands).map(async ([name, load]) => ({ name, ...(await load()) })))
  const width = Math.max(...loaded.map(({ name }) => name.length))
  return {
    ok: true,
    document: {
      commands: loaded.map(({ name, command }) => ({
        name,
        summary: command.summary,
        usage: usagesOf(name, command),
      })),
    },
    lines: [
      'npx bangiao <command> [--json]',
      '',
      ...loaded.map(({ name, command }) => `  ${name.padEnd(width)}  ${command.summary}`),
    ],
  }
}
