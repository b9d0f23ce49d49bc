import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ObjectStore } from '../../shared/object-store.ts'
import { latestKey } from '../latest.ts'
import { manifestName, packagePrefix, sequenceText, signatureName } from '../manifest.ts'
import type { Publication, PublicationFacts } from '../publication.ts'
import { type Receipt, receipt } from '../receipt.ts'
import { type PullTransport, type Span, TransportFault } from './pull-transport.ts'

/**
 * A medium that is carried, such as a disk: `<recipient>/` lies on it as it is published, unchanged, and the recipient's receipts lie
 * in `<recipient>/receipts/`.
 */
export interface Medium {
  readonly dir: string
  readonly recipient: string
}

/** What a recipient is still owed: all that follows the newest handover that he settled, the oldest first. */
export function owed(publications: readonly Publication[]): readonly PublicationFacts[] {
  const newest = publications.findIndex(({ state }) => state === 'closed')
  const open = newest < 0 ? publications : publications.slice(0, newest)
  return open
    .filter(({ state }) => state !== 'prepared')
    .map(({ facts }) => facts)
    .reverse()
}

/** Puts handovers onto a medium, each one's manifest last and `latest.json` after all of them. What lies there already stays. */
export async function loadMedium(
  published: ObjectStore,
  { dir, recipient }: Medium,
  handovers: readonly PublicationFacts[],
  onFile: (done: number, of: number) => void = () => {},
) {
  const packages = handovers.flatMap(({ sequence, changes }) => [
    ...(changes ? [packagePrefix('changes', recipient, sequence)] : []),
    packagePrefix('snapshots', recipient, sequence),
  ])
  const listed = await Promise.all(packages.map(prefix => published.list(`${prefix}/`)))
  const objects = listed.flatMap(inOrder)
  for (const [index, { key, bytes }] of objects.entries()) {
    if ((await sizeOf(join(dir, key))) !== bytes) await copyOut(published, key, dir)
    onFile(index + 1, objects.length)
  }
  await copyOut(published, latestKey(recipient), dir)
}

/** Receipts that came back on a medium. @throws ZodError when one is none. */
export async function receiptsOn({ dir, recipient }: Medium): Promise<readonly Receipt[]> {
  const folder = join(dir, recipient, 'receipts')
  const names = await readdir(folder).catch(absent)
  const found = (names ?? []).filter(name => name.endsWith('.json')).sort()
  return Promise.all(found.map(async name => receipt.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))))
}

/** For a recipient who was brought a medium: nobody else is asked for anything. */
export function mediumTransport({ dir, recipient }: Medium): PullTransport {
  return {
    latest: () => readFile(join(dir, latestKey(recipient))).catch(absent),
    notices: async () => [],
    open({ form, sequence }) {
      const folder = join(dir, packagePrefix(form, recipient, sequence))
      return {
        async read(path, span, etag) {
          const file = join(folder, path)
          const { size, mtimeMs } = await stat(file).catch(notThere)
          const found = `${size}-${mtimeMs}`
          if (etag !== undefined && etag !== found) throw new TransportFault('changed', `${path} is another file now`)
          return { bytes: createReadStream(file, spanOf(span)), etag: found }
        },
      }
    },
    async answer(answered) {
      const folder = join(dir, recipient, 'receipts')
      const path = join(folder, `${sequenceText(answered.sequence)}-${answered.manifestSha256.slice(0, 8)}.json`)
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(`${path}.part`, `${JSON.stringify(answered, null, 2)}\n`)
        await rename(`${path}.part`, path)
      } catch (cause) {
        throw new TransportFault('refused', `the receipt cannot be written to ${folder}`, { cause })
      }
    },
  }
}

function spanOf(span: Span | undefined) {
  return span ? { start: span.first, end: span.last } : {}
}

function inOrder<Listed extends { readonly key: string }>(objects: readonly Listed[]): readonly Listed[] {
  const rank = ({ key }: Listed) => (key.endsWith(`/${manifestName}`) ? 2 : key.endsWith(`/${signatureName}`) ? 1 : 0)
  return [...objects].sort((a, b) => rank(a) - rank(b))
}

async function copyOut(published: ObjectStore, key: string, dir: string) {
  const path = join(dir, key)
  const landing = `${path}.part`
  await mkdir(dirname(path), { recursive: true })
  await pipeline(await published.read(key), createWriteStream(landing))
  await rename(landing, path)
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size
}

function notThere(cause: unknown): never {
  throw new TransportFault('not-there', 'no such file on the medium', { cause })
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
