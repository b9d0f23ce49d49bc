import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import { manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { folder } from '../../local/service.ts'
import { documentOf, expiresAt, handOver, linesOf, now, publish, shareScene, table, tokenOf } from './share-scene.ts'

const shares = '/delta-sharing/shares'
const snapshotKey = `moh/snapshots/000000000004/${manifestName}`

describe('who asks for a share', () => {
  it('without a token, or with one that nobody was given, is refused in one form', async () => {
    const scene = await shareScene()
    const never = `moh.${'A'.repeat(43)}`
    for (const token of [undefined, '', 'moh', never, `customs.${'A'.repeat(43)}`, `${scene.token}A`]) {
      const refused = await scene.ask(shares, { token })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
      expect(await refused.text()).toBe(
        '{"errorCode":"UNAUTHENTICATED","message":"no token of this platform that still holds"}',
      )
    }
  })

  it('with a token that has run out, or was revoked, is refused alike', async () => {
    const scene = await shareScene()
    const dayBefore = new Date(now.getTime() - 86_400_000)
    const expired = await tokenOf(scene.needs, 'moh', dayBefore)
    const justHolding = await tokenOf(scene.needs, 'moh', new Date(dayBefore.getTime() + 1))
    expect((await scene.ask(shares, { token: expired })).status).toBe(401)
    expect((await scene.ask(shares, { token: justHolding })).status).toBe(200)

    await scene.needs.tokens.revokeAll('moh', now)

    const refused = await scene.ask(shares)
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { errorCode: 'UNAUTHENTICATED', message: 'no token of this platform that still holds' },
    ])
  })

  it('of an agreement that ended is refused', async () => {
    const scene = await shareScene({ agreements: [] })
    expect((await scene.ask(shares)).status).toBe(401)
  })

  it('may write the scheme and the header’s name in any case', async () => {
    const scene = await shareScene()
    const headers = { AUTHORIZATION: `bearer ${scene.token}` }
    expect((await scene.ask(shares, { token: undefined, headers })).status).toBe(200)
  })

  it('finds another recipient’s share as little as one that there is not', async () => {
    const scene = await shareScene()
    await handOver(scene)
    for (const name of ['labour', 'customs']) {
      for (const path of [
        name,
        `${name}/schemas`,
        `${name}/all-tables`,
        `${name}/schemas/handover/tables/persons/metadata`,
      ]) {
        const refused = await scene.ask(`${shares}/${path}`)
        expect(refused.status, path).toBe(404)
        expect(await refused.text()).toBe(
          '{"errorCode":"RESOURCE_DOES_NOT_EXIST","message":"no such share, schema or table"}',
        )
      }
    }
    expect((await scene.ask(`${shares}/moh/schemas/default/tables`)).status).toBe(404)
  })

  it('sees the share of the recipient whose token it is', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const token = await tokenOf(scene.needs, 'labour')
    expect((await documentOf(await scene.ask(shares, { token }))).items).toMatchObject([{ name: 'labour' }])
    expect((await scene.ask(`${table}/query`, { method: 'POST', token })).status).toBe(404)
  })

  it('finds no table that the agreement does not hold', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const path = table.replace('persons', 'contributions')
    for (const [method, of] of [
      ['GET', 'version'],
      ['GET', 'metadata'],
      ['POST', 'query'],
      ['GET', 'changes?startingVersion=1'],
    ]) {
      expect((await scene.ask(`${path}/${of}`, { method: method as string })).status, of).toBe(404)
    }
  })
})

describe('the lists', () => {
  it('are one compact line each, since Python reads no other', async () => {
    const scene = await shareScene()
    for (const path of [
      shares,
      `${shares}/moh/schemas`,
      `${shares}/moh/schemas/handover/tables`,
      `${shares}/moh/all-tables`,
    ]) {
      const answer = await scene.ask(path)
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const text = await answer.text()
      expect(text).toBe(JSON.stringify(JSON.parse(text)))
    }
  })

  it('name the recipient’s one share, its schema and the datasets of its agreement', async () => {
    const scene = await shareScene()
    const items = async (path: string) => (await documentOf(await scene.ask(path))).items
    const [share] = await items(shares)
    expect(share).toMatchObject({ name: 'moh', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(await (await scene.ask(`${shares}/moh`)).json()).toEqual({ share })
    expect(await items(`${shares}/moh/schemas`)).toEqual([{ name: 'handover', share: 'moh' }])
    const tables = await items(`${shares}/moh/all-tables`)
    expect(tables.map(({ name }) => name)).toEqual(['households', 'persons', 'cards', 'eligibility'])
    expect(tables[0]).toMatchObject({ schema: 'handover', share: 'moh', shareId: share?.id, accessModes: ['url'] })
    expect(await items(`${shares}/moh/schemas/handover/tables`)).toEqual(tables)
  })

  it('go on by their token', async () => {
    const scene = await shareScene()
    const path = `${shares}/moh/all-tables`
    const first = await documentOf(await scene.ask(`${path}?maxResults=3`))
    const rest = await documentOf(await scene.ask(`${path}?maxResults=3&pageToken=${first.nextPageToken}`))
    expect([first.items.length, rest.items.length, rest.nextPageToken]).toEqual([3, 1, undefined])
    expect((await scene.ask(`${shares}?pageToken=${first.nextPageToken}`)).status).toBe(400)
  })

  it('find names whatever their case', async () => {
    const scene = await shareScene()
    await handOver(scene)
    expect((await scene.ask('/delta-sharing/shares/MOH/schemas/Handover/tables/PERSONS/metadata')).status).toBe(200)
  })
})

describe('the version of a table', () => {
  it('is its newest handover’s sequence, in a header and without a body', async () => {
    const scene = await shareScene()
    await handOver(scene)
    for (const [method, path] of [
      ['GET', `${table}/version`],
      ['HEAD', table],
    ]) {
      const answer = await scene.ask(path as string, { method: method as string })
      expect([answer.status, answer.headers.get('delta-table-version'), await answer.text()]).toEqual([200, '4', ''])
    }
  })

  it('is the earliest at or after an instant', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const at = async (instant: string) => {
      const answer = await scene.ask(`${table}/version?startingTimestamp=${encodeURIComponent(instant)}`)
      return answer.headers.get('delta-table-version') ?? (await documentOf(answer)).errorCode
    }
    expect(await at('2026-11-22T07:00:00Z')).toBe('1')
    expect(await at('2026-11-22T07:00:01Z')).toBe('2')
    expect(await at('2026-11-23T14:00:01+07:00')).toBe('4')
    expect(await at('2026-11-24T07:00:01Z')).toBe('INVALID_PARAMETER_VALUE')
    expect(await at('yesterday')).toBe('INVALID_PARAMETER_VALUE')
  })

  it('is none before the first handover', async () => {
    const scene = await shareScene()
    const refused = await scene.ask(`${table}/version`)
    expect([refused.status, await refused.json()]).toEqual([
      404,
      expect.objectContaining({ errorCode: 'RESOURCE_DOES_NOT_EXIST' }),
    ])
  })
})

describe('the metadata of a table', () => {
  it('has two lines and no third, even for who would take one, and says its version and how it was made', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const headers = {
      'Delta-Sharing-Capabilities':
        'ResponseFormat=Delta,Parquet;includeEndStreamAction=true;readerfeatures=deletionvectors',
    }
    const answer = await scene.ask(`${table}/metadata`, { headers })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'delta-table-version': '4',
      'delta-sharing-capabilities': 'responseformat=parquet',
    })
    const [protocol, metaData, ...more] = await linesOf(answer)
    expect(protocol).toEqual({ protocol: { minReaderVersion: 1 } })
    expect(metaData).toMatchObject({
      metaData: { name: 'persons', version: 4, size: 2008, numFiles: 2, partitionColumns: ['province_code'] },
    })
    expect(more).toEqual([])
  })

  it('is that of the version or the instant asked for, never of another', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const versionOf = async (query: string) =>
      (await scene.ask(`${table}/metadata?${query}`)).headers.get('delta-table-version')
    expect(await versionOf('version=2')).toBe('2')
    expect(await versionOf('timestamp=2026-11-23T23:00:00Z')).toBe('2')
    for (const query of [
      'version=3',
      'version=-1',
      'version=two',
      'timestamp=2026-11-21T00:00:00Z',
      'version=2&timestamp=2026-11-23T23:00:00Z',
    ]) {
      const refused = await scene.ask(`${table}/metadata?${query}`)
      expect([refused.status, (await documentOf(refused)).errorCode], query).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    }
  })

  it('is refused to who takes no Parquet, and told how to', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const refused = await scene.ask(`${table}/metadata`, {
      headers: { 'delta-sharing-capabilities': 'responseformat=delta' },
    })
    expect([refused.status, (await documentOf(refused)).message]).toEqual([
      400,
      expect.stringContaining('use_delta_format'),
    ])
  })
})

describe('a query', () => {
  it('names every file of the newest version, with a link that says when it ends', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const answer = await scene.ask(`${table}/query`, { method: 'POST', body: {} })
    expect(answer.headers.get('delta-table-version')).toBe('4')
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
    [{ version: -1 }, 'INVALID_PARAMETER_VALUE'],
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
    const { Items = [] } = await scene.db.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
        ExpressionAttributeValues: { ':pk': { S: 'RECIPIENT#moh' }, ':sk': { S: 'SHARED-READ#' } },
      }),
    )
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

describe('the changes of a table', () => {
  it('are the change files of each version, with its number and its instant', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const answer = await scene.ask(`${table}/changes?startingVersion=2&endingVersion=4&includeHistoricalMetadata=true`)
    expect(answer.headers.get('delta-table-version')).toBe('2')
    const [protocol, metaData, ...changes] = await linesOf(answer)
    expect([Object.keys(protocol ?? {}), Object.keys(metaData ?? {})]).toEqual([['protocol'], ['metaData']])
    const sha256 = sha256Hex('persons 01 changes 2')
    expect(changes).toHaveLength(2)
    expect(changes[0]).toEqual({
      cdf: {
        url: `https://links.test/moh?key=moh/changes/000000000002/persons/province=01/part-00000-${sha256.slice(0, 8)}.parquet`,
        id: sha256,
        partitionValues: { province_code: '01' },
        size: 300,
        version: 2,
        timestamp: Date.parse('2026-11-23T07:00:00Z'),
        expirationTimestamp: expiresAt.getTime(),
      },
    })
    expect(changes[1]).toMatchObject({ cdf: { version: 4 } })
  })

  it('of the first version are all of its rows, as new', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const lines = await linesOf(await scene.ask(`${table}/changes?startingVersion=1`))
    expect(lines.slice(2).map(line => [Object.keys(line)[0], Object.values(line)[0]?.version])).toEqual([
      ['add', 1],
      ['add', 1],
      ['cdf', 2],
      ['cdf', 4],
    ])
  })

  it('go from instant to instant, both included', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const range = 'startingTimestamp=2026-11-22T08:00:00Z&endingTimestamp=2026-11-24T06:00:00Z'
    const answer = await scene.ask(`${table}/changes?${range}`)
    expect(answer.headers.get('delta-table-version')).toBe('2')
    expect((await linesOf(answer)).slice(2).map(({ cdf }) => cdf?.version)).toEqual([2])
  })

  it('are none in a gap, and none of a table that did not change', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const cards = table.replace('persons', 'cards')
    for (const path of [`${table}/changes?startingVersion=3&endingVersion=3`, `${cards}/changes?startingVersion=2`]) {
      expect((await linesOf(await scene.ask(path))).map(line => Object.keys(line)[0])).toEqual(['protocol', 'metaData'])
    }
  })

  it('stop where the chain begins anew, and say how to go on', async () => {
    const scene = await shareScene()
    await handOver(scene)
    await publish(scene, 5, (await scene.ledger.head('moh')) ?? null, { anew: true })
    const refused = await scene.ask(`${table}/changes?startingVersion=2`)
    expect([refused.status, (await documentOf(refused)).message]).toEqual([
      400,
      expect.stringContaining('load version 5 whole, and changes from 6'),
    ])
    expect((await scene.ask(`${table}/changes?startingVersion=2&endingVersion=4`)).status).toBe(200)
  })

  it('go on by their token, for who can follow it', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const headers = { 'delta-sharing-capabilities': 'includeendstreamaction=true' }
    const page = (query: string) =>
      scene.ask(`${table}/changes?startingVersion=2&maxFiles=1${query}`, { headers }).then(linesOf)
    const first = await page('')
    const second = await page(`&pageToken=${first.at(-1)?.endStreamAction?.nextPageToken}`)
    expect([first[2]?.cdf?.version, second[2]?.cdf?.version]).toEqual([2, 4])
    expect(second.slice(0, 2)).toEqual(first.slice(0, 2))
    expect(second.at(-1)?.endStreamAction).not.toHaveProperty('nextPageToken')
  })

  it.each([
    '',
    'endingVersion=2',
    'startingVersion=-1',
    'startingVersion=1&startingTimestamp=2026-11-22T08:00:00Z',
    'startingVersion=4&endingVersion=2',
    'startingVersion=5',
    'startingTimestamp=2026-11-25T08:00:00Z',
    'startingTimestamp=monday',
    'startingVersion=1&maxFiles=0',
  ])('are refused for the range %j', async range => {
    const scene = await shareScene()
    await handOver(scene)
    const refused = await scene.ask(`${table}/changes?${range}`)
    expect([refused.status, (await documentOf(refused)).errorCode]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
  })
})

describe('a share', () => {
  it('is read from no manifest whose bytes are others, and from none that nobody of ours signed', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const { published } = scene.needs
    const manifest = Buffer.from((await published.get(snapshotKey))?.bytes ?? [])
    const signatureKey = snapshotKey.replace(manifestName, signatureName)
    const signature = Buffer.from((await published.get(signatureKey))?.bytes ?? [])
    const status = async () => (await scene.ask(`${table}/query`, { method: 'POST' })).status

    await published.put(snapshotKey, Buffer.from(manifest.toString().replace('moh/', 'mof/').replace('"01"', '"02"')))
    expect(await status()).toBe(500)
    await published.put(snapshotKey, manifest)
    await published.put(signatureKey, Buffer.from(signature.toString().replace(/\.[\w-]{8}/, '.AAAAAAAA')))
    expect(await status()).toBe(500)
    await published.put(signatureKey, signature)
    expect(await status()).toBe(200)
  })

  it('is read from no manifest of ours that stands where another was published', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const { published } = scene.needs
    for (const name of [manifestName, signatureName]) {
      const other = await published.get(`moh/snapshots/000000000002/${name}`)
      await published.put(snapshotKey.replace(manifestName, name), other?.bytes ?? Buffer.of())
    }
    expect((await scene.ask(`${table}/query`, { method: 'POST' })).status).toBe(500)
  })

  it('has no version of a table from before the agreement granted it', async () => {
    const moh = agreementWith('moh')
    const { contributions = [] } = agreementWith('labour').datasets
    const wider = { ...moh, datasets: { ...moh.datasets, contributions } }
    const scene = await shareScene({ agreements: [wider] })
    await handOver(scene)
    const granted = table.replace('persons', 'contributions')
    for (const path of [`${granted}/metadata`, `${granted}/changes?startingVersion=2`]) {
      expect((await documentOf(await scene.ask(path))).message, path).toBe('version: expected one that has this table')
    }
  })

  it('has no version that is no longer kept', async () => {
    const published = folderStore(await folder())
    const get = async (key: string) => (key.includes('000000000001') ? undefined : published.get(key))
    const scene = await shareScene({ published: { ...published, get } })
    await handOver(scene)
    const refused = await scene.ask(`${table}/query`, { method: 'POST', body: { version: 1 } })
    expect([refused.status, (await documentOf(refused)).message]).toEqual([
      400,
      'version: expected one that is still kept',
    ])
  })
})
