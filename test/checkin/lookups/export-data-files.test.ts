import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { keepDataFile } from '../../../lambdas/checkin/lookups/export-data-files.ts'
import { folder } from '../../local/service.ts'

const bytes = Buffer.from('compressed')
const file = { name: 'abc', itemCount: 1, md5: hash('md5', bytes, 'base64') }

it('a data file is kept as it came', async () => {
  const path = await keepDataFile(Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]), file, await folder())
  expect(await readFile(path)).toEqual(bytes)
})

it('a data file that is not the manifest’s is refused', async () => {
  const kept = keepDataFile(Readable.from([bytes.subarray(1)]), file, await folder())
  await expect(kept).rejects.toMatchObject({ code: 'data-file-md5', reading: 'abc' })
})
