import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parsedAggregates } from '../../lambdas/handover/agreement.ts'
import type { Handover } from '../../lambdas/handover/handover.ts'
import { manifestName, packagePrefix } from '../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { folderStore } from '../../local/folder-store.ts'
import { runHandoverSteps } from '../../local/run-steps.ts'
import { moh, packedAt, signer } from '../handover/convert/conversion.ts'
import { type Draft, type DraftItem, draftExport, writeDraft } from '../handover/convert/export-draft.ts'

type Change = (item: DraftItem) => DraftItem

/** Hands over a small nation, and again a day later; gives where both forms of the second stand. `plan` says what an item becomes for each. */
export async function twoHandovers(
  dir: string,
  plan: (items: readonly DraftItem[]) => { readonly first: Change; readonly second: Change },
): Promise<{ readonly snapshot: string; readonly changes: string }> {
  const nation = await draftExport()
  const change = plan(nation.files.flatMap(({ lines }) => lines.map(itemOf)))
  const draft = changed(nation, change.first)
  const [work, published] = [folderStore(join(dir, 'work')), folderStore(join(dir, 'published'))]
  const handOver = async (sequence: number, asOfDay: string, draft: Draft, previous: Handover['previous']) => {
    const exported = join(dir, `export-${sequence}`)
    await writeDraft(draft, exported)
    await runHandoverSteps(
      {
        sequence,
        asOf: `${asOfDay}T01:00:00.000Z`,
        asOfDay,
        cut: { mode: 'full' },
        agreements: [moh],
        aggregates: parsedAggregates([moh]),
        previous,
      },
      [draft.summaryKey],
      {
        ...{ work, published, signer, dir: join(dir, `scratch-${sequence}`), exports: folderStore(exported) },
        clock: () => packedAt,
        prefixOf: (form, recipient) => `${packagePrefix(form, recipient, sequence)}/`,
      },
    )
    return packagePrefix('snapshots', 'moh', sequence)
  }
  const first = await handOver(1, '2026-11-21', draft, {})
  const sha256 = sha256Hex(await readFile(join(dir, 'published', first, manifestName)))
  const second = await handOver(2, '2026-11-22', changed(draft, change.second), { moh: { sequence: 1, sha256 } })
  return {
    snapshot: join(dir, 'published', second),
    changes: join(dir, 'published', packagePrefix('changes', 'moh', 2)),
  }
}

function changed(draft: Draft, change: Change): Draft {
  const line = (text: string) => JSON.stringify({ Item: change(itemOf(text)) })
  return { ...draft, files: draft.files.map(file => ({ ...file, lines: file.lines.map(line) })) }
}

function itemOf(line: string): DraftItem {
  return (JSON.parse(line) as { Item: DraftItem }).Item
}
