import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askBangiao, runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

describe('bangiao convert --key', () => {
  it('refuses a key that nobody could verify with, says what the file must hold, and begins nothing', async () => {
    const home = await folder()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(join(home, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))

    expect(await askBangiao(home, 'convert', 'export', '--to', 'out', '--key', 'key.pem')).toEqual({
      error: {
        code: 'unfit-key',
        message: `${join(home, 'key.pem')} holds a key of rsa, and must hold a P-256 private key in PEM, not encrypted: name a file that is not there, and one is made, or make it with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`,
      },
    })
    expect(await readdir(home)).toEqual(['key.pem'])
  })

  it('refuses a folder, and names it', async () => {
    const home = await folder()
    await mkdir(join(home, 'key.pem'))

    const { code, stderr } = await runBangiao(home, 'convert', 'export', '--to', 'out', '--key', 'key.pem')
    expect({ code, stderr }).toEqual({ code: 1, stderr: `EISDIR: ${join(home, 'key.pem')} is a folder: name a file\n` })
  })
})
