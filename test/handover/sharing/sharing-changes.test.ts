import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { documentOf, expiresAt, handOver, linesOf, publish, shareScene, table } from './share-scene.ts'

describe('the changes of a table', () => {
  it('are the change files of each version, with its number and its instant', async () => {
    const scene = await shareScene()
    await handOver(scene)
    const answer = await scene.ask(`${table}/changes?startingVersion=2&endingVersion=4&includeHistoricalMetadata=true`)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'delta-table-version': '2',
      'delta-sharing-capabilities': 'responseformat=parquet',
    })
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
    'startingVersion=0',
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
