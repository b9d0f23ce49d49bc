import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import { UsageError } from '../../../bin/command.ts'
import { command as pull } from '../../../bin/commands/pull.ts'
import { command as recipient } from '../../../bin/commands/recipient.ts'
import { terminal } from '../../../bin/terminal.ts'
import { lockState } from '../../../local/stack/state-lock.ts'
import { folder } from '../../local/service.ts'
import { jwks } from '../convert/conversion.ts'
import { recipientScene } from '../recipients/recipient-scene.ts'
import { handOver, noise } from './published-handover.ts'

const quiet = terminal({ isTTY: false, write: () => true } as unknown as NodeJS.WriteStream)

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
    const pulled = await pull.run({ options, arguments: [] }, quiet)

    expect(pulled).toMatchObject({ ok: true, document: { verified: true, sequence: 1 } })
    expect(enrolled.lines.at(-1)).toContain(clientJwks)
  })

  it('pulls into a folder once at a time', async () => {
    const to = await folder()
    await lockState(to)
    const options = { state: await folder(), recipient: 'moh', to, api: 'https://bangiao.example/v1' }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toMatchObject({ name: 'StateInUse' })
  })

  it('without a key is told to enrol', async () => {
    const options = { state: await folder(), recipient: 'moh', to: await folder(), api: 'https://bangiao.example/v1' }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toMatchObject({
      code: 'not-enrolled',
      message: expect.stringMatching(/enrol first, with bangiao recipient enrol$/),
    })
  })
})

describe('bangiao pull is called wrongly', () => {
  it.each([
    ['--transport must be one of https, aws, not ftp', { transport: 'ftp' }],
    ['name one of --transport, --api and --from', { transport: 'aws', api: 'https://bangiao.example' }],
    ['--api must be an address by https, not http://bangiao.example', { api: 'http://bangiao.example' }],
    ['--api must be an address by https, not here', { api: 'here' }],
    ['--to is missing', { to: undefined }],
  ])('when %s', async (message, changes) => {
    const options = { state: await folder(), recipient: 'moh', to: await folder(), ...changes }
    await expect(pull.run({ options, arguments: [] }, quiet)).rejects.toThrow(new UsageError(message))
  })
})
