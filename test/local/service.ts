import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder, gone after the test. */
export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

export interface ChildService {
  readonly endpoint: string
  /** As `kill -9`: the process has no time to put anything in order. */
  kill(): Promise<void>
}

/** Runs a module that evaluates to a service, in a process of its own. Imports are relative to the project's root. */
export async function startInProcess(module: string): Promise<ChildService> {
  const code = `${module}\nconsole.log(service.endpoint)`
  const cwd = new URL('../..', import.meta.url)
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [endpoint] = await once(child.stdout, 'data')
  return { endpoint: String(endpoint).trim(), kill: () => kill(child) }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Whether the port answers at 127.0.0.2, as it does when it listens on every interface of a Linux machine. */
export async function isOpenBeyondLoopback(endpoint: string): Promise<boolean> {
  const socket = connect({ host: '127.0.0.2', port: Number(new URL(endpoint).port), timeout: 1000 })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('timeout', () => resolve(false))
  const open = await promise
  socket.destroy()
  return open
}
