import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Of } from '../../shared/digest-files.ts'
import type { ListedObject, ObjectStore } from '../../shared/object-store.ts'
import type { Link } from '../handover.ts'
import { latestKey } from '../latest.ts'
import { manifestName, packagePrefix, readManifest, sequenceText, signatureName } from '../manifest.ts'
import type { Publication, PublicationFacts } from '../publication.ts'
import { type Receipt, receipt } from '../receipt.ts'
import { type PullTransport, type Span, TransportFault } from './pull-transport.ts'
import { entryAt, readRegular, regularFile, writeRegular } from './regular-files.ts'

/**
 * A medium that is carried, such as a disk: `<recipient>/` lies on it as it is published, unchanged, and the recipient's receipts lie
 * in `<recipient>/receipts/`. Whoever had it in his hands may have put anything there: a link on it is never followed.
 */
export interface Medium {
  readonly dir: string
  readonly recipient: string
}

/**
 * What a recipient is still owed, the oldest first: all that follows the newest handover that he settled, up to the one that
 * `latest.json` names. That one is published even while the ledger has it as prepared.
 */
export function owed(publications: readonly Publication[], newest: Link): readonly PublicationFacts[] {
  const settled = publications.findIndex(({ state }) => state === 'closed')
  const open = settled < 0 ? publications : publications.slice(0, settled)
  return open
    .filter(({ state, facts }) => state !== 'prepared' || facts.manifestSha256 === newest.sha256)
    .map(({ facts }) => facts)
    .filter(({ sequence }) => sequence <= newest.sequence)
    .reverse()
}

/** What lies on a medium once it is loaded, and what could not be put there any more: sequences. */
export interface Loaded {
  readonly carried: readonly number[]
  readonly notKept: readonly number[]
}

/**
 * Puts handovers onto a medium, each one's manifest last and `latest.json` after all of them. Data files that lie there already and are
 * whole stay.
 */
export async function loadMedium(
  published: ObjectStore,
  { dir, recipient }: Medium,
  handovers: readonly PublicationFacts[],
  latest: Uint8Array,
  onFile: (done: number, of: number) => void = () => {},
): Promise<Loaded> {
  const objects: PublishedObject[] = []
  const [carried, notKept]: [number[], number[]] = [[], []]
  for (const { sequence, changes } of handovers) {
    const snapshot = await objectsOf(published, packagePrefix('snapshots', recipient, sequence))
    if (snapshot.length === 0) {
      notKept.push(sequence)
      continue
    }
    if (changes) objects.push(...(await objectsOf(published, packagePrefix('changes', recipient, sequence))))
    objects.push(...snapshot)
    carried.push(sequence)
  }
  for (const [index, object] of objects.entries()) {
    if (!(await isWhole(dir, object))) await writeRegular(dir, object.key, await published.read(object.key))
    onFile(index + 1, objects.length)
  }
  await writeRegular(dir, latestKey(recipient), Buffer.from(latest))
  return { carried, notKept }
}

/** Receipts that came back on a medium. @throws ZodError when one is none. */
export async function receiptsOn({ dir, recipient }: Medium): Promise<readonly Receipt[]> {
  const folder = `${recipient}/receipts`
  if (!(await entryAt(dir, folder))) return []
  const found = (await readdir(join(dir, folder))).filter(name => name.endsWith('.json')).sort()
  const read = (name: string) => readRegular(dir, `${folder}/${name}`) as Promise<Buffer>
  return Promise.all(found.map(async name => receipt.parse(JSON.parse((await read(name)).toString()))))
}

/** For a recipient who was brought a medium: nobody else is asked for anything. */
export function mediumTransport({ dir, recipient }: Medium): PullTransport {
  return {
    async latest() {
      const bytes = await readRegular(dir, latestKey(recipient))
      if (!bytes) throw new TransportFault('not-there', `${dir} has no ${latestKey(recipient)}: ${whatThen(recipient)}`)
      return bytes
    },
    notices: async () => [],
    open({ form, sequence }) {
      const prefix = packagePrefix(form, recipient, sequence)
      return {
        async read(path, span, etag) {
          const found = await regularFile(dir, `${prefix}/${path}`)
          if (!found) throw new TransportFault('not-there', `${path} is not on the medium`)
          const version = `${found.size}-${found.mtimeMs}`
          if (etag !== undefined && etag !== version) throw new TransportFault('changed', `${path} is another file now`)
          return { bytes: createReadStream(join(dir, prefix, path), spanOf(span)), etag: version }
        },
      }
    },
    async answer(answered) {
      const name = `${sequenceText(answered.sequence)}-${answered.manifestSha256.slice(0, 8)}.json`
      const path = `${recipient}/receipts/${name}`
      if (!(await entryAt(dir, recipient))) throw new TransportFault('not-there', `${dir} has no ${recipient}/`)
      try {
        await writeRegular(dir, path, Buffer.from(`${JSON.stringify(answered, null, 2)}\n`))
      } catch (cause) {
        const { message } = cause as Error
        throw new TransportFault('refused', `the receipt cannot be written to the medium: ${message}`, { cause })
      }
    },
  }
}

function whatThen(recipient: string): string {
  return `it is not there, was not loaded to its end, or is another's; name with --from the folder that holds ${recipient}/`
}

function spanOf(span: Span | undefined) {
  return span ? { start: span.first, end: span.last } : {}
}

interface PublishedObject extends ListedObject {
  /** Of a data file: what the manifest says of it, `sha256:` and hex. */
  readonly hash?: string
}

/** The objects of a package, its signature and its manifest last; none once it is no longer kept. */
async function objectsOf(published: ObjectStore, prefix: string): Promise<readonly PublishedObject[]> {
  const listed = await published.list(`${prefix}/`)
  const bytes = (await published.get(`${prefix}/${manifestName}`))?.bytes
  if (!bytes) return []
  const resources = readManifest(bytes)?.resources ?? []
  const hashes = new Map(resources.map(({ path, hash }) => [`${prefix}/${path}`, hash]))
  return inOrder(listed).map(object => {
    const hash = hashes.get(object.key)
    return hash === undefined ? object : { ...object, hash }
  })
}

function inOrder(objects: readonly ListedObject[]): readonly ListedObject[] {
  const rank = ({ key }: ListedObject) =>
    key.endsWith(`/${manifestName}`) ? 2 : key.endsWith(`/${signatureName}`) ? 1 : 0
  return [...objects].sort((a, b) => rank(a) - rank(b))
}

/** Whether the very bytes lie there; of all but data files that is not asked, since they are small. */
async function isWhole(dir: string, { key, bytes, hash }: PublishedObject): Promise<boolean> {
  if (hash === undefined || (await regularFile(dir, key))?.size !== bytes) return false
  return `sha256:${await sha256Of(join(dir, key))}` === hash
}
