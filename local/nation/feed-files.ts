import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { feedKinds } from '../../lambdas/registry/feeds.ts'
import { makeFolder } from '../make-folder.ts'
import { feedLine } from './feed-line.ts'
import { type FeedRecords, feedRecords } from './feed-records.ts'
import { type NationOptions, nation } from './nation.ts'
import { news } from './news.ts'

export interface FeedFiles {
  readonly households: number
  readonly persons: number
  readonly cards: number
  readonly contributions: number
  readonly files: string[]
}

/** Writes a file a kind of feed, such as `households.ndjson`; all but the households are sorted by person id. */
export function writeFeedFiles(
  options: NationOptions,
  dir: string,
  onProgress?: (peopleDone: number) => void,
): Promise<FeedFiles> {
  return writeRecords(nation(options).map(feedRecords), dir, onProgress)
}

/** Writes what happens in the nation on its `today`, as feeds of the records that change. */
export function writeNewsFiles(options: NationOptions, dir: string): Promise<FeedFiles> {
  return writeRecords(news(options), dir)
}

async function writeRecords(
  homes: Iterable<FeedRecords>,
  dir: string,
  onProgress?: (peopleDone: number) => void,
): Promise<FeedFiles> {
  await makeFolder(dir)
  const feeds = {
    households: await feedFile(join(dir, 'households.ndjson')),
    persons: await feedFile(join(dir, 'persons.ndjson')),
    cards: await feedFile(join(dir, 'cards.ndjson')),
    contributions: await feedFile(join(dir, 'contributions.ndjson')),
  }
  const counts = { households: 0, persons: 0, cards: 0, contributions: 0 }
  try {
    for (const records of homes) {
      for (const kind of feedKinds) {
        for (const record of records[kind]) {
          const line = `${feedLine(kind, record)}\n`
          if (!feeds[kind].hasRoomFor(line)) await feeds[kind].flush()
          feeds[kind].add(line)
        }
        counts[kind] += records[kind].length
      }
      if (counts.persons % 1000 < records.persons.length) onProgress?.(counts.persons)
    }
    for (const kind of feedKinds) await feeds[kind].flush()
    onProgress?.(counts.persons)
  } finally {
    for (const kind of feedKinds) await feeds[kind].close()
  }
  return { ...counts, files: feedKinds.map(kind => feeds[kind].file) }
}

/** Lines are encoded one by one into a buffer of a mebibyte, so memory stays flat and no long string is ever built. */
async function feedFile(file: string) {
  const handle = await open(file, 'w')
  const buffer = Buffer.allocUnsafe(1 << 20)
  let used = 0
  return {
    file,
    hasRoomFor: (line: string) => used + line.length * 3 <= buffer.length,
    add(line: string) {
      used += buffer.write(line, used)
    },
    async flush() {
      await handle.writeFile(buffer.subarray(0, used))
      used = 0
    },
    close: () => handle.close(),
  }
}
