import { readFile } from 'node:fs/promises'
import { agreementWith } from '../lambdas/handover/agreements.ts'
import { datasetNames } from '../lambdas/handover/datasets.ts'
import { pemSigner } from '../lambdas/handover/signature.ts'
import { convertExport } from '../local/convert-export.ts'
import { usageSince } from '../local/process-usage.ts'
import { ensureSigningKey } from '../local/signing-key.ts'

/** The conversion with chunks and units so small that a million rows fill them as well as ten. */
const [exportDir = '', outDir = '', keyFile = ''] = process.argv.slice(2)
const key = await ensureSigningKey(keyFile)
const started = performance.now()
const { handover, resources } = await convertExport({
  exportDir,
  outDir,
  agreement: agreementWith('moh'),
  signer: pemSigner(await readFile(key.path, 'utf8')),
  clock: () => new Date(),
  chunkBytes: 8 * 1024 * 1024,
  unitRows: 20_000,
  workers: 1,
})
console.log(
  JSON.stringify({
    rows: Object.fromEntries(datasetNames.map(name => [name, handover.totals[name]?.rows ?? 0])),
    bytes: resources.reduce((sum, { bytes }) => sum + bytes, 0),
    ...usageSince(started),
  }),
)
