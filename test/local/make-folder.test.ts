import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../local/make-folder.ts'
import { folder } from './service.ts'

describe('a folder', () => {
  it('is made with those above it, and stays when it is there', async () => {
    const path = join(await folder(), 'a', 'b', 'c')
    await makeFolder(path)
    await makeFolder(path)
    expect((await stat(path)).isDirectory()).toBe(true)
  })

  it('is not made where a file is', async () => {
    const path = join(await folder(), 'file')
    await writeFile(path, '')
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'EEXIST', path })
    await expect(makeFolder(join(path, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(process.platform === 'linux')('is refused where none can be made', async () => {
    await expect(makeFolder('/proc/none')).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/none' })
    await expect(makeFolder('/proc/none/below')).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/none' })
  })
})
