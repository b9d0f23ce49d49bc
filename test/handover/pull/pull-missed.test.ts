import { readdir, rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import { readLatest } from '../../../lambdas/handover/latest.ts'
import { saveSeen } from '../../../lambdas/handover/pull/trust-files.ts'
import { recipientScene } from '../recipients/recipient-scene.ts'
import { handOver, noise } from './published-handover.ts'
import { aRecipient, faulty, latestOf } from './silent-recipient.ts'

describe('a recipient who missed a handover that is no longer kept', () => {
  it('is told that the newest can be taken alone, and takes it when it asks for that', async () => {
    const { recipient } = await aGap()
    expect(await recipient.pull()).toMatchObject([
      { verified: false, sequence: 2, faults: [{ file: 'datapackage.json', fault: 'missing' }], newest: 4 },
    ])

    expect(await recipient.outcome({ taking: 'newest' })).toMatchObject({
      handovers: [{ verified: true, sequence: 4 }],
      passedOver: { after: 1, upTo: 3 },
    })
    expect((await readdir(recipient.inbox)).filter(name => !name.endsWith('.part'))).toEqual([
      '000000000001',
      '000000000004',
    ])
    expect(await recipient.outcome()).toMatchObject({ handovers: [], passedOver: null })
    expect(await recipient.outcome({ taking: 'newest' })).toMatchObject({ handovers: [], passedOver: null })
  })

  it('is told so as well when its files alone are gone', async () => {
    const { scene, recipient } = await aGap()
    scene.line.meddle = ({ url = '' }) => (/0002\/persons/.test(url) ? { status: 404 } : undefined)
    expect(await recipient.pull()).toMatchObject([{ verified: false, sequence: 2, newest: 4 }])
  })

  it('passes nothing over where nothing lies between', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    await handOver(scene.publisher, [noise('persons', '02', 100)])
    expect(await recipient.outcome({ taking: 'newest' })).toMatchObject({
      handovers: [{ verified: true, sequence: 2 }],
      passedOver: null,
    })
  })

  it('is not given an older one in this way, nor one of another branch', async () => {
    const { recipient } = await aGap()
    const sha256 = 'f'.repeat(64)
    for (const [sequence, file, fault] of [
      [5, 'latest.json', 'older-than-seen'],
      [4, 'latest.json', 'not-the-one-seen'],
      [3, 'datapackage.json', 'not-the-next'],
    ] as const) {
      await saveSeen(recipient.trustDir, { sequence, sha256 })
      expect(await recipient.pull({ taking: 'newest' }), file).toMatchObject(faulty(file, fault))
    }
  })
})

describe('a recipient who lost what it verified', () => {
  it('is told which that is, has it once more when it asks for that, and goes on from there', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    await handOver(scene.publisher, [noise('persons', '02', 100)], [noise('persons', '02', 10)])
    await recipient.pull()
    await rm(recipient.inbox, { recursive: true })

    expect(await recipient.outcome()).toMatchObject({ handovers: [], lastVerified: 2 })
    expect(await recipient.pull({ taking: 'again', withChanges: true })).toMatchObject([
      { verified: true, sequence: 2, receipt: { rows: { persons: 1 } }, changes: expect.stringContaining('changes') },
    ])
    expect(await readdir(recipient.inbox)).toEqual(['000000000002', 'changes'])

    await handOver(scene.publisher, [noise('persons', '03', 100)])
    expect(await recipient.pull({ taking: 'again' })).toMatchObject([{ sequence: 2 }, { sequence: 3 }])
    expect(await recipient.outcome()).toMatchObject({ handovers: [], lastVerified: 3 })
  })

  it('is not given another in its place', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    await recipient.pull()
    await handOver(scene.publisher, [noise('persons', '02', 100)])
    await rm(recipient.inbox, { recursive: true })
    const second = await scene.published.get('moh/snapshots/000000000002/datapackage.json')
    const jws = await scene.published.get('moh/snapshots/000000000002/datapackage.json.jws')
    await scene.published.put('moh/snapshots/000000000001/datapackage.json', second?.bytes as Uint8Array)
    await scene.published.put('moh/snapshots/000000000001/datapackage.json.jws', jws?.bytes as Uint8Array)

    expect(await recipient.pull({ taking: 'again' })).toMatchObject(faulty('datapackage.json', 'not-the-one-announced'))
  })

  it('takes all there is where it never verified any', async () => {
    const { recipient } = await aRecipient([noise('persons', '01', 100)])
    expect(await recipient.outcome({ taking: 'again' })).toMatchObject({
      handovers: [{ verified: true, sequence: 1 }],
      lastVerified: 1,
    })
  })
})

describe('when the next handover is due', () => {
  it('is told, and that it has passed', async () => {
    const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
    const { nextDue } = readLatest(await latestOf(scene))
    const after = new Date(Date.parse(nextDue) + 1)

    expect(await recipient.outcome()).toMatchObject({ nextDue, late: false })
    expect(await recipient.outcome({ clock: () => after })).toMatchObject({ handovers: [], nextDue, late: true })
  })

  it('is not known before the first', async () => {
    const scene = await recipientScene()
    const recipient = await scene.recipient(scene.transports.https())
    expect(await recipient.outcome()).toMatchObject({ handovers: [], lastVerified: null, nextDue: null, late: false })
  })
})

/** He has the first of four handovers, and the second is no longer kept. */
async function aGap() {
  const { scene, recipient } = await aRecipient([noise('persons', '01', 100)])
  await recipient.pull()
  for (const province of ['02', '03', '04']) await handOver(scene.publisher, [noise('persons', province, 100)])
  scene.line.meddle = ({ url = '' }) => (url.includes('/000000000002/') ? { status: 404 } : undefined)
  return { scene, recipient }
}
