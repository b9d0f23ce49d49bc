import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import { latestKey } from '../../../lambdas/handover/latest.ts'
import { signFlattened } from '../../../lambdas/handover/signature.ts'
import { keyPair } from '../../access/clients.ts'
import { flipped } from '../bytes.ts'
import { handOver, noise } from './published-handover.ts'
import { aRecipient, deaf, faulty, latestOf } from './silent-recipient.ts'

describe('what is not proven', () => {
  it('is named, keeps its place, and is fetched anew the next time', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    const [file] = await scene.published.list('moh/snapshots/000000000001/persons/')
    const key = file?.key as string
    const whole = (await scene.published.get(key))?.bytes as Uint8Array
    await scene.published.put(key, flipped(Buffer.from(whole), 50))

    const path = key.slice('moh/snapshots/000000000001/'.length)
    expect(await recipient.pull()).toMatchObject([{ verified: false, faults: [{ file: path, fault: 'wrong-hash' }] }])
    expect(await scene.ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })

    await scene.published.put(key, whole)
    expect(await recipient.pull()).toMatchObject([{ verified: true, sequence: 1 }])
  })

  it('is a change set that the snapshot does not name', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    await handOver(scene.publisher, [noise('persons', '01', 100)], [noise('persons', '01', 10)])
    await handOver(scene.publisher, [noise('persons', '01', 100)], [noise('persons', '01', 10)])
    for (const name of ['datapackage.json', 'datapackage.json.jws']) {
      const other = await scene.published.get(`moh/changes/000000000003/${name}`)
      await scene.published.put(`moh/changes/000000000002/${name}`, other?.bytes as Uint8Array)
    }

    expect(await recipient.pull({ withChanges: true })).toMatchObject([
      { verified: false, sequence: 2, faults: [{ file: 'datapackage.json', fault: 'not-the-one-announced' }] },
    ])
  })

  it('is a latest.json that is older than what was seen, signed by somebody else, or behind a notice', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    const first = await latestOf(scene)
    await recipient.pull()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const withNotices = await scene.recipient(scene.transports.https())
    await scene.published.put(latestKey('moh'), first)
    expect(await withNotices.pull()).toMatchObject(faulty('latest.json', 'not-the-one-announced'))

    await handOver(scene.publisher, [noise('persons', '01', 100)])
    await recipient.pull()
    await scene.published.put(latestKey('moh'), first)
    expect(await recipient.pull()).toMatchObject(faulty('latest.json', 'older-than-seen'))

    const forged = await signFlattened(Buffer.from('{}'), keyPair().signer)
    await scene.published.put(latestKey('moh'), Buffer.from(JSON.stringify(forged)))
    expect(await recipient.pull()).toMatchObject(faulty('latest.json', 'unknown-key'))
  })

  it('is no latest.json at all, once a handover was seen or announced', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    const latest = async () => undefined
    const hearing = { ...scene.transports.https(), latest }
    expect(await (await scene.recipient(hearing)).pull()).toMatchObject(faulty('latest.json', 'missing'))

    const withheld = { transport: deaf(hearing) }
    expect(await recipient.pull(withheld)).toEqual([])
    await recipient.pull()
    expect(await recipient.pull(withheld)).toMatchObject(faulty('latest.json', 'missing'))
  })

  it('is a file that is not there, and is named', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    scene.line.meddle = ({ url = '' }) => (url.includes('/persons/') ? { status: 404 } : undefined)

    expect(await recipient.pull()).toMatchObject([
      { verified: false, faults: [{ file: expect.stringMatching(/^persons\//), fault: 'missing' }] },
    ])
  })
})
