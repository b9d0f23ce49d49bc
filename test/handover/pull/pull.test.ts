import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import { noticeOf } from '../../../lambdas/handover/notice.ts'
import type { PublicationFacts } from '../../../lambdas/handover/publication.ts'
import { partBytes } from '../../../lambdas/handover/pull/download-files.ts'
import { type PullTransport, TransportFault } from '../../../lambdas/handover/pull/pull-transport.ts'
import { mostFailures } from '../../../lambdas/shared/patience.ts'
import { recipientScene } from '../recipients/recipient-scene.ts'
import { handOver, noise } from './published-handover.ts'
import { aRecipient, deaf } from './silent-recipient.ts'

const kinds = ['https', 'aws'] as const

describe.each(kinds)('a recipient over %s', kind => {
  it('pulls what was handed over, answers, and has nothing left to take', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 4000), noise('persons', '79', 100)])
    const recipient = await scene.recipient(scene.transports[kind]())

    const pulled = await recipient.pull()

    const rowsByProvince = { persons: { '01': 4, '79': 1 } }
    expect(pulled).toMatchObject([{ verified: true, sequence: 1, receipt: { rows: { persons: 5 }, rowsByProvince } }])
    await expect.poll(() => scene.ledger.publication('moh', 1)).toMatchObject({ state: 'closed' })
    expect(await scene.noticesLeft()).toBe(0)
    expect(await recipient.pull()).toEqual([])
  })

  it('goes on after every break of the line where it was, and no byte comes twice', async () => {
    const scene = await recipientScene()
    const file = noise('persons', '01', 200_000)
    await handOver(scene.publisher, [file])
    let breaks = 0
    scene.line.meddle = ({ url = '' }) =>
      url.includes('/persons/') && breaks++ < mostFailures + 3 ? { breaksAfter: 9_999 } : undefined
    const recipient = await scene.recipient(deaf(scene.transports[kind]()))

    expect(await recipient.pull()).toMatchObject([{ verified: true }])

    expect(breaks).toBeGreaterThan(mostFailures + 3)
    expect([...scene.line.served.values()].reduce((sum, bytes) => sum + bytes, 0)).toBe(await bytesOfData(recipient))
  })

  it('has four files on their way at once, and never more', async () => {
    const scene = await recipientScene()
    const files = Array.from({ length: 24 }, (_, at) => noise('persons', '01', 1_000 + at))
    await handOver(scene.publisher, files)
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') ? { waits: 50 } : undefined)
    const recipient = await scene.recipient(scene.transports[kind]())

    expect(await recipient.pull()).toMatchObject([{ verified: true }])

    expect(scene.line.mostAtOnce).toBe(4)
  })

  it('takes a line that says nothing more for one that broke', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 50_000)])
    let silences = 0
    scene.line.meddle = ({ url = '' }) =>
      url.includes('/persons/') && silences++ < 3 ? { silentAfter: silences === 1 ? 0 : 9_999 } : undefined
    const recipient = await scene.recipient(deaf(scene.transports[kind](undefined, undefined, 1_000)))

    expect(await recipient.pull()).toMatchObject([{ verified: true }])
    expect(silences).toBeGreaterThan(3)
    expect(recipient.pauses).toHaveLength(3)
  })

  it('tries again what fails in passing, after longer and longer pauses, and gives up after so many in a row', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const recipient = await scene.recipient(deaf(scene.transports[kind]()))
    let failures = 0
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') && failures++ < 3 ? { status: 503 } : undefined)

    expect(await recipient.pull()).toMatchObject([{ verified: true }])
    expect(recipient.pauses).toEqual([125, 250, 500])

    const other = await scene.recipient(deaf(scene.transports[kind]()))
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') ? { status: 503 } : undefined)
    await expect(other.pull()).rejects.toMatchObject({ name: 'TransportFault', reason: 'passing' })
    expect(other.pauses).toHaveLength(mostFailures - 1)
  })
})

describe('both ways', () => {
  it('end with equal folders', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 4000), noise('cards', '79', 100)])
    await handOver(scene.publisher, [noise('persons', '01', 3000)], [noise('persons', '01', 10)])
    const found: Record<string, string>[] = []
    for (const kind of kinds) {
      const recipient = await scene.recipient(deaf(scene.transports[kind]()))
      expect(await recipient.pull({ withChanges: true })).toMatchObject([{ sequence: 1 }, { sequence: 2 }])
      found.push(await filesIn(recipient.inbox))
    }

    expect(found[0]).toEqual(found[1])
    expect(Object.keys(found[0] ?? {})).toContain('changes/000000000002/datapackage.json')
  })
})

describe('a recipient who lost the queue', () => {
  it('finds everything since the last handover that was verified', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    for (const province of ['02', '03']) await handOver(scene.publisher, [noise('persons', province, 100)])

    const pulled = await recipient.pull()

    expect(pulled).toMatchObject([
      { verified: true, sequence: 2 },
      { verified: true, sequence: 3 },
    ])
    for (const sequence of [1, 2, 3]) {
      expect(await scene.ledger.publication('moh', sequence)).toMatchObject({ state: 'closed' })
    }
  })

  it('is not answered twice: notices that come late are settled by the receipt that was sent', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    expect(await scene.noticesLeft()).toBe(1)

    expect(await recipient.pull({ transport: scene.transports.https() })).toEqual([])
    expect(await scene.noticesLeft()).toBe(0)
  })
})

describe('a pull that was interrupted', () => {
  it('fetches of a file what is not there yet, and of a handover the files that are not', async () => {
    const [first, second] = [noise('persons', '01', 50_000), noise('persons', '79', 50_000)]
    const { scene, recipient } = await aRecipient([first, second])
    const names = (await scene.published.list('moh/snapshots/000000000001/persons/')).map(({ key }) =>
      key.slice('moh/snapshots/000000000001/'.length),
    )
    const landing = join(recipient.inbox, '000000000001.part')
    for (const name of names) await mkdir(dirname(join(landing, name)), { recursive: true })
    await writeFile(join(landing, names[0] as string), first.content)
    await writeFile(join(landing, `${names[1]}.part`), second.content.subarray(0, 30_000))

    expect(await recipient.pull()).toMatchObject([{ verified: true }])

    const asked = scene.line.requests.filter(request => request.includes('/persons/'))
    expect(asked).toEqual([
      `GET /handover/moh/snapshots/000000000001/${names[1]} bytes=30000-${second.content.length - 1}`,
    ])
  })

  it('sends the receipt that it held back', async () => {
    const { scene, recipient, transport } = await aRecipient([noise('persons', '01', 100)])
    const answer = async () => {
      throw new TransportFault('passing', 'the plug was pulled')
    }
    await expect(recipient.pull({ transport: { ...transport, answer } })).rejects.toThrow('the plug was pulled')
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })

    expect(await recipient.pull()).toEqual([])
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'closed' })
  })

  it.each(['refused', 'not-there'] as const)(
    'takes what follows while a receipt is %s, says which is held, and sends it later',
    async reason => {
      const { scene, recipient, transport } = await aRecipient([noise('persons', '01', 100)])
      const answer: PullTransport['answer'] = async (receipt, acknowledgements) => {
        if (receipt.sequence === 1) throw new TransportFault(reason, 'not this one')
        await transport.answer(receipt, acknowledgements)
      }
      const heldReceipts = [{ sequence: 1, message: 'not this one' }]
      const refusing = { transport: { ...transport, answer } }
      expect(await recipient.outcome(refusing)).toMatchObject({ handovers: [{ verified: true }], heldReceipts })
      await handOver(scene.publisher, [noise('persons', '02', 100)])

      expect(await recipient.outcome(refusing)).toMatchObject({ handovers: [{ sequence: 2 }], heldReceipts })
      expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })
      expect(await scene.ledger.publication('moh', 2)).toMatchObject({ state: 'closed' })

      expect(await recipient.outcome()).toMatchObject({ handovers: [], heldReceipts: [] })
      expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'closed' })
    },
  )

  it('has at most a part on its way at any time', async () => {
    const { scene, recipient } = await aRecipient(
      ['01', '02', '03', '04', '05'].map(province => noise('persons', province, 3_000_000)),
    )
    await recipient.pull()

    const spans = scene.line.requests.flatMap(request => {
      const [, first, last] = /bytes=(\d+)-(\d+)$/.exec(request) ?? []
      return first === undefined ? [] : [Number(last) - Number(first) + 1]
    })
    expect(spans.length).toBeGreaterThan(5)
    expect(4 * Math.max(...spans)).toBeLessThanOrEqual(partBytes)
  })
})

describe('a client', () => {
  it('gets a new token when the one that it has is refused', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const tokens = scene.tokens()
    const given = ['a.b.c']
    const get = async () => given[0] ?? tokens.get()
    const transport = scene.transports.https(scene.publisher.clock, { get, forget: () => void given.shift() })

    expect(await (await scene.recipient(deaf(transport))).pull()).toMatchObject([{ verified: true }])
    expect(given).toEqual([])
  })

  it('that nobody knows is told why, and does not try again', async () => {
    const scene = await recipientScene()
    const tokens = scene.tokens('recipient-nobody')
    const recipient = await scene.recipient(deaf(scene.transports.https(scene.publisher.clock, tokens)))

    await expect(recipient.pull()).rejects.toMatchObject({
      code: 'access-refused',
      message: 'no access for recipient-nobody: invalid_client, sub: not the id of a registered client',
    })
    expect(recipient.pauses).toEqual([])
  })

  it('settles a notice that came often by as many receipts as it takes', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const publication = await scene.ledger.publication('moh', 1)
    const again = noticeOf(publication?.facts as PublicationFacts, 'handover')
    for (let times = 0; times < 4; times++) await scene.publisher.notices.send(again)

    await (await scene.recipient(scene.transports.https())).pull()

    expect(await scene.noticesLeft()).toBe(0)
  })

  it('asks for links by the hundred, and anew when they run out', async () => {
    const provinces = Array.from({ length: 105 }, (_, n) => String(n % 100).padStart(2, '0'))
    const { scene, recipient } = await aRecipient(provinces.map(province => noise('persons', province, 10)))

    await recipient.pull()
    // The manifest and its signature; then 105 data files, one of exceptions, and five schemas, whichever of them is reached first
    const [signed, ...files] = scene.linksAsked
    expect([signed, files.reduce((sum, links) => sum + links, 0)]).toEqual([2, 111])
    expect(files.length).toBeLessThan(8)

    let hours = 0
    const late = await scene.recipient(deaf(scene.transports.https(() => new Date(Date.now() + 3_600_000 * hours++))))
    expect(await late.pull()).toMatchObject([{ verified: true }])
    expect(scene.linksAsked.length).toBeGreaterThan(100)
  })

  it('asks anew for a link that is refused, and once only', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    let refusals = 0
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') && refusals++ < 1 ? { status: 403 } : undefined)
    await recipient.pull()
    // The manifest and its signature, seven files, and one of them again
    expect(scene.linksAsked.reduce((sum, links) => sum + links, 0)).toBe(2 + 7 + 1)

    const other = await scene.recipient(deaf(scene.transports.https()))
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') ? { status: 403 } : undefined)
    await expect(other.pull()).rejects.toMatchObject({ reason: 'refused' })
    expect(other.pauses).toEqual([])
  })

  it('says before the first byte when the disk is too small', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 50_000)])

    await expect(recipient.pull({ freeBytes: async () => 40_000 })).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(/bytes are to come, and 40000 are free; make room, then go on$/),
    })
    expect([...scene.line.served]).toEqual([])
  })

  it('tells how many bytes have come, of how many', async () => {
    const { recipient } = await aRecipient([noise('persons', '01', 50_000)])
    const told: number[][] = []
    await recipient.pull({ onProgress: ({ step, done, of }) => step === 'download' && told.push([done, of]) })

    const [, of] = told.at(-1) ?? []
    expect(told[0]).toEqual([0, of])
    expect(told.at(-1)).toEqual([of, of])
  })
})

/** Every file below a folder, by path, in hex. */
async function filesIn(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files: Record<string, string> = {}
  for (const entry of entries.filter(entry => entry.isFile())) {
    const path = join(entry.parentPath, entry.name)
    files[path.slice(dir.length + 1)] = (await readFile(path)).toString('hex')
  }
  return files
}

async function bytesOfData({ inbox }: { readonly inbox: string }): Promise<number> {
  const files = Object.entries(await filesIn(inbox)).filter(([path]) => path.endsWith('.parquet'))
  return files.reduce((sum, [, hex]) => sum + hex.length / 2, 0)
}
