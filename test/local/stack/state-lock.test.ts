import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockState } from '../../../local/stack/state-lock.ts'
import { folder } from '../service.ts'

const module = new URL('../../../local/stack/state-lock.ts', import.meta.url).href
const inUse = { code: 'state-in-use' }

describe('a state folder', () => {
  it('is kept for one at a time, also within a process', async () => {
    const dir = await folder()
    const unlock = await lockState(dir)
    await expect(lockState(dir)).rejects.toMatchObject(inUse)

    await unlock()
    expect(await readdir(dir)).toEqual([])
    await lockState(dir)
  })

  it('is kept by another process while that lives, and taken over once it was killed', async () => {
    const dir = await folder()
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { lockState } from '${module}'\nawait lockState(${JSON.stringify(dir)})\nconsole.log('kept')\nsetInterval(() => {}, 1000)`,
    ])
    onTestFinished(() => void holder.kill('SIGKILL'))
    await once(holder.stdout, 'data')
    await expect(lockState(dir)).rejects.toMatchObject(inUse)

    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await lockState(dir)
  })

  it.runIf(process.platform === 'linux')(
    'is not kept by a process that only has the number of the one that was killed',
    async () => {
      const dir = await folder()
      await lockState(dir)
      const path = join(dir, 'lock')
      const text = await readFile(path, 'utf8')
      await expect(lockState(dir)).rejects.toMatchObject(inUse)
      await writeFile(
        path,
        text.replace(/[0-9]+$/, tick => String(Number(tick) - 1)),
      )

      await lockState(dir)
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )
})
