import { z } from 'zod'
import { sha256Of } from '../../shared/digest-files.ts'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { HandoverFault } from '../fault.ts'
import { stepInput } from '../handover.ts'
import type { Ledger } from '../ledger-store.ts'
import { packagePrefix } from '../manifest.ts'
import { putOnce } from './package-steps.ts'
import { checkHead } from './publish-job.ts'

interface Needs {
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly ledger: Ledger
  readonly dir: string
}

const finalObject = z.object({
  key: z.string(),
  form: z.enum(['snapshots', 'changes']),
  recipient: z.string(),
  name: z.string(),
  sha256: z.string(),
  bytes: z.int(),
})
export const placeInput = stepInput.extend({ file: finalObject })

/** Step 11: one final file goes where its recipient will find it, once, its bytes hashed again on the way. Nobody reads it before the commit. */
export async function placeOne(
  { work, published, ledger, dir }: Needs,
  { sequence, file }: z.infer<typeof placeInput>,
) {
  const { key, form, recipient, name, sha256 } = file
  await checkHead({ work, ledger }, sequence, recipient)
  await inScratch(dir, 'place', async scratch => {
    const path = await work.localFile(key, scratch)
    if ((await sha256Of(path)) !== sha256)
      throw new HandoverFault('rows-lost', key, 'its bytes changed in the work bucket')
    await putOnce(published, `${packagePrefix(form, recipient, sequence)}/${name}`, { path, sha256 })
  })
}

export function placeJob(needs: Needs) {
  return job('place', placeInput, input => placeOne(needs, input))
}
