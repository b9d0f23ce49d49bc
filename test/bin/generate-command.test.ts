import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askBangiao, runBangiao } from '../command.ts'
import { documented } from '../journeys/documented.ts'
import { folder } from '../local/service.ts'

const words = ['generate', '--people', '20', '--to']

describe('bangiao generate', () => {
  it('writes over nothing', async () => {
    const dir = await folder()
    await writeFile(join(dir, 'persons.ndjson'), 'the real ones')

    expect(await runBangiao(dir, ...words, dir)).toMatchObject({
      code: 2,
      stderr: `${dir} holds something already; name an empty folder with --to\n`,
    })
    expect(await readFile(join(dir, 'persons.ndjson'), 'utf8')).toBe('the real ones')
    expect(await runBangiao(dir, ...words, 'persons.ndjson')).toMatchObject({
      code: 2,
      stderr: `${join(dir, 'persons.ndjson')} is no folder; name an empty one with --to\n`,
    })
  })

  it.each([[[]], [['--news']]])('answers what its page says, with %j', async more => {
    const answer = await askBangiao<object>(await folder(), ...words, 'nation', ...more)

    expect(Object.keys(answer).sort()).toEqual(await documented('generate'))
  })

  it.runIf(process.platform === 'linux')('ends where no folder can be made', async () => {
    expect(await runBangiao(await folder(), ...words, '/proc/none')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ENOENT: /proc/none cannot be made where it would lie: name another place\n',
    })
  })
})
