import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Link } from './handover.ts'
import { ledgerKey as key, type LedgerKey, ledgerDocuments, stillAt } from './ledger-documents-store.ts'
import { sequenceText } from './manifest.ts'
import type { Publication, PublicationFacts } from './publication.ts'
import type { Receipt } from './receipt.ts'

/** Who may run a handover, how far each recipient's chain has come, and what became of every handover. */
export interface Ledger {
  lease(): Promise<Lease | undefined>
  /** False when another execution holds a lease that has not run out by `now`. */
  takeLease(lease: Lease, now: Date): Promise<boolean>
  /** False once another execution has taken it, even if that one gave it back since. */
  renewLease(lease: Lease): Promise<boolean>
  /** Nothing happens when another execution holds it. */
  releaseLease(execution: string): Promise<void>
  /** Never gives the same number twice; gaps are normal. */
  nextSequence(): Promise<number>
  run(sequence: number): Promise<Run | undefined>
  putRun(run: Run): Promise<void>
  /** The newest run that was published to everybody. */
  lastPublished(): Promise<Run | undefined>
  /** The newest handover that a recipient was given. */
  head(recipient: string): Promise<Link | undefined>
  /** False when the head is no longer `from`. */
  moveHead(recipient: string, from: Link | undefined, to: Link): Promise<boolean>
  publication(recipient: string, sequence: number): Promise<Publication | undefined>
  /** As prepared. False when the publication is already there. */
  addPublication(facts: PublicationFacts): Promise<boolean>
  /** False when it is no longer in state `from`. */
  movePublication(from: Publication['state'], to: Publication): Promise<boolean>
  /** By recipient, sequence and manifest: the newest that was sent takes the place of the one before. */
  putReceipt(receipt: Receipt): Promise<void>
  receipt(sent: Pick<Receipt, 'recipient' | 'sequence' | 'manifestSha256'>): Promise<Receipt | undefined>
  /** The newest `publicationsKept`, newest first. */
  publications(recipient: string): Promise<readonly Publication[]>
}

export interface Lease {
  readonly execution: string
  readonly sequence: number
  readonly until: Date
}

/** One execution of the state machine. */
export interface Run {
  readonly sequence: number
  readonly execution: string
  readonly state: 'running' | 'published' | 'failed'
  readonly asOf: string
  readonly exportArns?: readonly string[]
  readonly fault?: string
}

export function ledgerStore(db: DynamoDBClient, table: string): Ledger {
  const { get, put, newest } = ledgerDocuments(db, table)
  return {
    async lease() {
      const kept = await get<Omit<Lease, 'until'> & { until: string }>(keys.lease)
      return kept && { ...kept, until: new Date(kept.until) }
    },
    takeLease: (lease, now) =>
      put(keys.lease, lease, {
        marks: leaseMarks(lease),
        expression: {
          ConditionExpression: 'attribute_not_exists(PK) OR execution = :me OR #until <= :now',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':me': { S: lease.execution }, ':now': { N: String(now.getTime()) } },
        },
      }),
    renewLease: lease =>
      put(keys.lease, lease, { marks: leaseMarks(lease), expression: stillAt('execution', lease.execution) }),
    async releaseLease(execution) {
      const lease = await this.lease()
      if (lease?.execution === execution) await this.renewLease({ ...lease, until: new Date(0) })
    },
    async nextSequence() {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keys.sequence,
        UpdateExpression: 'ADD #value :one',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      })
      return Number((await db.send(update)).Attributes?.value?.N)
    },
    run: sequence => get<Run>(keys.run(sequence)),
    async putRun(run) {
      await put(keys.run(run.sequence), run)
    },
    async lastPublished() {
      for await (const run of newest<Run>(keys.lease.PK, 'RUN#')) if (run.state === 'published') return run
      return undefined
    },
    head: recipient => get<Link>(keys.head(recipient)),
    moveHead: (recipient, from, to) =>
      put(keys.head(recipient), to, {
        marks: { sha256: { S: to.sha256 } },
        expression: stillAt('sha256', from?.sha256),
      }),
    publication: (recipient, sequence) => get<Publication>(publicationKey({ recipient, sequence })),
    addPublication(facts) {
      const publication: Publication = { state: 'prepared', facts }
      return put(publicationKey(facts), publication, {
        marks: { state: { S: publication.state } },
        expression: stillAt('state', undefined),
      })
    },
    movePublication: (from, to) =>
      put(publicationKey(to.facts), to, { marks: { state: { S: to.state } }, expression: stillAt('state', from) }),
    async putReceipt(receipt) {
      await put(keys.receipt(receipt), receipt)
    },
    receipt: sent => get<Receipt>(keys.receipt(sent)),
    async publications(recipient) {
      const found: Publication[] = []
      for await (const publication of newest<Publication>(keys.head(recipient).PK, 'HANDOVER#')) {
        found.push(publication)
        if (found.length === publicationsKept) break
      }
      return found
    },
  }
}

/** More than a year of daily handovers: no agreement keeps one longer. */
export const publicationsKept = 400

const keys = {
  lease: key('HANDOVER', 'LEASE'),
  sequence: key('HANDOVER', 'SEQUENCE'),
  run: (sequence: number) => key('HANDOVER', `RUN#${sequenceText(sequence)}`),
  head: (recipient: string) => key(`RECIPIENT#${recipient}`, 'HEAD'),
  receipt: ({ recipient, sequence, manifestSha256 }: Pick<Receipt, 'recipient' | 'sequence' | 'manifestSha256'>) =>
    key(`RECIPIENT#${recipient}`, `RECEIPT#${sequenceText(sequence)}#${manifestSha256}`),
}

function leaseMarks({ execution, until }: Lease) {
  return { execution: { S: execution }, until: { N: String(until.getTime()) } }
}

function publicationKey({ recipient, sequence }: Pick<PublicationFacts, 'recipient' | 'sequence'>): LedgerKey {
  return key(`RECIPIENT#${recipient}`, `HANDOVER#${sequenceText(sequence)}`)
}
