import { describe, expect, it } from 'vitest'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import { manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { folder } from '../../local/service.ts'
import { documentOf, handOver, linesOf, now, shareScene, table, tokenOf } from './share-scene.ts'

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
      `${shares}/moh`,
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
