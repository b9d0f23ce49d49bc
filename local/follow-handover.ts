import { setTimeout as sleep } from 'node:timers/promises'
import type { Execution, ExecutionInput } from './stack/handover-executions.ts'
import type { StackAddress } from './stack/stack.ts'
import type { MachineEvent } from './state-machine/state-machine.ts'

const lookEveryMs = 100

/** Begins a handover on a running stack and follows it to its end. */
export async function followHandover(
  { api }: StackAddress,
  input: ExecutionInput,
  onEvent: (event: MachineEvent) => void,
): Promise<Execution> {
  const started = await fetch(`${api}/local/handovers`, { method: 'POST', body: JSON.stringify(input) })
  const { execution } = (await started.json()) as { execution: string }
  for (let heard = 0; ; await sleep(lookEveryMs)) {
    const answer = await fetch(`${api}/local/handovers/${execution}?from=${heard}`)
    const { events, ...state } = (await answer.json()) as Execution & { events: readonly MachineEvent[] }
    heard += events.length
    for (const event of events) onEvent(event)
    if (state.status !== 'RUNNING') return state
  }
}
