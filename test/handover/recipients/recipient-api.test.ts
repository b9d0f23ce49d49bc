import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import type { Publication } from '../../../lambdas/handover/publication.ts'
import type { Receipt } from '../../../lambdas/handover/receipt.ts'
import { sealAcknowledgement } from '../../../lambdas/handover/recipients/acknowledgement.ts'
import { mostLinks } from '../../../lambdas/handover/recipients/links-request.ts'
import { mostBodyBytes } from '../../../lambdas/handover/recipients/recipient-request.ts'
import { handOver, noise } from '../pull/published-handover.ts'
import { receiptOf } from './receipt-of.ts'
import { recipientScene } from './recipient-scene.ts'

type Scene = Awaited<ReturnType<typeof recipientScene>>

describe('notices', () => {
  it('are what waits on the queue, which keeps them', async () => {
    const scene = await announced()

    const { status, content } = await call(scene, 'GET', 'notices')

    expect(status).toBe(200)
    expect(content).toEqual({
      notices: [{ event: expect.objectContaining({ id: 'moh-000000000001' }), acknowledgement: expect.any(String) }],
    })
    expect(JSON.stringify(content.notices[0].acknowledgement).length).toBeLessThan(4096)
    expect(await scene.noticesLeft()).toBe(1)
  })
})

describe('links', () => {
  it('read the files that were asked for, for a quarter of an hour, without any credentials', async () => {
    const scene = await announced()
    const paths = ['datapackage.json', 'schemas/persons.json']

    const { status, content } = await call(scene, 'POST', 'links', { sequence: 1, paths })

    expect(status).toBe(200)
    expect(content.links.map(({ path }) => path)).toEqual(paths)
    const minutes = (Date.parse(content.expiresAt) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(14)
    expect(minutes).toBeLessThanOrEqual(15)
    for (const { path, url } of content.links) {
      const stored = await scene.published.get(`moh/snapshots/000000000001/${path}`)
      expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(stored?.bytes)
    }
  })

  it('never lead to what is not asked for: another file, or putting one', async () => {
    const scene = await announced()
    const { content } = await call(scene, 'POST', 'links', { sequence: 1, paths: ['datapackage.json'] })
    const [{ url }] = content.links

    expect((await fetch(url.replace('/moh/', '/labour/'))).status).toBe(403)
    expect((await fetch(url.replace('datapackage.json', 'datapackage.json.jws'))).status).toBe(403)
    expect((await fetch(url, { method: 'PUT', body: 'mine' })).status).toBe(403)
  })

  it.each<[string, object, string]>([
    ['no paths', { sequence: 1, paths: [] }, 'paths'],
    ['more than a hundred', { sequence: 1, paths: Array(mostLinks + 1).fill('a') }, 'paths'],
    ['a path upwards', { sequence: 1, paths: ['../../../labour/latest.json'] }, 'paths'],
    ['a path from the root', { sequence: 1, paths: ['/labour/latest.json'] }, 'paths'],
    ['a path with a dot for a folder', { sequence: 1, paths: ['persons/./x'] }, 'paths'],
    ['a sequence below zero', { sequence: -1, paths: ['a'] }, 'sequence'],
    ['a sequence that climbs', { sequence: '1/../..', paths: ['a'] }, 'sequence'],
    ['another form', { form: '..', sequence: 1, paths: ['a'] }, 'form'],
    ['another recipient', { recipient: 'labour', sequence: 1, paths: ['a'] }, 'body'],
  ])('are refused for %s, by the field', async (_, request, field) => {
    const { status, content } = await call(await recipientScene(), 'POST', 'links', request)

    expect(status).toBe(400)
    expect(content).toMatchObject({ type: 'urn:bangiao:problem:malformed-fields', errors: [{ field }] })
    expect(content.errors[0]).toMatchObject({ en: expect.any(String), vi: expect.any(String) })
  })
})

describe('a body', () => {
  it.each(['links', 'receipts'])('of more than 8 KB is refused, to %s', async route => {
    const paths = ['a'.repeat(mostBodyBytes)]

    const { status, content } = await call(await recipientScene(), 'POST', route, { sequence: 1, paths })

    expect(status).toBe(413)
    expect(content).toMatchObject({ type: 'urn:bangiao:problem:body-too-large' })
  })
})

describe('latest', () => {
  it('is the signed document as it stands, and 404 before there is one', async () => {
    const scene = await recipientScene()
    expect(await call(scene, 'GET', 'latest')).toMatchObject({
      status: 404,
      content: { type: 'urn:bangiao:problem:nothing-published' },
    })

    await handOver(scene.publisher, [noise('persons', '01', 100)])

    const stored = await scene.published.get('moh/latest.json')
    const { status, content } = await call(scene, 'GET', 'latest')
    expect({ status, content }).toEqual({
      status: 200,
      content: JSON.parse(Buffer.from(stored?.bytes ?? '').toString()),
    })
  })
})

describe('a receipt', () => {
  it('is kept, closes the handover, and takes the notice off the queue', async () => {
    const scene = await announced()
    const acknowledgements = await acknowledged(scene)
    const receipt = await rightReceipt(scene)

    const sent = await call(scene, 'POST', 'receipts', { receipt, acknowledgements })

    expect(sent).toEqual({ status: 200, content: { state: 'closed', discrepancies: [] } })
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'closed' })
    expect(await scene.ledger.receipt(receipt)).toEqual(receipt)
    expect(await scene.noticesLeft()).toBe(0)
  })

  it('may come again, with an acknowledgement that is used up, and without any', async () => {
    const scene = await announced()
    const acknowledgements = await acknowledged(scene)
    const receipt = await rightReceipt(scene)
    const closed = { status: 200, content: { state: 'closed', discrepancies: [] } }

    for (const content of [{ receipt, acknowledgements }, { receipt, acknowledgements }, { receipt }])
      expect(await call(scene, 'POST', 'receipts', content)).toEqual(closed)
  })

  it('that found something else is told every discrepancy', async () => {
    const scene = await announced()
    const receipt = { ...(await rightReceipt(scene)), rowsByProvince: { persons: { '01': 2 } } }

    const { status, content } = await call(scene, 'POST', 'receipts', { receipt })

    expect({ status, state: content.state }).toEqual({ status: 200, state: 'disputed' })
    expect(content.discrepancies).toContainEqual({
      of: 'rows',
      dataset: 'persons',
      province: '01',
      sent: 1,
      counted: 2,
    })
    expect(await scene.ledger.publication('moh', 1)).toMatchObject(content)
  })

  it('settles nothing with an acknowledgement that is of another handover, of another recipient, or made up', async () => {
    const scene = await announced()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const receipt = await rightReceipt(scene)
    const key = Buffer.alloc(32, 7)
    const nonce = Buffer.alloc(12, 1)
    const [real] = await acknowledged(scene)
    const forged = [
      sealAcknowledgement(key, 'labour', { sequence: 1, handle: 'x' }, nonce),
      sealAcknowledgement(key, 'moh', { sequence: 2, handle: 'x' }, nonce),
      sealAcknowledgement(Buffer.alloc(32, 8), 'moh', { sequence: 1, handle: 'x' }, nonce),
      `${real}AAAA`,
      'hello',
    ]

    for (const acknowledgement of forged) {
      const sent = await call(scene, 'POST', 'receipts', { receipt, acknowledgements: [acknowledgement] })
      expect(sent).toMatchObject({ status: 400, content: { errors: [{ field: 'acknowledgements' }] } })
    }
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })
    expect(await scene.noticesLeft()).toBe(2)
  })

  it.each<[string, Partial<Receipt>, number, string]>([
    ['of a handover that was never published', { sequence: 99 }, 404, 'no-such-handover'],
    ['of another recipient', { recipient: 'labour' }, 403, 'other-recipient'],
    ['with a hash that is none', { rootSha256: 'abc' }, 400, 'malformed-fields'],
  ])('%s is refused', async (_, change, status, code) => {
    const scene = await announced()
    const receipt = { ...(await rightReceipt(scene)), ...change }

    const refused = await call(scene, 'POST', 'receipts', { receipt })

    expect(refused).toMatchObject({ status, content: { type: `urn:bangiao:problem:${code}` } })
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })
  })
})

async function announced(): Promise<Scene> {
  const scene = await recipientScene()
  await handOver(scene.publisher, [noise('persons', '01', 100)])
  return scene
}

async function acknowledged(scene: Scene): Promise<readonly string[]> {
  const { content } = await call(scene, 'GET', 'notices')
  return content.notices.map(({ acknowledgement }) => acknowledgement)
}

async function rightReceipt({ ledger }: Scene): Promise<Receipt> {
  return receiptOf(((await ledger.publication('moh', 1)) as Publication).facts)
}

async function call({ api, tokens }: Scene, method: string, route: string, content?: object) {
  const answer = await fetch(`${api}/recipients/moh/${route}`, {
    method,
    headers: { authorization: `Bearer ${await tokens().get()}`, 'content-type': 'application/json' },
    ...(content && { body: JSON.stringify(content) }),
  })
  return { status: answer.status, content: (await answer.json()) as Content }
}

/** What one route or another answers. */
interface Content {
  readonly notices: readonly [{ readonly acknowledgement: string }]
  readonly expiresAt: string
  readonly links: readonly [{ readonly path: string; readonly url: string }]
  readonly state: string
  readonly discrepancies: readonly object[]
  readonly errors: readonly object[]
}
