import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import middy from '@middy/core'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { z } from 'zod'
import { log } from '../shared/log.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import { type FeedLine, feedLines } from './feed-lines.ts'
import { type FeedKind, feedKinds, type Refusal, readFeedLine } from './feeds.ts'
import type { Claim, FirstLoads } from './first-load-store.ts'
import { refused, type Settled } from './intake.ts'
import { brokenRules } from './intake-rules.ts'
import { type Row, takeRows } from './intake-steps.ts'
import { type Piece, readPieceKey } from './landing-keys.ts'
import { type Tally, tally } from './outcome.ts'
import type { Outcomes } from './outcome-store.ts'
import type { RegistryStore } from './registry-store.ts'

interface Needs {
  readonly landing: ObjectStore
  readonly registry: RegistryStore
  readonly outcomes: Outcomes
  readonly firstLoads: FirstLoads
  readonly hashKey: () => Promise<Uint8Array>
  readonly clock: () => Date
  readonly newId: () => string
}

/** S3's "Object Created" event as EventBridge sends it. */
const objectCreated = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) })

/** Records that are read and written together. */
const rowsAtOnce = 500

/** Takes one piece of a feed into the registry and puts its outcome; a piece that has an outcome is left alone. */
export async function takePiece(needs: Needs, { body }: SQSRecord) {
  const { key } = objectCreated.parse(JSON.parse(body)).detail.object
  const piece = readPieceKey(key)
  if (!piece) throw new Error('an object in the landing bucket that is no piece of a feed')
  if (await needs.outcomes.find(key)) return
  const started = performance.now()
  const { outcome, rejects } = await takeFeed(needs, piece)
  await needs.outcomes.put(key, outcome, rejects)
  log.info('piece taken', {
    rows: outcome.lines,
    refused: outcome.refused,
    milliseconds: Math.round(performance.now() - started),
  })
}

/** One piece after the other; one that fails returns to its queue alone, and after some tries goes to the dead letters. */
export function intakeJob(needs: Needs) {
  const messages = new BatchProcessor(EventType.SQS)
  return middy<SQSEvent>().handler((event, context) =>
    processPartialResponse(event, (record: SQSRecord) => takeOrTell(needs, record), messages, {
      context,
      processInParallel: false,
    }),
  )
}

async function takeOrTell(needs: Needs, record: SQSRecord) {
  try {
    await takePiece(needs, record)
  } catch (error) {
    log.error('piece not taken', error)
    throw error
  }
}

async function takeFeed(needs: Needs, piece: Piece) {
  const counts = tally(piece.kind)
  const kind = feedKinds.find(kind => kind === piece.kind)
  if (!kind) {
    counts.add([{ line: 0, ...refused('file', `a feed of ${feedKinds.join(', ')}`, piece.kind) }])
    return counts.result()
  }
  const claim = await needs.firstLoads.claim({ kind, file: piece.file, holder: needs.newId() })
  await takeLines(needs, piece, kind, claim, counts)
  // Not after a failure: a write may still be under way, and the holder's time outlasts it.
  await claim.giveBack()
  return counts.result()
}

async function takeLines<Kind extends FeedKind>(needs: Needs, piece: Piece, kind: Kind, claim: Claim, counts: Tally) {
  const { registry, landing, clock } = needs
  const hashKey = await needs.hashKey()
  let rows: Row<Kind>[] = []
  const takeWhatIsRead = async () => {
    counts.add(await takeRows({ registry, hashKey, claim, clock }, kind, rows))
    rows = []
  }
  for await (const line of feedLines(await landing.read(piece.key))) {
    const read = readRow(kind, line, clock())
    if ('record' in read) rows.push(read)
    else counts.add([read])
    if (rows.length === rowsAtOnce) await takeWhatIsRead()
  }
  await takeWhatIsRead()
}

function readRow<Kind extends FeedKind>(kind: Kind, read: FeedLine, now: Date): Row<Kind> | Settled {
  const { line } = read
  if ('refusals' in read) return { line, verdict: 'refused', refusals: read.refusals }
  const record = readFeedLine(kind, read.text)
  if (isRefusals(record)) return { line, verdict: 'refused', refusals: record }
  const refusals = brokenRules(kind, record, now)
  return refusals.length > 0 ? { line, verdict: 'refused', refusals } : { line, record }
}

function isRefusals(read: object): read is readonly Refusal[] {
  return Array.isArray(read)
}
