import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeExportCommand,
  DynamoDBClient,
  type ExportDescription,
  ExportTableToPointInTimeCommand,
  type ExportTableToPointInTimeCommandInput,
  GetItemCommand,
  ListExportsCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type DynamodbOptions, startDynamodb } from '../../../local/dynamodb/dynamodb.ts'
import type { Item } from '../../../local/dynamodb/table-item.ts'
import { startS3 } from '../../../local/s3/s3.ts'
import { folder, isOpenBeyondLoopback, startInProcess } from '../service.ts'

const tableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/registry'
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

describe('DynamoDB', () => {
  it('reads what was written', async () => {
    const { client } = await startedWithTable()

    await put(client, 'P#1')
    expect(await read(client, 'P#1')).toEqual(person('P#1'))
  })

  it('keeps tables and items when its process is killed', async () => {
    const dir = await folder()
    const killed = await startKilled(dir)
    const before = clientOf(killed.endpoint)
    await createTable(before)
    await put(before, 'P#1')
    await killed.kill()

    const { client } = await started({ dir })
    expect(await read(client, 'P#1')).toEqual(person('P#1'))
  })

  it('keeps tables and items over a restart', async () => {
    const { client, dir, close } = await startedWithTable()
    await put(client, 'P#1')
    await close()

    const again = await started({ dir })
    expect(await read(again.client, 'P#1')).toEqual(person('P#1'))
  })

  it('refuses what dynalite does not know, as DynamoDB does', async () => {
    const { client } = await startedWithTable()

    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: 'registry', Item: {} } }] })
    await expect(client.send(transaction)).rejects.toMatchObject({ name: 'UnknownOperationException' })
  })

  it('stays up when a client goes away in the middle of a request', async () => {
    const { client, endpoint } = await startedWithTable()
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.PutItem\r\ncontent-length: 99\r\n\r\n{')
    await sleep(20)
    socket.destroy()
    await sleep(20)

    await put(client, 'P#1')
    expect(await read(client, 'P#1')).toEqual(person('P#1'))
  })

  it('listens on loopback alone', async () => {
    const { endpoint } = await started({})

    expect(await isOpenBeyondLoopback(endpoint)).toBe(false)
  })
})

describe('ExportTableToPointInTime', () => {
  it('puts every item of the table into the bucket, in the layout of DynamoDB', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 500)

    const ended = await exported(client, { S3Prefix: 'handovers/full' })

    const id = ended.ExportArn?.replace(`${tableArn}/export/`, '')
    expect(id).toMatch(/^\d{14}-[0-9a-f]{8}$/)
    expect(ended).toMatchObject({
      ExportStatus: 'COMPLETED',
      ExportManifest: `handovers/full/AWSDynamoDB/${id}/manifest-summary.json`,
      TableArn: tableArn,
      S3Bucket: 'exports',
      S3Prefix: 'handovers/full',
      ItemCount: 500,
      ExportFormat: 'DYNAMODB_JSON',
      ExportType: 'FULL_EXPORT',
    })
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'exports' }))
    expect(Contents.filter(({ Key }) => Key?.includes('/data/'))).toHaveLength(4)
    expect(Contents).toHaveLength(9)

    const summary = JSON.parse(await text(s3, ended.ExportManifest))
    expect(summary).toMatchObject({
      exportArn: ended.ExportArn,
      exportTime: ended.ExportTime?.toISOString(),
      billedSizeBytes: ended.BilledSizeBytes,
      itemCount: 500,
    })
    const items = await exportedItems(s3, ended)
    expect(items.map(item => item.PK?.S).sort()).toEqual(Array.from({ length: 500 }, (_, n) => `P#${n}`).sort())
  })

  it('lists data files under the ETags that they have in the bucket', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 50)

    const ended = await exported(client)

    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'exports' }))
    const etags = new Map(Contents.map(({ Key, ETag }) => [Key, ETag]))
    const files = await manifestFiles(s3, ended)
    expect(files).toHaveLength(4)
    for (const { dataFileS3Key, etag } of files) expect(etags.get(dataFileS3Key)).toBe(`"${etag}"`)
  })

  it('keeps every type of value as the table holds it', async () => {
    const { client, s3 } = await startedWithTable()
    const item = {
      ...person('P#1'),
      whole: { N: '12345678901234567890123456789012345678' },
      photo: { B: Buffer.from([0, 255]) },
      cards: { L: [{ M: { code: { S: 'GD4' }, seal: { B: Buffer.from('seal') } } }, { NULL: true }] },
      kinds: { SS: ['a', 'b'] },
    } satisfies Item
    await client.send(new PutItemCommand({ TableName: 'registry', Item: item }))

    expect(await exportedItems(s3, await exported(client))).toEqual([
      {
        ...item,
        photo: { B: 'AP8=' },
        cards: { L: [{ M: { code: { S: 'GD4' }, seal: { B: 'c2VhbA==' } } }, { NULL: true }] },
      },
    ])
  })

  it('reads each part of the table to its end, however unevenly items lie', async () => {
    const { client, s3 } = await startedWithTable()
    const note = { S: 'x'.repeat(300_000) }
    for (let n = 0; n < 12; n += 1) {
      const item = { ...person('P#1'), SK: { S: `C#${n}` }, note }
      await client.send(new PutItemCommand({ TableName: 'registry', Item: item }))
    }

    expect(await exportedItems(s3, await exported(client))).toHaveLength(12)
  })

  it('is one cut: all that was answered before its instant, nothing that was asked for after it', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 3000)
    const writes: Written[] = []
    const stop = new AbortController()
    const writers = ['a', 'b', 'c', 'd'].map(name => writeOn(client, name, writes, stop.signal))
    await expect.poll(() => writes.length).toBeGreaterThan(40)

    const { ExportTime, ...ended } = await exported(client)
    await expect.poll(() => writes.filter(write => write.asked > Number(ExportTime)).length).toBeGreaterThan(40)
    stop.abort()
    await Promise.all(writers)

    const instant = Number(ExportTime)
    const inCut = new Set((await exportedItems(s3, ended)).map(item => item.PK?.S))
    const before = writes.filter(write => write.answered < instant)
    const after = writes.filter(write => write.asked > instant)
    expect(before.length).toBeGreaterThan(20)
    expect(before.filter(write => !inCut.has(write.key))).toEqual([])
    expect(after.filter(write => inCut.has(write.key))).toEqual([])
  })

  it('waits for an instant to come, and is the cut at that instant', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 1000)
    const writes: Written[] = []
    const stop = new AbortController()
    const writing = writeOn(client, 'a', writes, stop.signal)
    await expect.poll(() => writes.length).toBeGreaterThan(20)
    const instant = Date.now() + 400

    const ended = await exported(client, { ExportTime: new Date(instant) })
    await expect.poll(() => writes.filter(write => write.asked > instant).length).toBeGreaterThan(20)
    stop.abort()
    await writing

    expect(ended.ExportTime).toEqual(new Date(instant))
    const inCut = new Set((await exportedItems(s3, ended)).map(item => item.PK?.S))
    const before = writes.filter(write => write.answered < instant)
    expect(before.length).toBeGreaterThan(20)
    expect(before.filter(write => !inCut.has(write.key))).toEqual([])
    expect(writes.filter(write => write.asked > instant && inCut.has(write.key))).toEqual([])
  })

  it('takes a past instant after which the table was not written, whatever other tables were', async () => {
    const { client, s3 } = await startedWithTable()
    await createTable(client, 'ledger')
    await put(client, 'P#1')
    await sleep(5)
    const instant = new Date()
    await sleep(5)
    await put(client, 'E#1', 'ledger')

    const ended = await exported(client, { ExportTime: instant })
    expect(ended.ExportTime).toEqual(instant)
    expect(await exportedItems(s3, ended)).toEqual([person('P#1')])
  })

  it.each([
    ['PutItem', (client: DynamoDBClient) => put(client, 'P#2')],
    ['BatchWriteItem', (client: DynamoDBClient) => load(client, 1)],
  ])('refuses an instant before the last %s of the table', async (_, write) => {
    const { client } = await startedWithTable()
    const instant = new Date()
    await sleep(5)
    await write(client)

    await expect(client.send(exporting({ ExportTime: instant }))).rejects.toMatchObject({
      name: 'InvalidExportTimeException',
      message: expect.stringContaining(`got ${instant.toISOString()}`),
    })
  })

  it('has the table as it was after its last write, though its process was killed since', async () => {
    const dir = await folder()
    const killed = await startKilled(dir)
    const before = clientOf(killed.endpoint)
    await createTable(before)
    await put(before, 'P#1')
    await sleep(60)
    const instant = new Date()
    await killed.kill()

    const { client } = await started({ dir })
    expect(await exported(client, { ExportTime: instant })).toMatchObject({ ExportStatus: 'COMPLETED' })
    const early = exporting({ ExportTime: new Date(instant.getTime() - 10_000) })
    await expect(client.send(early)).rejects.toMatchObject({ name: 'InvalidExportTimeException' })
  })

  it('refuses an instant more than a minute ahead, and one before the start', async () => {
    const { client } = await startedWithTable()

    for (const ExportTime of [new Date(Date.now() + 61_000), new Date(Date.now() - 60_000)]) {
      await expect(client.send(exporting({ ExportTime }))).rejects.toMatchObject({ name: 'InvalidExportTimeException' })
    }
  })

  it.each([
    ['an incremental export without its window', { ExportType: 'INCREMENTAL_EXPORT' as const }],
    ['a window for a full export', { IncrementalExportSpecification: since(new Date()) }],
    [
      'new images alone',
      { ...incremental(new Date()), IncrementalExportSpecification: { ExportViewType: 'NEW_IMAGE' as const } },
    ],
    ['another format', { ExportFormat: 'ION' as const }],
    ['a filter', { FilterSpecification: { FilterExpression: 'attribute_exists(PK)' } }],
    ['a prefix that leaves its folder', { S3Prefix: 'a/../../b' }],
    ['no bucket', { S3Bucket: '' }],
  ])('refuses %s', async (_, change) => {
    const { client } = await startedWithTable()

    await expect(client.send(exporting(change))).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('gives what changed since an earlier export, each item once with both images', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 40)
    const first = await exported(client)
    await put(client, 'P#new')
    await put(client, 'P#3')
    await put(client, 'P#gone again')
    await client.send(
      new PutItemCommand({ TableName: 'registry', Item: { ...person('P#4'), name: { S: 'Lê Thị B' } } }),
    )
    for (const key of ['P#5', 'P#gone again']) await remove(client, key)

    const ended = await exported(client, incremental(first.ExportTime as Date))

    expect(ended).toMatchObject({ ExportStatus: 'COMPLETED', ExportType: 'INCREMENTAL_EXPORT', ItemCount: 3 })
    const summary = JSON.parse(await text(s3, ended.ExportManifest))
    expect(summary).toMatchObject({
      exportType: 'INCREMENTAL_EXPORT',
      outputView: 'NEW_AND_OLD_IMAGES',
      exportFromTime: first.ExportTime?.toISOString(),
      exportToTime: ended.IncrementalExportSpecification?.ExportToTime?.toISOString(),
      itemCount: 3,
    })
    const changes = (await exportedLines(s3, ended)).toSorted((a, b) => (a.Keys.PK.S < b.Keys.PK.S ? -1 : 1))
    const micros = (ended.IncrementalExportSpecification?.ExportToTime?.getTime() ?? 0) * 1000 - 1
    const Metadata = { WriteTimestampMicros: { N: String(micros) } }
    expect(changes).toEqual([
      {
        Metadata,
        Keys: keyOf('P#4'),
        OldImage: person('P#4'),
        NewImage: { ...person('P#4'), name: { S: 'Lê Thị B' } },
      },
      { Metadata, Keys: keyOf('P#5'), OldImage: person('P#5') },
      { Metadata, Keys: keyOf('P#new'), NewImage: person('P#new') },
    ])
    for (const { dataFileS3Key } of await manifestFiles(s3, ended))
      expect(dataFileS3Key).toMatch(/^AWSDynamoDB\/data\//)
  })

  it('gives nothing but empty files for a window without a change', async () => {
    const { client, s3 } = await startedWithTable()
    await load(client, 4)
    const first = await exported(client)

    const ended = await exported(client, incremental(first.ExportTime as Date))

    expect(ended).toMatchObject({ ExportStatus: 'COMPLETED', ItemCount: 0 })
    expect(await exportedLines(s3, ended)).toEqual([])
  })

  it('refuses a window that begins where no export was taken, or ends before it begins', async () => {
    const { client } = await startedWithTable()
    const { ExportTime } = await exported(client)

    await expect(client.send(exporting(incremental(new Date(Number(ExportTime) - 1000))))).rejects.toMatchObject({
      name: 'InvalidExportTimeException',
    })
    const backwards = { ...since(ExportTime as Date), ExportToTime: ExportTime }
    await expect(
      client.send(exporting({ ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: backwards })),
    ).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('refuses a table that does not exist', async () => {
    const { client } = await started({})

    await expect(client.send(exporting())).rejects.toMatchObject({ name: 'TableNotFoundException' })
  })

  it('has failed when the bucket does not exist', async () => {
    const { client } = await startedWithTable()

    expect(await exported(client, { S3Bucket: 'unknown' })).toMatchObject({
      ExportStatus: 'FAILED',
      FailureCode: 'S3NoSuchBucket',
      FailureMessage: expect.stringContaining('bucket'),
      EndTime: expect.any(Date),
    })
  })

  it('is in progress until its lag has passed', async () => {
    const { client, s3 } = await startedWithTable({ exportLag: 400 })

    const { ExportDescription } = await client.send(exporting())
    expect(ExportDescription?.ExportStatus).toBe('IN_PROGRESS')
    const ended = await whenEnded(client, ExportDescription)

    expect(Number(ended.EndTime) - Number(ended.ExportTime)).toBeGreaterThanOrEqual(400)
    expect(await exportedItems(s3, ended)).toEqual([])
  })

  it('keeps the cut on disk under its instant', async () => {
    const { client, dir } = await startedWithTable()
    await put(client, 'P#1')

    const { ExportTime, ExportArn } = await exported(client)

    const instant = String(ExportTime?.getTime())
    const kept = await readdir(join(dir, 'cuts/registry', instant, 'AWSDynamoDB', String(ExportArn).slice(-23)))
    expect(kept).toContain('manifest-summary.json')
  })

  it('is the same export when its client token comes again, also after a restart', async () => {
    const { client, dir, close } = await startedWithTable()
    const first = await exported(client, { ClientToken: 'sequence-7' })

    const again = await client.send(exporting({ ClientToken: 'sequence-7' }))
    expect(again.ExportDescription).toEqual(first)
    await close()
    const restarted = await started({ dir })
    const later = await restarted.client.send(exporting({ ClientToken: 'sequence-7' }))
    expect(later.ExportDescription).toEqual(first)
  })

  it('is one export when its client token comes twice at once', async () => {
    const { client } = await startedWithTable()

    const both = await Promise.all([1, 2].map(() => client.send(exporting({ ClientToken: 'sequence-7' }))))
    expect(new Set(both.map(one => one.ExportDescription?.ExportArn)).size).toBe(1)
  })

  it('refuses a client token that came before with other parameters', async () => {
    const { client } = await startedWithTable()
    await exported(client, { ClientToken: 'sequence-7' })

    await expect(client.send(exporting({ ClientToken: 'sequence-7', S3Prefix: 'other' }))).rejects.toMatchObject({
      name: 'ExportConflictException',
    })
  })

  it('that waits for its instant when the service stops is taken when it is back', async () => {
    const { client, dir, s3, close } = await startedWithTable()
    await put(client, 'P#1')
    const { ExportDescription } = await client.send(exporting({ ExportTime: new Date(Date.now() + 300) }))
    await close()
    await sleep(400)

    const again = await started({ dir, s3 })
    const ended = await whenEnded(again.client, ExportDescription)

    expect(ended).toMatchObject({ ExportArn: ExportDescription?.ExportArn, ExportStatus: 'COMPLETED', ItemCount: 1 })
    expect(await exportedItems(s3, ended)).toEqual([person('P#1')])
  })

  it('whose table was read when the service stops holds nothing that was written afterwards', async () => {
    const { client, dir, s3, close } = await startedWithTable({ exportLag: 60_000 })
    await put(client, 'P#1')
    const { ExportDescription } = await client.send(exporting())
    await expect.poll(() => keptCut(dir)).toMatchObject({ itemCount: 1 })
    await close()

    const again = await started({ dir, s3 })
    await put(again.client, 'P#2')
    const ended = await whenEnded(again.client, ExportDescription)

    expect(await exportedItems(s3, ended)).toEqual([person('P#1')])
  })

  it('goes on when the process is killed meanwhile', async () => {
    const dir = await folder()
    const killed = await startKilled(dir)
    const before = clientOf(killed.endpoint)
    await createTable(before)
    await put(before, 'P#1')
    const { ExportDescription } = await before.send(exporting({ ExportTime: new Date(Date.now() + 1_000) }))
    await killed.kill()

    const { client, s3 } = await started({ dir })

    const ended = await whenEnded(client, ExportDescription)
    expect(ended).toMatchObject({ ExportArn: ExportDescription?.ExportArn, ExportStatus: 'COMPLETED' })
    expect(await exportedItems(s3, ended)).toEqual([person('P#1')])
  })
})

/** What the only export remembers of the table, once it was read. */
async function keptCut(dir: string): Promise<unknown> {
  const [name = ''] = await readdir(join(dir, 'exports'))
  return JSON.parse(await readFile(join(dir, 'exports', name), 'utf8')).cut
}

describe('DescribeExport', () => {
  it('does not know an export that nobody asked for', async () => {
    const { client } = await startedWithTable()

    await expect(describeExport(client, { ExportArn: `${tableArn}/export/01-none` })).rejects.toMatchObject({
      name: 'ExportNotFoundException',
    })
  })
})

describe('ListExports', () => {
  it('lists the exports of a table page by page', async () => {
    const { client } = await startedWithTable()
    await createTable(client, 'lookups')
    const arns: (string | undefined)[] = []
    for (let n = 0; n < 3; n += 1) arns.push((await exported(client)).ExportArn)
    await exported(client, { TableArn: tableArn.replace('registry', 'lookups') })

    const one = await client.send(new ListExportsCommand({ TableArn: tableArn, MaxResults: 2 }))
    const two = await client.send(
      new ListExportsCommand({ TableArn: tableArn, MaxResults: 2, NextToken: one.NextToken }),
    )

    expect(one.ExportSummaries?.map(summary => summary.ExportArn)).toEqual(arns.slice(0, 2))
    expect(two.ExportSummaries).toEqual([{ ExportArn: arns[2], ExportStatus: 'COMPLETED', ExportType: 'FULL_EXPORT' }])
    expect(two.NextToken).toBeUndefined()
    expect((await client.send(new ListExportsCommand())).ExportSummaries).toHaveLength(4)
  })
})

describe('DescribeContinuousBackups', () => {
  it('tells from which instant to which the table can be exported', async () => {
    const { client } = await startedWithTable({ exportLag: 300_000 })
    await put(client, 'P#1')
    const written = Date.now()

    const command = new DescribeContinuousBackupsCommand({ TableName: 'registry' })
    const { ContinuousBackupsDescription: backups } = await client.send(command)
    const recovery = backups?.PointInTimeRecoveryDescription

    expect(backups?.ContinuousBackupsStatus).toBe('ENABLED')
    expect(recovery?.PointInTimeRecoveryStatus).toBe('ENABLED')
    expect(Math.abs(Number(recovery?.EarliestRestorableDateTime) - written)).toBeLessThan(1000)
    expect(Math.abs(Number(recovery?.LatestRestorableDateTime) + 300_000 - written)).toBeLessThan(1000)
  })

  it('does not know a table that does not exist', async () => {
    const { client } = await started({})

    await expect(client.send(new DescribeContinuousBackupsCommand({ TableName: 'none' }))).rejects.toMatchObject({
      name: 'TableNotFoundException',
    })
  })
})

async function startedWithTable(options: Partial<DynamodbOptions> = {}) {
  const service = await started(options)
  await createTable(service.client)
  return service
}

async function started(options: Partial<DynamodbOptions>) {
  const s3 = options.s3 ?? (await startedS3())
  const dir = options.dir ?? (await folder())
  const { endpoint, close } = await startDynamodb({ ...options, dir, s3 })
  let closing: Promise<void> | undefined
  const closeOnce = () => {
    closing ??= close()
    return closing
  }
  onTestFinished(closeOnce)
  return { endpoint, dir, s3, client: clientOf(endpoint), close: closeOnce }
}

async function startedS3(): Promise<S3Client> {
  const { endpoint, close } = await startS3({ dir: await folder() })
  onTestFinished(close)
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: 'exports' }))
  return s3
}

const startKilled = (dir: string) =>
  startInProcess(`
    import { S3Client } from '@aws-sdk/client-s3'
    import { startDynamodb } from './local/dynamodb/dynamodb.ts'
    const service = await startDynamodb({ dir: ${JSON.stringify(dir)}, s3: new S3Client({ region: 'us-east-1' }) })
  `)

function clientOf(endpoint: string): DynamoDBClient {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  onTestFinished(() => client.destroy())
  return client
}

async function createTable(client: DynamoDBClient, TableName = 'registry'): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'PK', AttributeType: 'S' },
        { AttributeName: 'SK', AttributeType: 'S' },
      ],
    }),
  )
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.01 }, { TableName })
}

const person = (key: string) => ({ PK: { S: key }, SK: { S: 'P' }, name: { S: 'Nguyễn Văn A' } }) satisfies Item

async function put(client: DynamoDBClient, key: string, TableName = 'registry'): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: person(key) }))
}

const keyOf = (key: string) => ({ PK: { S: key }, SK: { S: 'P' } })

async function remove(client: DynamoDBClient, key: string): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: 'registry', Key: keyOf(key) }))
}

/** Up to now, or to the next instant that is later. */
function since(ExportFromTime: Date) {
  const next = Math.max(Date.now(), ExportFromTime.getTime() + 1) + 5
  return { ExportFromTime, ExportToTime: new Date(next), ExportViewType: 'NEW_AND_OLD_IMAGES' as const }
}

function incremental(from: Date) {
  return { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: since(from) } as const
}

async function read(client: DynamoDBClient, key: string) {
  const Key = keyOf(key)
  return (await client.send(new GetItemCommand({ TableName: 'registry', Key }))).Item
}

/** `P#0` to one less than `count`. */
async function load(client: DynamoDBClient, count: number): Promise<void> {
  const puts = Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: person(`P#${n}`) } }))
  for (let from = 0; from < count; from += 25) {
    await client.send(new BatchWriteItemCommand({ RequestItems: { registry: puts.slice(from, from + 25) } }))
  }
}

interface Written {
  readonly key: string
  readonly asked: number
  readonly answered: number
}

async function writeOn(client: DynamoDBClient, name: string, writes: Written[], signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    const key = `W#${name}${n}`
    const asked = Date.now()
    await put(client, key)
    writes.push({ key, asked, answered: Date.now() })
  }
}

function exporting(change: Partial<ExportTableToPointInTimeCommandInput> = {}): ExportTableToPointInTimeCommand {
  return new ExportTableToPointInTimeCommand({ TableArn: tableArn, S3Bucket: 'exports', ...change })
}

async function exported(client: DynamoDBClient, change: Partial<ExportTableToPointInTimeCommandInput> = {}) {
  const { ExportDescription } = await client.send(exporting(change))
  return whenEnded(client, ExportDescription)
}

async function whenEnded(client: DynamoDBClient, asked: ExportDescription | undefined): Promise<ExportDescription> {
  while (true) {
    const description = await describeExport(client, asked)
    if (description.ExportStatus !== 'IN_PROGRESS') return description
    await sleep(10)
  }
}

async function describeExport(client: DynamoDBClient, asked: ExportDescription | undefined) {
  const { ExportDescription = {} } = await client.send(new DescribeExportCommand({ ExportArn: asked?.ExportArn }))
  return ExportDescription
}

async function exportedItems(s3: S3Client, ended: ExportDescription): Promise<readonly Item[]> {
  return (await exportedLines(s3, ended)).map(({ Item }) => Item)
}

async function exportedLines(s3: S3Client, ended: ExportDescription) {
  const files = await Promise.all((await manifestFiles(s3, ended)).map(file => bytes(s3, file.dataFileS3Key)))
  const lines = files.flatMap(file => String(gunzipSync(file)).split('\n').slice(0, -1))
  return lines.map(line => JSON.parse(line))
}

async function manifestFiles(s3: S3Client, { ExportManifest }: ExportDescription) {
  const { manifestFilesS3Key } = JSON.parse(await text(s3, ExportManifest))
  const lines = (await text(s3, manifestFilesS3Key)).split('\n').slice(0, -1)
  return lines.map((line): { readonly dataFileS3Key: string; readonly etag: string } => JSON.parse(line))
}

async function text(s3: S3Client, key: string | undefined): Promise<string> {
  return String(Buffer.from(await bytes(s3, key)))
}

async function bytes(s3: S3Client, Key: string | undefined): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'exports', Key }))
  return (await Body?.transformToByteArray()) ?? Buffer.of()
}
