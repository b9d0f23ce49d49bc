import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a process said of itself on its last line, all of its threads counted. */
export interface Figures {
  readonly rows: number
  readonly bytes: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

/** Runs a script of ours in a fresh process, so that nothing is warm and memory is its own. */
export async function figuresOf(
  script: string,
  words: readonly string[],
  {
    flags = [],
    environment = {},
  }: { readonly flags?: readonly string[]; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Figures> {
  const child = spawn(process.execPath, [...flags, script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  let text = ''
  child.stdout.on('data', more => {
    text += more
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${text}`)
  const { rows, ...figures } = JSON.parse(text) as Omit<Figures, 'rows'> & { rows: Record<string, number> }
  return { ...figures, rows: Object.values(rows).reduce((sum, more) => sum + more, 0) }
}

/** What a script of ours sends from a fresh process, whose output nobody reads. */
export async function messageOf<Message>(
  script: string,
  words: readonly (string | number)[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Message> {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [script, ...words.map(String)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env,
  })
  let message: Message | undefined
  child.on('message', sent => {
    message = sent as Message
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0 || message === undefined) throw new Error(`${script} ended with ${code}`)
  return message
}

/** Every candidate once, then every candidate again: a machine that drifts does so for all. */
export async function interleaved<Name extends string>(
  candidates: Readonly<Record<Name, () => Promise<Figures>>>,
  times: number,
): Promise<Readonly<Record<Name, readonly Figures[]>>> {
  const names = Object.keys(candidates) as Name[]
  const runs = Object.fromEntries(names.map(name => [name, [] as Figures[]])) as unknown as Record<Name, Figures[]>
  for (let time = 0; time < times; time++) for (const name of names) runs[name].push(await candidates[name]())
  return runs
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
