import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askBangiao, runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

describe('bangiao convert --to', () => {
  it('writes over nothing, and begins nothing', async () => {
    const home = await folder()
    await mkdir(join(home, 'out'))
    const letter = join(home, 'out', 'letter.txt')
    await writeFile(letter, 'a letter')
    const convert = (to: string) => runBangiao(home, 'convert', 'export', '--to', to, '--key', 'key.pem')

    expect(await convert('out')).toMatchObject({
      code: 2,
      stderr: `${join(home, 'out')} holds something already; name an empty folder with --to\n`,
    })
    expect(await convert('out/letter.txt')).toMatchObject({
      code: 2,
      stderr: `${letter} is no folder; name an empty one with --to\n`,
    })
    expect(await readFile(letter, 'utf8')).toBe('a letter')
    expect(await readdir(home, { recursive: true })).toEqual(['out', 'out/letter.txt'])
  })
})

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
