import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LambdaHandler } from '../../local/stack/lambda.ts'
import { reservedConcurrency } from '../../local/stack/reserved-concurrency.ts'
import type { FromHost } from './lambda-host.ts'

export interface DeployedLambda {
  readonly handler: LambdaHandler
  /** In milliseconds, by the process itself. */
  readonly loadedIn: number
  /** The AWS actions that it has asked for so far. */
  readonly calls: ReadonlySet<string>
  stop(): Promise<void>
}

/** The bundle in `dir`, loaded in a process that has this environment and nothing else. @throws when it does not load. */
export async function startLambda(dir: string, env: Readonly<Record<string, string>>): Promise<DeployedLambda> {
  const host = join(import.meta.dirname, 'lambda-host.ts')
  const child = fork(host, [join(dir, 'index.mjs')], { env, execArgv: [], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const closed = once(child, 'close').then(() => {
    throw new Error(stderr)
  })
  const calls = new Set<string>()
  const answer = async () => {
    const [{ value, error, calls: asked }] = (await Promise.race([once(child, 'message'), closed])) as [FromHost]
    for (const call of asked) calls.add(call)
    if (error) throw Object.assign(new Error(error.message), { name: error.name })
    return value
  }
  const loadedIn = (await answer()) as number
  const invoke: LambdaHandler = async (event, { functionName, awsRequestId }) => {
    child.send({ event, context: { functionName, awsRequestId } })
    return answer()
  }
  return {
    handler: reservedConcurrency(invoke, 1),
    loadedIn,
    calls,
    async stop() {
      child.kill()
      await closed.catch(() => {})
    },
  }
}
