import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sealFaultNames } from '../../lambdas/checkin/lookups/seal-faults.ts'

it('docs/lookups.md has every fault that a handover cannot have, and no other', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/lookups.md'), 'utf8')
  const [, sentence = ''] = /Beside the faults of a \[handover\]\(.+?\) it names (.+?)\. /.exec(page) ?? []
  expect([...sentence.matchAll(/`(.+?)`/g)].map(([, name]) => name)).toEqual(sealFaultNames)
})
