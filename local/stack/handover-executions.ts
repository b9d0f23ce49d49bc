import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { type HandoverStep, handoverDefinition } from '../../lib/handover-machine.ts'
import { type MachineEvent, runMachine } from '../state-machine/state-machine.ts'
import type { LambdaHandler } from './lambda.ts'
import { buckets } from './resources.ts'
import type { Clients } from './services.ts'

/** One run of the handover's state machine, as it stands now. */
export interface Execution {
  readonly name: string
  readonly input: ExecutionInput
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED'
  /** What the machine's last state carries, once it succeeded. */
  readonly output?: ExecutionOutput
  readonly error?: string
  readonly cause?: string
}

export interface ExecutionOutput {
  readonly sequence: number
  readonly mode: 'full' | 'delta'
  /** Why a delta that was asked for became a full handover. */
  readonly insteadOfDelta: string | null
}

/** As EventBridge's schedules give it on AWS. */
export interface ExecutionInput {
  readonly mode: 'full' | 'delta'
}

export interface Executions {
  /** Begins a run and does not wait for it. */
  start(name: string, input: ExecutionInput): Promise<void>
  /** With what has happened since the `from`th event. */
  look(name: string, from: number): Promise<(Execution & { readonly events: readonly MachineEvent[] }) | undefined>
  /** Runs that a stopped process left behind go on under their own names. */
  resume(): Promise<void>
  /** Waits for nothing: what runs is taken up again by `resume`. */
  stop(): void
}

/** Runs of the handover, remembered below `dir` so that they outlive this process. */
export function handoverExecutions(
  dir: string,
  functions: Readonly<Record<HandoverStep, LambdaHandler>>,
  { s3 }: Clients,
): Executions {
  const names = Object.keys(functions) as HandoverStep[]
  const definition = handoverDefinition({
    functions: Object.fromEntries(names.map(name => [name, name])) as Record<HandoverStep, string>,
    workBucket: buckets.work,
  })
  const heard = new Map<string, MachineEvent[]>()
  const stopping = new AbortController()
  const record = (name: string) => join(dir, `${name}.json`)
  const run = async (name: string, input: ExecutionInput) => {
    const events: MachineEvent[] = []
    heard.set(name, events)
    const machine = {
      definition,
      functions,
      readItems: itemsIn(s3),
      onEvent: (event: MachineEvent) => events.push(event),
    }
    const outcome = await runMachine(machine, input, { executionName: name, signal: stopping.signal })
    await save(record(name), { name, input, ...outcome } as Execution)
  }
  const begin = (name: string, input: ExecutionInput) =>
    run(name, input).catch(async error => {
      if (!stopping.signal.aborted)
        await save(record(name), { name, input, status: 'FAILED', error: 'States.Runtime', cause: String(error) })
    })
  return {
    async start(name, input) {
      await mkdir(dir, { recursive: true })
      await save(record(name), { name, input, status: 'RUNNING' })
      void begin(name, input)
    },
    async look(name, from) {
      const text = await readFile(record(name), 'utf8').catch(() => undefined)
      return text === undefined
        ? undefined
        : { ...(JSON.parse(text) as Execution), events: (heard.get(name) ?? []).slice(from) }
    },
    async resume() {
      await mkdir(dir, { recursive: true })
      for (const file of (await readdir(dir)).filter(file => file.endsWith('.json'))) {
        const { name, input, status } = JSON.parse(await readFile(join(dir, file), 'utf8')) as Execution
        if (status === 'RUNNING') void begin(name, input)
      }
    },
    stop: () => stopping.abort(),
  }
}

function itemsIn(s3: Clients['s3']) {
  return async function* ({ bucket, key }: { readonly bucket: string; readonly key: string }) {
    const found = await s3ObjectStore(s3, bucket).get(key)
    if (!found) throw new Error(`no ${key} in ${bucket}`)
    yield* JSON.parse(Buffer.from(found.bytes).toString()) as unknown[]
  }
}

async function save(path: string, execution: Execution) {
  await writeFile(`${path}.part`, JSON.stringify(execution))
  await rename(`${path}.part`, path)
}
