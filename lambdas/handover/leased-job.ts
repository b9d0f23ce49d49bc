import type { z } from 'zod'
import { job } from '../shared/job.ts'
import { HandoverFault } from './fault.ts'
import type { Ledger, Run } from './ledger-store.ts'

export interface LeaseNeeds {
  readonly ledger: Ledger
  readonly clock: () => Date
}

/** Far longer than one step takes, or the maps between two. */
export const leaseMilliseconds = 3 * 3_600_000

/**
 * A step that the machine takes between its maps: it renews the lease before all else, so an execution that lost it goes no further.
 * @throws HandoverFault when another execution has taken the lease meanwhile.
 */
export function leasedJob<Schema extends z.ZodType<{ readonly sequence: number }>, Answer>(
  name: string,
  schema: Schema,
  needs: LeaseNeeds,
  step: (input: z.output<Schema>) => Promise<Answer>,
) {
  return job(name, schema, async input => {
    await renewLease(needs, input.sequence)
    return step(input)
  })
}

async function renewLease({ ledger, clock }: LeaseNeeds, sequence: number) {
  const { execution } = (await ledger.run(sequence)) as Run
  if (await ledger.renewLease({ execution, sequence, until: leaseEnd(clock()) })) return
  const holder = await ledger.lease()
  const taken = `its lease ran out, and ${holder?.execution} took it for handover ${holder?.sequence}`
  throw new HandoverFault('already-running', execution, taken)
}

export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + leaseMilliseconds)
}
