import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const bangiao = join(import.meta.dirname, '../bin/bangiao.ts')

/** Whoever starts it reads what it says, or ends it. */
export function startBangiao(cwd: string, ...words: readonly string[]) {
  return spawn(process.execPath, [bangiao, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs the command line as its user does, in a process of its own, in a folder of his. */
export async function runBangiao(cwd: string, ...words: readonly string[]): Promise<Ran> {
  const child = startBangiao(cwd, ...words)
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', more => {
    text.stdout += more
  })
  child.stderr.on('data', more => {
    text.stderr += more
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...text }
}

/** With `--json`: its one document. */
export async function askBangiao<Document>(cwd: string, ...words: readonly string[]): Promise<Document> {
  const { stdout, stderr } = await runBangiao(cwd, ...words, '--json')
  try {
    return JSON.parse(stdout) as Document
  } catch {
    throw new Error(`no JSON from bangiao ${words.join(' ')}:\n${stdout}\n${stderr}`)
  }
}
