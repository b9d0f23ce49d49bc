import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { type FullExport, writeExportDirectory } from '../../../local/dynamodb/table-export.ts'
import type { Item } from '../../../local/dynamodb/table-item.ts'
import { folder } from '../service.ts'

const exportId = '01763800000000-deadbeef'
const exportFolder = `handovers/AWSDynamoDB/${exportId}`
const minutes = (n: number) => new Date(Date.UTC(2026, 10, 22, 7, n))

describe('an export directory', () => {
  it('has the files of a DynamoDB export, the summary last', async () => {
    const { written, dir } = await exported(people(20))

    expect(written.keys).toEqual([
      `${exportFolder}/_started`,
      ...(await dataKeys(dir)),
      `${exportFolder}/manifest-files.md5`,
      `${exportFolder}/manifest-files.json`,
      `${exportFolder}/manifest-summary.md5`,
      `${exportFolder}/manifest-summary.json`,
    ])
    expect((await readdir(join(dir, exportFolder))).sort()).toEqual([
      '_started',
      'data',
      'manifest-files.json',
      'manifest-files.md5',
      'manifest-summary.json',
      'manifest-summary.md5',
    ])
    expect(await readFile(join(dir, exportFolder, '_started'), 'utf8')).toBe('')
  })

  it('names the key under which it lies', async () => {
    const options = await settings()

    const { manifestKey } = await writeExportDirectory(stream([]), { ...options, kmsKeyId: 'alias/work' })

    expect(JSON.parse(await readFile(join(options.dir, manifestKey), 'utf8'))).toMatchObject({
      s3SseAlgorithm: 'KMS',
      s3SseKmsKeyId: 'alias/work',
    })
  })

  it('summarises the export in every field that DynamoDB writes', async () => {
    const { written, dir } = await exported(people(20))

    expect(JSON.parse(await readFile(join(dir, written.manifestKey), 'utf8'))).toEqual({
      version: '2020-06-30',
      exportArn: `arn:aws:dynamodb:ap-southeast-1:000000000000:table/registry/export/${exportId}`,
      startTime: '2026-11-22T07:01:00.000Z',
      endTime: '2026-11-22T07:02:00.000Z',
      tableArn: 'arn:aws:dynamodb:ap-southeast-1:000000000000:table/registry',
      tableId: '2f6dc2a5-5a5c-4a3e-9a8e-0d5a4c0b7e11',
      exportTime: '2026-11-22T07:00:00.000Z',
      s3Bucket: 'exports',
      s3Prefix: 'handovers',
      s3SseAlgorithm: 'AES256',
      s3SseKmsKeyId: null,
      manifestFilesS3Key: `${exportFolder}/manifest-files.json`,
      billedSizeBytes: written.billedSizeBytes,
      itemCount: 20,
      outputFormat: 'DYNAMODB_JSON',
    })
  })

  it('lists each data file with its items, its digest and the ETag of an upload in one part', async () => {
    const { dir } = await exported(people(20))

    for (const { itemCount, md5Checksum, etag, dataFileS3Key } of await manifestFiles(dir)) {
      const bytes = await readFile(join(dir, dataFileS3Key))
      const md5 = createHash('md5').update(bytes).digest()
      expect(lines(bytes)).toHaveLength(itemCount)
      expect(md5Checksum).toBe(md5.toString('base64'))
      expect(etag).toBe(`${createHash('md5').update(md5).digest('hex')}-1`)
    }
  })

  it('puts the digest of each manifest beside it', async () => {
    const { dir } = await exported(people(20))

    for (const name of ['manifest-files', 'manifest-summary']) {
      const manifest = await readFile(join(dir, exportFolder, `${name}.json`))
      expect(await readFile(join(dir, exportFolder, `${name}.md5`), 'utf8')).toBe(
        createHash('md5').update(manifest).digest('base64'),
      )
    }
  })

  it('holds every item once, in the order of its data file', async () => {
    const { dir } = await exported(people(5000))

    const names = (await allLines(dir)).map(line => JSON.parse(line).Item.PK.S)
    expect(names).toHaveLength(5000)
    expect(new Set(names)).toEqual(new Set(people(5000).map(({ PK }) => PK?.S)))
  })

  it('keeps all items of a partition key in one data file and uses every file', async () => {
    const items = people(200).flatMap(item => [item, { ...item, SK: { S: 'C#health' } }])
    const { dir } = await exported(items)

    const holders = new Map<string, Set<string>>()
    for (const { itemCount, dataFileS3Key } of await manifestFiles(dir)) {
      expect(itemCount).toBeGreaterThan(0)
      for (const line of lines(await readFile(join(dir, dataFileS3Key)))) {
        const name: string = JSON.parse(line).Item.PK.S
        holders.set(name, (holders.get(name) ?? new Set()).add(dataFileS3Key))
      }
    }
    expect([...holders.values()].every(files => files.size === 1)).toBe(true)
  })

  it('writes an empty data file for a partition without items', async () => {
    const { dir } = await exported(people(1))

    const files = await manifestFiles(dir)
    expect(files.map(file => file.itemCount).sort()).toEqual([0, 0, 0, 1])
    expect(await allLines(dir)).toEqual([JSON.stringify({ Item: people(1)[0] })])
  })

  it('writes every type of value as the table holds it', async () => {
    const item: Item = {
      PK: { S: 'P#1' },
      whole: { N: '12345678901234567890123456789012345678' },
      flag: { BOOL: false },
      nothing: { NULL: true },
      names: { SS: ['Ánh', '"Bình"\n'] },
      numbers: { NS: ['1', '-2.5'] },
      cards: { L: [{ M: { code: { S: 'GD4' } } }, { S: '' }] },
    }
    const { dir } = await exported([item])

    expect((await allLines(dir)).map(line => JSON.parse(line))).toEqual([{ Item: item }])
  })

  it.each<[string, AttributeValue, object]>([
    ['an attribute', { B: new Uint8Array([0, 255]) }, { B: 'AP8=' }],
    ['a Buffer', { B: Buffer.from('seal') }, { B: 'c2VhbA==' }],
    ['a set', { BS: [Buffer.from('a'), new Uint8Array([98])] }, { BS: ['YQ==', 'Yg=='] }],
    ['a map', { M: { seal: { B: Buffer.from('seal') } } }, { M: { seal: { B: 'c2VhbA==' } } }],
    ['a list', { L: [{ S: 'x' }, { B: Buffer.from('seal') }] }, { L: [{ S: 'x' }, { B: 'c2VhbA==' }] }],
  ])('writes the bytes of %s in base64', async (_, value, written) => {
    const { dir } = await exported([{ PK: { S: 'P#1' }, value }])

    expect((await allLines(dir)).map(line => JSON.parse(line).Item.value)).toEqual([written])
  })

  it('bills the size of the items in the table', async () => {
    const item: Item = {
      PK: { S: 'Ánh' }, // 2 + 4
      n: { N: '-1200.5' }, // 1 + 4: five digits, rounded up, and one
      k: { N: '1200' }, // 1 + 2: zeros at the end are free
      b: { BOOL: true }, // 1 + 1
      l: { L: [{ S: 'ab' }, { M: { x: { NULL: true } } }] }, // 1 + 3 + (1 + 2) + (1 + 3 + 1 + 1 + 1)
      s: { SS: ['a', 'bc'] }, // 1 + 3
    }
    const { written } = await exported([item])

    expect(written.billedSizeBytes).toBe(6 + 5 + 3 + 2 + 14 + 4)
  })

  it('is the same, byte for byte, from the same items, options and clock', async () => {
    const [one, two] = [await exported(people(300)), await exported(people(300))]

    expect(two.written).toEqual(one.written)
    for (const key of one.written.keys) {
      expect(await readFile(join(two.dir, key))).toEqual(await readFile(join(one.dir, key)))
    }
  })

  it('stands at the root of the bucket without a prefix', async () => {
    const { prefix: _, ...options } = await settings()

    const written = await writeExportDirectory(stream(people(2)), options)
    expect(written.manifestKey).toBe(`AWSDynamoDB/${exportId}/manifest-summary.json`)
    expect(JSON.parse(await readFile(join(options.dir, written.manifestKey), 'utf8')).s3Prefix).toBeNull()
  })

  it('has no summary when the items break off', async () => {
    const options = await settings()
    async function* broken() {
      yield* people(10)
      throw new Error('the scan broke off')
    }

    await expect(writeExportDirectory(broken(), options)).rejects.toThrow('the scan broke off')
    expect(await readdir(join(options.dir, exportFolder))).toEqual(['_started', 'data'])
  })

  it('fails, and asks for no more items, when a data file cannot be written', async () => {
    const options = await settings()
    const written = await writeExportDirectory(stream(people(1)), options)
    const dataFile = written.keys.findLast(key => key.includes('/data/'))
    const path = join(options.dir, dataFile ?? '')
    await rm(path)
    await mkdir(path)

    let closed = false
    async function* endless(): AsyncGenerator<Item> {
      try {
        while (true) {
          yield* people(100)
          await setImmediate()
        }
      } finally {
        closed = true
      }
    }

    await expect(writeExportDirectory(endless(), options)).rejects.toThrow('EISDIR')
    await expect.poll(() => closed).toBe(true)
  })

  it('refuses an item without its partition key', async () => {
    await expect(exported([{ SK: { S: 'P' } }])).rejects.toThrow('item without PK')
  })

  it('refuses a number of files that is not one', async () => {
    const options = await settings()
    await expect(writeExportDirectory(stream([]), { ...options, files: 0 })).rejects.toThrow(
      'files: expected a whole number from 1, got 0',
    )
  })
})

async function exported(items: readonly Item[]) {
  const options = await settings()
  return { dir: options.dir, written: await writeExportDirectory(stream(items), options) }
}

async function settings(): Promise<FullExport> {
  let minute = 0
  return {
    dir: await folder(),
    bucket: 'exports',
    prefix: 'handovers',
    exportId,
    tableArn: 'arn:aws:dynamodb:ap-southeast-1:000000000000:table/registry',
    tableId: '2f6dc2a5-5a5c-4a3e-9a8e-0d5a4c0b7e11',
    exportTime: minutes(0),
    partitionKey: 'PK',
    files: 4,
    clock: () => {
      minute += 1
      return minutes(minute)
    },
  }
}

function people(count: number): readonly Item[] {
  return Array.from({ length: count }, (_, n) => ({ PK: { S: `P#${n}` }, SK: { S: 'P' }, name: { S: 'Nguyễn Văn A' } }))
}

async function* stream(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}

interface ManifestLine {
  readonly itemCount: number
  readonly md5Checksum: string
  readonly etag: string
  readonly dataFileS3Key: string
}

async function manifestFiles(dir: string): Promise<readonly ManifestLine[]> {
  const text = await readFile(join(dir, exportFolder, 'manifest-files.json'), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
}

async function dataKeys(dir: string): Promise<readonly string[]> {
  return (await manifestFiles(dir)).map(file => file.dataFileS3Key)
}

async function allLines(dir: string): Promise<readonly string[]> {
  const files = await Promise.all((await dataKeys(dir)).map(key => readFile(join(dir, key))))
  return files.flatMap(lines)
}

function lines(gzipped: Buffer): readonly string[] {
  return gunzipSync(gzipped).toString().split('\n').slice(0, -1)
}
