import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import parquetjs from 'parquetjs-lite'
import { type FeedKind, feedEndings, feedKindOf, feedKinds, rejectsEnding } from '../lambdas/registry/feeds.ts'
import { refused, type Verdict, verdicts } from '../lambdas/registry/intake.ts'
import { pieceKey } from '../lambdas/registry/landing-keys.ts'
import { type Outcome, tally } from '../lambdas/registry/outcome.ts'
import { outcomeStore } from '../lambdas/registry/outcome-store.ts'
import { type Reject, rejectColumns } from '../lambdas/registry/rejects.ts'
import type { ObjectStore } from '../lambdas/shared/object-store.ts'
import { inScratch } from '../lambdas/shared/scratch-files.ts'
import { writeSmallParquet } from '../lambdas/shared/small-parquet-files.ts'
import { type FeedFileFacts, feedFileFacts, feedPieces } from './feed-pieces.ts'
import { RefusedFileError } from './feed-text.ts'

/** What became of a file of a feed. */
export interface SentFeed extends Readonly<Record<Verdict, number>> {
  readonly file: string
  readonly kind: FeedKind
  readonly lines: number
  /** The file beside it that holds what was refused. */
  readonly rejectsFile?: string
  readonly rejects: readonly Reject[]
}

/**
 * Sends files of feeds through the landing bucket, households first and contributions last, and waits until all of it is taken in.
 * Each file is named after its kind, such as `persons-2026-11.ndjson` or `cards.csv`.
 */
export async function sendFeeds(
  landing: ObjectStore,
  files: readonly string[],
  onProgress: (linesDone: number, lines: number) => void = () => {},
): Promise<readonly SentFeed[]> {
  const feeds = await Promise.all(files.map(async file => ({ file, kind: kindOf(file), ...(await factsOrRule(file)) })))
  const lines = feeds.reduce((sum, { lines }) => sum + lines, 0)
  onProgress(0, lines)
  const sent: SentFeed[] = []
  for (const feed of feeds.toSorted((one, other) => feedKinds.indexOf(one.kind) - feedKinds.indexOf(other.kind))) {
    const before = sent.reduce((sum, { lines }) => sum + lines, 0)
    const settled =
      'rule' in feed ? refusedFile(feed) : await sendFile(landing, feed, done => onProgress(before + done, lines))
    sent.push(await withRejectsFile(settled))
  }
  return sent
}

type Feed<Facts> = Facts & { readonly file: string; readonly kind: FeedKind }

/** The rule for which a file is refused as a whole, before anything of it is sent. */
interface Rule {
  readonly lines: 0
  readonly rule: string
}

async function factsOrRule(file: string): Promise<FeedFileFacts | Rule> {
  return feedFileFacts(file).catch(error => {
    if (error instanceof RefusedFileError) return { lines: 0, rule: error.rule }
    throw error
  })
}

function kindOf(file: string): FeedKind {
  const kind = feedKindOf(basename(file))
  if (!kind)
    throw new Error(
      `${file} does not begin with one of ${feedKinds.join(', ')}, or does not end in one of ${feedEndings.join(', ')}, or is a file of rejects (${rejectsEnding})`,
    )
  return kind
}

/** One piece after the other, so that on a first load each is alone. */
async function sendFile(
  landing: ObjectStore,
  { file, kind, sha256 }: Feed<FeedFileFacts>,
  onProgress: (linesDone: number) => void,
): Promise<SentFeed> {
  const counts = Object.fromEntries(verdicts.map(verdict => [verdict, 0])) as Record<Verdict, number>
  const rejects: Reject[] = []
  let lines = 0
  let number = 0
  for await (const bytes of feedPieces(file)) {
    const outcome = await sendPiece(landing, time => pieceKey(kind, sha256, number, time), bytes)
    for (const verdict of verdicts) counts[verdict] += outcome[verdict]
    if (outcome.rejectsKey) rejects.push(...(await readRejects(landing, outcome.rejectsKey, lines)))
    lines += outcome.lines
    number++
    onProgress(lines)
  }
  return { file, kind, lines, ...counts, rejects }
}

function refusedFile({ file, kind, rule }: Feed<Rule>): SentFeed {
  const counts = tally(kind)
  counts.add([{ line: 0, ...refused('file', rule, undefined) }])
  const { outcome, rejects } = counts.result()
  return { ...outcome, file, kind, rejects }
}

async function withRejectsFile(sent: SentFeed): Promise<SentFeed> {
  const rejectsFile = `${sent.file}${rejectsEnding}`
  await rm(rejectsFile, { force: true })
  if (sent.rejects.length === 0) return sent
  await writeSmallParquet(rejectsFile, rejectColumns, sent.rejects)
  return { ...sent, rejectsFile }
}

/**
 * A piece that has an outcome is sent again under another key: what it was refused for may be there by now. One that has
 * none is put once more, so that a piece whose message was lost is announced again.
 */
async function sendPiece(landing: ObjectStore, keyAt: (time: number) => string, bytes: Buffer): Promise<Outcome> {
  const outcomes = outcomeStore(landing, tmpdir())
  let time = 1
  while (await outcomes.find(keyAt(time))) time++
  const key = keyAt(time)
  await landing.put(key, bytes)
  const patience = AbortSignal.timeout(outcomeMilliseconds)
  for (;;) {
    const outcome = await outcomes.find(key)
    if (outcome) return outcome
    if (patience.aborted)
      throw new Error(
        `${key} has no outcome after ${outcomeMilliseconds / 60_000} minutes: see the dead letters of the landing queue`,
      )
    await sleep(pollMilliseconds)
  }
}

const outcomeMilliseconds = 15 * 60_000
const pollMilliseconds = 50

/** With the lines counted from the beginning of the file. */
async function readRejects(landing: ObjectStore, key: string, linesBefore: number): Promise<readonly Reject[]> {
  return inScratch(tmpdir(), 'rejects', async dir => {
    const reader = await parquetjs.ParquetReader.openFile(await landing.localFile(key, dir))
    const cursor = reader.getCursor()
    const rejects: Reject[] = []
    for (let row = await cursor.next(); row; row = await cursor.next()) {
      const { line, ...rest } = row as unknown as Reject
      rejects.push({ line: String(Number(line) + (line === '0' ? 0 : linesBefore)), ...rest })
    }
    await reader.close()
    return rejects
  })
}
