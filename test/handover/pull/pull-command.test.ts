import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import '../../registry/quiet.ts'
import { UsageError } from '../../../bin/command.ts'
import { command as pull } from '../../../bin/commands/pull.ts'
import { command as recipient } from '../../../bin/commands/recipient.ts'
import { trustDirOf } from '../../../bin/state.ts'
import { terminal } from '../../../bin/terminal.ts'
import { latestKey } from '../../../lambdas/handover/latest.ts'
import type { PublicationFacts } from '../../../lambdas/handover/publication.ts'
import { loadMedium } from '../../../lambdas/handover/pull/medium-files.ts'
import { enrol } from '../../../lambdas/handover/pull/trust-files.ts'
import { lockState } from '../../../local/stack/state-lock.ts'
import { folder } from '../../local/service.ts'
import { jwks } from '../convert/conversion.ts'
import { recipientScene } from '../recipients/recipient-scene.ts'
import { aScene, type Scene } from '../scene.ts'
import { handOver, noise } from './published-handover.ts'

const quiet = writingTo([])

function writingTo(lines: string[]) {
  return terminal({ isTTY: false, write: (line: string) => lines.push(line) } as object as NodeJS.WriteStream)
}

/** What the lines say was done. */
function titlesOf(lines: readonly string[]): readonly string[] {
  return lines.map(line => line.split(' · ')[0]?.trim() ?? '')
}

describe('a recipient of a platform elsewhere', () => {
  it('makes a key, has it enrolled, and pulls with nothing but that and the address', async () => {
    const scene = await recipientScene()
    await handOver(scene.publisher, [noise('persons', '01', 100)])
    const state = await folder()
    const sender = join(state, 'sender.jwks.json')
    await writeFile(sender, JSON.stringify(jwks))

    const enrolled = await recipient.run(
      { options: { state, jwks: sender, api: scene.api }, arguments: ['enrol', 'moh'] },
      quiet,
    )
    const { client, clientJwks } = enrolled.document as { client: string; clientJwks: string }
    const { keys } = JSON.parse(await readFile(clientJwks, 'utf8'))
    const options = { state, recipient: 'moh', to: join(state, 'inbox'), api: `${scene.api}/` }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toMatchObject({ code: 'access-refused' })

    await scene.clients.put({ id: client, party: { role: 'recipient', recipient: 'moh' }, keys })
    const lines: string[] = []
    const pulled = await pull.run({ options, arguments: [] }, writingTo(lines))

    expect(titlesOf(lines)).toEqual(['download', 'verify', 'send the receipt'])
    expect(pulled).toMatchObject({ ok: true, document: { verified: true, sequence: 1 } })
    expect(enrolled.lines.at(-1)).toContain(clientJwks)
  })

  it('is told of a receipt that is held, of what it passed over, and of what is late', async () => {
    const medium = join(await folder(), 'medium')
    const state = await folder()
    const scene = await aScene()
    await handOver(scene, [noise('persons', '01', 100)])
    await enrol(trustDirOf(state, 'moh'), jwks)
    await carry(scene, medium, 1)
    const pullWith = (options: object, screen = quiet) =>
      pull.run(
        { options: { state, recipient: 'moh', to: join(state, 'inbox'), from: medium, ...options }, arguments: [] },
        screen,
      )
    await writeFile(join(medium, 'moh/receipts'), 'a file where the folder must be')

    const lines: string[] = []
    const held = await pullWith({}, writingTo(lines))
    expect(titlesOf(lines)).toEqual(['download', 'verify'])
    expect(held).toMatchObject({ ok: false, document: { verified: true, heldReceipts: [{ sequence: 1 }] } })
    expect(held.lines.join('\n')).toMatch(/verified, receipt held.*the receipt of handover 1 is held: /s)

    for (const province of ['02', '03']) await handOver(scene, [noise('persons', province, 100)])
    await rm(join(medium, 'moh'), { recursive: true })
    await carry(scene, medium, 3)
    const stuck = await pullWith({})
    expect(stuck).toMatchObject({ ok: false, document: { verified: false, sequence: 2, newest: 3 } })
    expect(stuck.lines.join('\n')).toContain('pull --newest takes handover 3 alone')

    const newest = await pullWith({ newest: true })
    expect(newest).toMatchObject({
      ok: true,
      document: { sequence: 3, verified: true, passedOver: { after: 1, upTo: 2 }, heldReceipts: [] },
    })
    expect(newest.lines).toContain('  passed over: every handover after 1 up to 2 · đã bỏ qua')

    vi.useFakeTimers({ now: new Date('2027-11-22T07:00:00Z'), toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const late = await pullWith({})
    expect(late).toMatchObject({ ok: true, document: { files: 0, late: true } })
    expect(late.lines.join('\n')).toMatch(
      /nothing new.*handover 3 was verified before: --again.*the next handover was due by 2026-.*: ask the sender/s,
    )
  })

  it('pulls into a folder once at a time', async () => {
    const to = await folder()
    await lockState(to)
    const options = { state: await folder(), recipient: 'moh', to, api: 'https://bangiao.example/v1' }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toMatchObject({ code: 'state-in-use' })
  })

  it('without a key is told to enrol', async () => {
    const options = { state: await folder(), recipient: 'moh', to: await folder(), api: 'https://bangiao.example/v1' }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toMatchObject({
      code: 'not-enrolled',
      message: expect.stringMatching(/enrol first, with bangiao recipient enrol$/),
    })
  })
})

/** Puts one handover alone onto a medium, with what `latest.json` says by now. */
async function carry({ published, ledger }: Scene, dir: string, sequence: number) {
  const publication = await ledger.publication('moh', sequence)
  const latest = await published.get(latestKey('moh'))
  const handovers = [publication?.facts as PublicationFacts]
  await loadMedium(published, { dir, recipient: 'moh' }, handovers, latest?.bytes as Uint8Array)
}

describe('bangiao pull is called wrongly', () => {
  it.each([
    ['--transport must be one of https, aws, not ftp', { transport: 'ftp' }],
    ['name one of --transport, --api and --from', { transport: 'aws', api: 'https://bangiao.example' }],
    ['--api must be an address by https, not http://bangiao.example', { api: 'http://bangiao.example' }],
    ['--api must be an address by https, not here', { api: 'here' }],
    ['--to is missing', { to: undefined }],
    ['name one of --newest and --again', { newest: true, again: true }],
    ['--newest takes a snapshot whole: leave --changes out', { newest: true, changes: true }],
  ])('when %s', async (message, changes) => {
    const options = { state: await folder(), recipient: 'moh', to: await folder(), ...changes }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toThrow(new UsageError(message))
  })
})
