import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AttributeValue, BatchWriteItemCommand, PutItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { type Ledger, ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import { householdItem, personItem } from '../../lambdas/registry/items.ts'
import { type ObjectStore, s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { runningStack } from '../../local/connect.ts'
import { feedRecords } from '../../local/nation/feed-records.ts'
import { type NationOptions, nation } from '../../local/nation/nation.ts'
import type { Execution } from '../../local/stack/handover-executions.ts'
import { buckets, tables } from '../../local/stack/resources.ts'
import { type Clients, clientsAt } from '../../local/stack/services.ts'
import type { StackAddress } from '../../local/stack/stack.ts'
import type { MachineEvent } from '../../local/state-machine/state-machine.ts'

/** The embedded stack in a process of its own, that can be killed. */
export interface StackProcess {
  readonly address: StackAddress
  readonly clients: Clients
  readonly ledger: Ledger
  readonly published: ObjectStore
  /** `SIGKILL` gives the process no time to put anything in order. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const bangiao = join(import.meta.dirname, '../../bin/bangiao.ts')

export async function serveStack(dir: string): Promise<StackProcess> {
  const child = spawn(process.execPath, [bangiao, 'serve', '--state', dir], { stdio: 'ignore' })
  const address = await addressOf(child, dir)
  const clients = clientsAt(address.endpoints)
  return {
    address,
    clients,
    ledger: ledgerStore(clients.db, tables.ledger),
    published: s3ObjectStore(clients.s3, buckets.handover),
    async end(signal) {
      for (const client of Object.values(clients)) client.destroy()
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await once(child, 'exit')
    },
  }
}

async function addressOf(child: ChildProcess, dir: string): Promise<StackAddress> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the stack ended with ${child.exitCode}`)
    const address = await runningStack(dir)
    if (address?.pid === child.pid) return address as StackAddress
    await sleep(20)
  }
}

/** Puts a nation into the registry as its items, and nothing else: numbers are not handed over. */
export async function loadRegistry({ clients }: StackProcess, options: NationOptions) {
  const puts: WriteRequest[] = [...nation(options)].map(feedRecords).flatMap(({ households, persons, cards }) => {
    const people = persons.map(person => {
      const held = cards.filter(({ personId }) => personId === person.personId).map(({ personId: _, ...card }) => card)
      return personItem(person, held)
    })
    return [...households.map(householdItem), ...people].map(Item => ({
      PutRequest: { Item: Item as Record<string, AttributeValue> },
    }))
  })
  const most = 25 // DynamoDB takes so many in a BatchWriteItem
  for (let at = 0; at < puts.length; at += most) {
    await clients.db.send(new BatchWriteItemCommand({ RequestItems: { [tables.registry]: puts.slice(at, at + most) } }))
  }
}

/** One household of the nation has another address from now on; `spoilt` are attributes that the intake does not write. */
export async function changeRegistry(
  { clients }: StackProcess,
  options: NationOptions,
  spoilt: Record<string, AttributeValue> = {},
) {
  const [home] = nation(options)
  const [household] = home ? feedRecords(home).households : []
  if (!household) throw new Error('the nation has no household')
  const changed = householdItem({ ...household, addressLine: 'Thôn 99', sourceTime: household.sourceTime + 1000 })
  const Item = { ...(changed as Record<string, AttributeValue>), ...spoilt }
  await clients.db.send(new PutItemCommand({ TableName: tables.registry, Item }))
}

/** Begins a handover and does not wait for it; gives the name of its execution. */
export async function beginHandover({ address }: StackProcess, mode: 'full' | 'delta' = 'full'): Promise<string> {
  const answer = await fetch(`${address.api}/local/handovers`, { method: 'POST', body: JSON.stringify({ mode }) })
  return ((await answer.json()) as { execution: string }).execution
}

export async function handoverEnded(stack: StackProcess, execution: string): Promise<Execution> {
  for (;;) {
    const { events: _, ...state } = await lookAt(stack, execution)
    if (state.status !== 'RUNNING') return state
    await sleep(20)
  }
}

/** True while the execution is in the state; false when it ended before anybody saw it there. */
export async function handoverIn(stack: StackProcess, execution: string, state: string): Promise<boolean> {
  for (;;) {
    const { status, events } = await lookAt(stack, execution)
    const at = events.findLast(event => event.state === state)
    if (at && at.kind !== 'exited') return true
    if (status !== 'RUNNING') return false
  }
}

async function lookAt({ address }: StackProcess, execution: string) {
  const answer = await fetch(`${address.api}/local/handovers/${execution}?from=0`)
  return (await answer.json()) as Execution & { readonly events: readonly MachineEvent[] }
}
