import { hash } from 'node:crypto'
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FaultCode, HandoverFault } from '../../../lambdas/handover/fault.ts'
import { flipped } from '../bytes.ts'
import { failToConvert } from './conversion.ts'
import { type Draft, type DraftFile, draftExport, withFirstFile, withSummary } from './export-draft.ts'

interface Damage {
  readonly that: string
  readonly code: FaultCode
  /** What the message says was being read. */
  readonly reading: (draft: Draft) => string
  readonly says: string | RegExp
  /** Before the export is written: its counts and sums fit. */
  readonly draft?: (draft: Draft) => Draft
  /** After it is written: they do not. */
  readonly spoil?: (dir: string, draft: Draft) => Promise<unknown>
}

const first = ({ files }: Draft) => files[0] as DraftFile
const dataFile = (draft: Draft) => first(draft).name
const dataKey = (draft: Draft) => first(draft).key
const list = ({ summary }: Draft) => summary.manifestFilesS3Key
const summary = ({ summaryKey }: Draft) => summaryKey

const damages: readonly Damage[] = [
  {
    that: 'has a data file that is cut short',
    code: 'data-file-gzip',
    reading: dataFile,
    says: 'cut short or damaged',
    spoil: async (dir, draft) => {
      const path = join(dir, dataKey(draft))
      await truncate(path, Math.floor((await readFile(path)).length / 2))
    },
  },
  {
    that: 'has a data file without the end of its gzip, although its MD5 fits',
    code: 'data-file-gzip',
    reading: dataFile,
    says: 'cut short or damaged',
    draft: draft => withFirstFile(draft, { packed: gzip => gzip.subarray(0, -8) }),
  },
  {
    that: 'has a data file with a wrong CRC, although its MD5 fits',
    code: 'data-file-gzip',
    reading: dataFile,
    says: 'cut short or damaged: incorrect data check; fetch the file again, or make the export again',
    draft: draft => withFirstFile(draft, { packed: gzip => flipped(gzip, gzip.length - 8) }),
  },
  {
    that: 'has a data file that is no gzip',
    code: 'data-file-gzip',
    reading: dataFile,
    says: 'cut short or damaged',
    draft: draft => withFirstFile(draft, { packed: () => Buffer.from('{"Item":{}}\n') }),
  },
  {
    that: 'has a data file of another MD5',
    code: 'data-file-md5',
    reading: dataFile,
    says: /^.*: MD5 is .*==, the manifest says 1B2M2Y8AsgTpgAmY7PhCfg==; fetch the file again, or make the export again$/,
    draft: draft => withFirstFile(draft, { listed: { md5Checksum: hash('md5', '', 'base64') } }),
  },
  {
    that: 'lacks a data file',
    code: 'data-file-missing',
    reading: dataKey,
    says: 'listed in the manifest, and not there',
    spoil: (dir, draft) => rm(join(dir, dataKey(draft))),
  },
  {
    that: 'has a data file that the manifest does not list',
    code: 'data-file-extra',
    reading: draft => `${dirname(dataKey(draft))}/another.json.gz`,
    says: 'there, and not listed in the manifest',
    spoil: (dir, draft) => writeFile(join(dir, dirname(dataKey(draft)), 'another.json.gz'), ''),
  },
  {
    that: 'has fewer items in a data file than the manifest says',
    code: 'data-file-count',
    reading: dataFile,
    says: /: ([0-9]+) items, the manifest says [0-9]+$/,
    draft: draft => withFirstFile(draft, { listed: { itemCount: first(draft).lines.length + 1 } }),
  },
  {
    that: 'has more items in a data file than the manifest says',
    code: 'data-file-count',
    reading: dataFile,
    says: /: ([0-9]+) items, the manifest says [0-9]+$/,
    draft: draft => withFirstFile(draft, { listed: { itemCount: first(draft).lines.length - 1 } }),
  },
  {
    that: 'lists other counts than the summary',
    code: 'export-manifest',
    reading: list,
    says: /: its files hold [0-9]+ items, the summary says 5$/,
    draft: draft => withSummary(draft, { itemCount: 5 }),
  },
  {
    that: 'has a list of files with another MD5 than the one beside it',
    code: 'export-manifest',
    reading: list,
    says: 'its MD5 is not the one beside it',
    spoil: (dir, draft) => writeFile(join(dir, list(draft).replace('.json', '.md5')), hash('md5', '', 'base64')),
  },
  {
    that: 'lacks the MD5 of its list of files',
    code: 'export-manifest',
    reading: draft => list(draft).replace('.json', '.md5'),
    says: 'not there',
    spoil: (dir, draft) => rm(join(dir, list(draft).replace('.json', '.md5'))),
  },
  {
    that: 'has a summary with another MD5 than the one beside it',
    code: 'export-manifest',
    reading: summary,
    says: 'its MD5 is not the one beside it',
    spoil: (dir, draft) => writeFile(join(dir, summary(draft).replace('.json', '.md5')), hash('md5', '', 'base64')),
  },
  {
    that: 'lacks the MD5 of its summary',
    code: 'export-manifest',
    reading: draft => summary(draft).replace('.json', '.md5'),
    says: 'not there',
    spoil: (dir, draft) => rm(join(dir, summary(draft).replace('.json', '.md5'))),
  },
  {
    that: 'lacks its list of files',
    code: 'export-manifest',
    reading: list,
    says: 'not there',
    spoil: (dir, draft) => rm(join(dir, list(draft))),
  },
  {
    that: 'has a line in its list of files that is not JSON',
    code: 'export-manifest',
    reading: draft => `${list(draft)} line 2`,
    says: 'not JSON',
    spoil: async (dir, draft) => {
      const [line = ''] = (await readFile(join(dir, list(draft)), 'utf8')).split('\n')
      await writeList(dir, draft, `${line}\n{"itemCount":\n`)
    },
  },
  {
    that: 'has a negative count in its list of files',
    code: 'export-manifest',
    reading: draft => `${list(draft)} line 1`,
    says: 'itemCount',
    draft: draft => withFirstFile(draft, { listed: { itemCount: -1 } }),
  },
  {
    that: 'has a summary that is not JSON',
    code: 'export-manifest',
    reading: summary,
    says: 'not JSON',
    spoil: (dir, draft) => writeFile(join(dir, draft.summaryKey), '{'),
  },
  {
    that: 'holds what changed, without the export that it follows',
    code: 'export-window',
    reading: summary,
    says: 'put the export of its table that ends there beside it',
    draft: draft =>
      withSummary(draft, {
        exportTime: undefined,
        exportType: 'INCREMENTAL_EXPORT',
        exportFromTime: '2026-11-21T01:00:00.000Z',
        exportToTime: '2026-11-22T01:00:00.000Z',
        outputView: 'NEW_AND_OLD_IMAGES',
      }),
  },
  {
    that: 'is in Amazon Ion',
    code: 'export-manifest',
    reading: summary,
    says: 'outputFormat',
    draft: draft => withSummary(draft, { outputFormat: 'ION' }),
  },
  {
    that: 'lies in another folder than its own keys say',
    code: 'export-manifest',
    reading: () => 'elsewhere/manifest-summary.json',
    says: 'lies elsewhere than its own keys say; keep the folders of AWSDynamoDB/',
    spoil: (dir, draft) => rename(join(dir, dirname(draft.summaryKey)), join(dir, 'elsewhere')),
  },
]

describe('nothing is handed over from an export that', () => {
  it.each(damages)('$that', async ({ code, reading, says, draft: damage = whole => whole, spoil }) => {
    const draft = damage(await draftExport())

    const { error, placed } = await failToConvert(draft, async dir => spoil?.(dir, draft))

    const { message, ...fault } = error as HandoverFault
    expect(fault).toMatchObject({ name: code, code, reading: reading(draft) })
    expect(message).toMatch(says)
    expect(message.startsWith(`${reading(draft)}: `)).toBe(true)
    expect(placed).toEqual([])
  })
})

async function writeList(dir: string, draft: Draft, text: string) {
  await writeFile(join(dir, list(draft)), text)
  await writeFile(join(dir, list(draft).replace('.json', '.md5')), hash('md5', text, 'base64'))
}
