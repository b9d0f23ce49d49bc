import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { recipientTransport } from '../../bin/recipient-transport.ts'
import type { Pulled } from '../../lambdas/handover/pull/pull.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import { enrol, readJwks } from '../../lambdas/handover/pull/trust-files.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { enrolClient } from '../../local/client-key.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { folder } from '../local/service.ts'
import { beginHandover, handoverEnded, loadRegistry, type StackProcess, serveStack } from './handover-stack.ts'

export const people = 40
export const registered = { people, seed: 7, today: dayInVietnam(new Date()) }

/** A stack in a process of its own, and the folder with its state and with its recipient's inbox and trust. */
export interface Scene {
  readonly stack: StackProcess
  readonly dir: string
}

/** Before a file's tests: a stack whose registry is full and whose first handover was pulled. What it gives goes on from a copy of that. */
export function handedOverOnce(): () => Promise<Scene> {
  let prepared: string
  beforeAll(async () => {
    prepared = await mkdtemp(join(tmpdir(), 'bangiao-'))
    const stack = await serveStack(join(prepared, 'state'))
    try {
      await loadRegistry(stack, registered)
      await enrol(join(prepared, 'trust'), await readJwks(stack.address.jwks))
      await enrolClient(stack.address.api, join(prepared, 'state'), { role: 'recipient', recipient: 'moh' })
      await handedOver(stack)
      await pullAll(stack, prepared)
    } finally {
      await stack.end('SIGTERM')
    }
  })
  afterAll(() => rm(prepared, { recursive: true, force: true }))
  return async () => {
    const dir = await folder()
    await cp(prepared, dir, { recursive: true })
    return { stack: await served(dir), dir }
  }
}

/** The stack whose state lies in `dir`, once more. */
export async function served(dir: string): Promise<StackProcess> {
  const stack = await serveStack(join(dir, 'state'))
  onTestFinished(() => stack.end('SIGKILL'))
  return stack
}

export async function handedOver(stack: StackProcess) {
  return handoverEnded(stack, await beginHandover(stack))
}

export async function pullAll(stack: StackProcess, dir: string): Promise<readonly Pulled[]> {
  const { handovers } = await pull({
    ...thisMachine,
    recipient: 'moh',
    transport: await recipientTransport('https', stack, join(dir, 'state'), 'moh'),
    dir: join(dir, 'inbox'),
    trustDir: join(dir, 'trust'),
    withChanges: true,
  })
  return handovers
}

export async function closed({ ledger }: StackProcess, sequence: number) {
  await expect.poll(() => ledger.publication('moh', sequence), { timeout: 10_000 }).toMatchObject({ state: 'closed' })
}
