import { setTimeout as sleep } from 'node:timers/promises'
import type { Execution, ExecutionInput } from './stack/handover-executions.ts'
import type { StackAddress } from './stack/stack.ts'
import type { MachineEvent } from './state-machine/state-machine.ts'

const lookEveryMs = 100

/** The stack ended while a handover was followed; nothing of it is lost. */
export class StackGone extends Error {
  override readonly name = 'StackGone'
  readonly code = 'stack-gone'
}

/** Begins a handover on a running stack and follows it to its end. @throws StackGone */
export async function followHandover(
  { api }: StackAddress,
  input: ExecutionInput,
  onEvent: (event: MachineEvent) => void,
): Promise<Execution> {
  const { execution } = (await ask(
    `${api}/local/handovers`,
    { method: 'POST', body: JSON.stringify(input) },
    'a handover, if one was begun,',
  )) as { execution: string }
  for (let heard = 0; ; await sleep(lookEveryMs)) {
    const look = await ask(`${api}/local/handovers/${execution}?from=${heard}`, {}, execution)
    const { events, ...state } = look as Execution & { events: readonly MachineEvent[] }
    heard += events.length
    for (const event of events) onEvent(event)
    if (state.status !== 'RUNNING') return state
  }
}

async function ask(url: string, request: RequestInit, handover: string): Promise<unknown> {
  try {
    return await (await fetch(url, request)).json()
  } catch (error) {
    // fetch and a body that breaks off have no other sign
    if (!(error instanceof TypeError)) throw error
    throw new StackGone(
      `the stack at ${new URL(url).origin} is gone: start it again on the same folder (npx bangiao serve), and ${handover} goes on`,
      { cause: error },
    )
  }
}
