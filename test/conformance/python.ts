import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'

const run = promisify(execFile)
const here = import.meta.dirname
const requirements = join(here, 'requirements.txt')

/** The interpreter of an environment with exactly the pinned packages, made where there is none yet. */
export async function python(): Promise<string> {
  const version = sha256Hex(await readFile(requirements)).slice(0, 8)
  const environment = join(here, '../../.conformance', version)
  const interpreter = join(environment, 'bin/python')
  const made = join(environment, 'pyvenv.cfg.done')
  const isMade = await access(made).then(
    () => true,
    () => false,
  )
  if (!isMade) {
    await run('python3', ['-m', 'venv', '--clear', environment])
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements])
    await run(interpreter, ['-c', `open(${JSON.stringify(made)}, 'w')`])
  }
  return interpreter
}

/** What a script beside this file prints as JSON. */
export async function askPython<Document>(interpreter: string, script: string, ...words: string[]): Promise<Document> {
  const { stdout } = await run(interpreter, [join(here, script), ...words], { maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout) as Document
}

/** What a program prints, run in a folder. */
export async function runPython(interpreter: string, cwd: string, program: string): Promise<string> {
  return (await run(interpreter, ['-c', program], { cwd })).stdout
}
