import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import type { ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { runHandoverSteps } from '../../../local/run-steps.ts'
import { folder } from '../../local/service.ts'
import { packedAt, signer } from './conversion.ts'
import { draftExport, today, writeDraft } from './export-draft.ts'

it('a handover to every recipient reads each data file once', async () => {
  const dir = await folder()
  const draft = await draftExport({ people: 60, files: 3 })
  await writeDraft(draft, join(dir, 'export'))
  const asked: string[] = []

  const made = await runHandoverSteps(
    {
      sequence: 0,
      asOf: packedAt.toISOString(),
      asOfDay: today,
      cut: { mode: 'full' },
      agreements,
      aggregates: parsedAggregates(agreements),
      previous: {},
    },
    [draft.summaryKey],
    {
      exports: noting(folderStore(join(dir, 'export')), asked),
      work: folderStore(join(dir, 'work')),
      published: folderStore(join(dir, 'published')),
      signer,
      clock: () => packedAt,
      dir: join(dir, 'scratch'),
      prefixOf: (form, recipient) => `${recipient}/${form}/`,
    },
  )

  expect(Object.keys(made).sort()).toEqual(agreements.map(({ recipient }) => recipient).sort())
  expect(asked.filter(key => key.endsWith('.json.gz')).sort()).toEqual(draft.files.map(({ key }) => key).sort())
})

/** The store, with each key that is asked of it noted, by whatever method. */
function noting(store: ObjectStore, asked: string[]): ObjectStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown
      if (typeof method !== 'function') return method
      return (...given: readonly unknown[]) => {
        if (name !== 'list') asked.push(String(given[0]))
        return Reflect.apply(method, target, given) as unknown
      }
    },
  })
}
