import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { openDatabase } from '../../lambdas/handover/engine/duckdb-engine.ts'
import { inScratch, ScratchFull } from '../../lambdas/shared/scratch-files.ts'
import { folder } from '../local/service.ts'

const root = new URL('../..', import.meta.url)

it('is called full when the engine may spill no more, and is empty afterwards', async () => {
  const base = await folder()
  const spilling = inScratch(base, 'convert', async dir => {
    const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '50MB' })
    try {
      const engine = await database.connect()
      await engine.run("SET max_temp_directory_size = '1MB'")
      await engine.run(
        'CREATE TABLE sorted AS SELECT random() AS one, uuid() AS other FROM range(3000000) ORDER BY other',
      )
    } finally {
      database.close()
    }
  })
  await expect(spilling).rejects.toThrow(new ScratchFull(`convert: no room is left in ${base}`))
  expect(await readdir(base)).toEqual([])
})

it.each([
  ['a file', "await writeFile(join(dir, 'full'), Buffer.alloc(65536))"],
  [
    'the engine',
    `process.chdir(dir); await engine.run("COPY (SELECT random() FROM range(1000000)) TO 'full.parquet'")`,
  ],
])('is called full when the system lets %s grow no further', async (_, write) => {
  const code = `
    import { writeFile } from 'node:fs/promises'
    import { join } from 'node:path'
    import { openDatabase } from './lambdas/handover/engine/duckdb-engine.ts'
    import { inScratch } from './lambdas/shared/scratch-files.ts'
    const base = ${JSON.stringify(await folder())}
    const engine = await (await openDatabase({ dir: base, threads: 1, memoryLimit: '100MB' })).connect()
    await inScratch(base, 'convert', async dir => { ${write} }).catch(error => console.log(error.name))
    process.exit()`
  const limited = 'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"'
  const child = spawn('bash', ['-c', limited, process.execPath, '--input-type=module', '--eval', code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  expect(await text(child.stdout)).toBe('scratch-full\n')
})

it('leaves any other error as it is', async () => {
  const other = inScratch(await folder(), 'convert', async () => Promise.reject(new TypeError('not that')))
  await expect(other).rejects.toThrow(TypeError)
})
