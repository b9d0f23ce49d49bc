import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { documentOf, expiresAt, handOver, linesOf, publish, type ShareScene, shareScene, table } from './share-scene.ts'

describe('a query', () => {
  it('names every file of the newest version, with a link that says when it ends', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const answer = await scene.ask(`${table}/query`, { method: 'POST', body: {} })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'delta-table-version': '4',
      'delta-sharing-capabilities': 'responseformat=parquet',
    })
    const [protocol, metaData, ...files] = await linesOf(answer)
    expect([Object.keys(protocol ?? {}), Object.keys(metaData ?? {})]).toEqual([['protocol'], ['metaData']])
    const sha256 = sha256Hex('persons 01 full 4')
    expect(files).toHaveLength(2)
    expect(files[0]).toEqual({
      file: {
        url: `https://links.test/moh?key=moh/snapshots/000000000004/persons/province=01/part-00000-${sha256.slice(0, 8)}.parquet`,
        id: sha256,
        partitionValues: { province_code: '01' },
        size: 1004,
        stats: '{"numRecords":40}',
        version: 4,
        timestamp: Date.parse('2026-11-24T07:00:00Z'),
        expirationTimestamp: expiresAt.getTime(),
      },
    })
  })

  it('has one line feed after each line, and no line that is empty', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const text = await (await scene.ask(`${table}/query`, { method: 'POST', body: {} })).text()
    expect(text.endsWith('}\n')).toBe(true)
    expect(
      text
        .slice(0, -1)
        .split('\n')
        .every(line => line.startsWith('{"')),
    ).toBe(true)
  })

  it('without a body, and in a body of another type, is one without wishes', async () => {
    const scene = await shareScene()
    await handOver(scene)
    for (const asked of [{}, { body: '{"limitHint":1}', headers: { 'content-type': 'application/octet-stream' } }]) {
      expect(await linesOf(await scene.ask(`${table}/query`, { method: 'POST', ...asked }))).toHaveLength(4)
    }
  })

  it('goes by version or by instant', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const versionOf = async (body: object) =>
      (await scene.ask(`${table}/query`, { method: 'POST', body })).headers.get('delta-table-version')
    expect(await versionOf({ version: 1 })).toBe('1')
    expect(await versionOf({ timestamp: '2026-11-24T06:59:59Z', unknown: 1, version: null })).toBe('2')
  })

  it('ends with its own end only where that was asked for', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const plain = await linesOf(await scene.ask(`${table}/query`, { method: 'POST', body: {} }))
    expect(plain.map(line => Object.keys(line)[0])).not.toContain('endStreamAction')

    const headers = { 'delta-sharing-capabilities': 'responseformat=parquet;includeEndStreamAction=true' }
    const answer = await scene.ask(`${table}/query`, { method: 'POST', body: {}, headers })
    expect(answer.headers.get('delta-sharing-capabilities')).toBe('responseformat=parquet;includeendstreamaction=true')
    expect((await linesOf(answer)).at(-1)).toEqual({
      endStreamAction: { minUrlExpirationTimestamp: expiresAt.getTime() },
    })
  })

  it('goes on by its token within one version, each page under the same first lines', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const headers = { 'delta-sharing-capabilities': 'includeendstreamaction=true' }
    const page = (body: object) => scene.ask(`${table}/query`, { method: 'POST', body, headers }).then(linesOf)
    const first = await page({ maxFiles: 1 })
    const { nextPageToken } = first.at(-1)?.endStreamAction ?? {}
    const head = await scene.ledger.head('moh')
    await publish(scene, 5, head ?? null)

    const second = await page({ maxFiles: 1, pageToken: nextPageToken })
    expect(second.slice(0, 2)).toEqual(first.slice(0, 2))
    expect(second.slice(2).map(line => line.file?.version ?? Object.keys(line.endStreamAction ?? {}))).toEqual([
      4,
      ['minUrlExpirationTimestamp'],
    ])
    expect(first[2]?.file?.id).not.toBe(second[2]?.file?.id)

    const cards = table.replace('persons', 'cards')
    const astray = await scene.ask(`${cards}/query`, { method: 'POST', body: { pageToken: nextPageToken }, headers })
    expect([astray.status, (await documentOf(astray)).errorCode]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
  })

  it('gives fresh links to the same version by a refresh token, for who asks for one', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const headers = { 'delta-sharing-capabilities': 'includeendstreamaction=true' }
    const ask = (body: object) => scene.ask(`${table}/query`, { method: 'POST', body, headers }).then(linesOf)
    const first = await ask({ includeRefreshToken: true })
    await publish(scene, 5, (await scene.ledger.head('moh')) ?? null)

    const again = await ask({ refreshToken: first.at(-1)?.endStreamAction?.refreshToken })
    expect(again.filter(({ file }) => file)).toEqual(first.filter(({ file }) => file))
  })

  it('leaves out provinces that a hint excludes, and none on a hint that it cannot read', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const provinces = async (jsonPredicateHints: unknown) => {
      const lines = await linesOf(await scene.ask(`${table}/query`, { method: 'POST', body: { jsonPredicateHints } }))
      return lines.flatMap(({ file }) => (file?.partitionValues as { province_code: string })?.province_code ?? [])
    }
    const column = { op: 'column', name: 'province_code', valueType: 'string' }
    const equal = { op: 'equal', children: [column, { op: 'literal', value: '79', valueType: 'string' }] }
    expect(await provinces(JSON.stringify(equal))).toEqual(['79'])
    expect(await provinces('province_code = 79')).toEqual(['01', '79'])
    expect(await provinces(equal)).toEqual(['01', '79'])
  })

  it('repeats how ids are made to who names it, in small letters', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const ask = (fileidhash: string) => scene.ask(`${table}/query`, { method: 'POST', headers: { fileidhash } })
    expect((await ask('Delta')).headers.get('fileidhash')).toBe('delta')
    expect((await ask('md5')).status).toBe(400)
  })

  it('gives one file the same id in every answer and by every link', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const ids = async () =>
      (await linesOf(await scene.ask(`${table}/query`, { method: 'POST' }))).map(({ file }) => file?.id)
    expect(await ids()).toEqual(await ids())
  })

  it.each([
    [{ version: 1, timestamp: '2026-11-24T00:00:00Z' }, 'INVALID_PARAMETER_VALUE'],
    [{ version: 1, startingVersion: 1 }, 'INVALID_PARAMETER_VALUE'],
    [{ timestamp: '2026-11-24T00:00:00Z', startingVersion: 1 }, 'INVALID_PARAMETER_VALUE'],
    [{ version: -1 }, 'INVALID_PARAMETER_VALUE'],
    [{ version: 0 }, 'INVALID_PARAMETER_VALUE'],
    [{ version: '1' }, 'INVALID_PARAMETER_VALUE'],
    [{ version: 3 }, 'INVALID_PARAMETER_VALUE'],
    [{ timestamp: 'now' }, 'INVALID_PARAMETER_VALUE'],
    [{ maxFiles: 0 }, 'INVALID_PARAMETER_VALUE'],
    [{ pageToken: 'none of ours' }, 'INVALID_PARAMETER_VALUE'],
    [{ startingVersion: 1 }, 'UNSUPPORTED_OPERATION'],
    ['[', 'MALFORMED_REQUEST'],
    ['[]', 'MALFORMED_REQUEST'],
  ])('%j is refused', async (body, errorCode) => {
    const scene = await shareScene()
    await handOver(scene)
    const refused = await scene.ask(`${table}/query`, { method: 'POST', body })
    expect([refused.status, await refused.json()]).toEqual([400, { errorCode, message: expect.any(String) }])
  })

  it('is written down, with the files and never their links, before it is answered', async () => {
    const scene = await shareScene()
    await handOver(scene)
    await scene.ask(`${table}/query`, { method: 'POST', body: { version: 2 } })
    const Items = await readsOf(scene)
    expect(Items.map(({ document }) => JSON.parse(document?.S ?? ''))).toEqual([
      {
        tokenSha256: sha256Hex(scene.token),
        sourceIp: '127.0.0.1',
        table: 'persons',
        versions: [2, 2],
        files: ['01', '79'].map(province => sha256Hex(`persons ${province} full 2`)),
      },
    ])
    expect(JSON.stringify(Items)).not.toContain('https:')
  })

  it('is written down once for each request, also when the same one comes again in the same instant', async () => {
    const scene = await shareScene()
    await handOver(scene)
    for (let tries = 0; tries < 3; tries += 1) await scene.ask(`${table}/query`, { method: 'POST', body: {} })
    const Items = await readsOf(scene)
    const requests = Items.map(({ SK }) => SK?.S?.split('#')[2])
    expect(requests).toHaveLength(3)
    expect(new Set(requests).size).toBe(3)
    for (const { document } of Items) expect(document).toEqual(Items[0]?.document)
  })

  it('is not answered where it cannot be written down, and says nothing of why', async () => {
    const reads = { add: () => Promise.reject(new Error('the ledger is throttled')) }
    const scene = await shareScene({ reads })
    await handOver(scene)
    const failed = await scene.ask(`${table}/query`, { method: 'POST' })
    expect([failed.status, await failed.json()]).toEqual([
      500,
      { errorCode: 'INTERNAL_ERROR', message: 'the system cannot answer now: ask again' },
    ])
  })
})

/** The records of what the Ministry was given. */
async function readsOf({ db }: ShareScene) {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: 'ledger',
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'RECIPIENT#moh' }, ':sk': { S: 'SHARED-READ#' } },
    }),
  )
  return Items
}
