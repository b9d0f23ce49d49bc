import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, onTestFinished } from 'vitest'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import type { Unit } from '../../../lambdas/handover/compact/plan.ts'
import type { ExportedFile } from '../../../lambdas/handover/export/export-manifest.ts'
import { sequenceText } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { handoverSettings } from '../../../lambdas/handover/settings.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import { getJson } from '../../../lambdas/handover/work-steps.ts'
import { s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { startS3 } from '../../../local/s3/s3.ts'
import { localIdentity } from '../../../local/stack/services.ts'
import { folder } from '../../local/service.ts'
import { localClient } from '../../registry/registry-service.ts'
import { aHandoverChain, began } from '../compact/handover-chain.ts'
import { villagers } from '../compact/life.ts'
import { copyAll } from './copy-all.ts'

/** Steps of a full handover of 2,000 people, each to be taken by a process of its own, as deployed, on an S3 that outlives it. */
export interface StepProcesses {
  /** In a bucket of its own, where all is that comes before the step. */
  fresh(step: ProcessStep): Promise<StepProcess>
}

export type ProcessStep = 'convert' | 'compact'

export interface StepProcess {
  /** `kibibytes` is the most that any of its files may come to. */
  start(kibibytes?: number): Promise<Started>
  /** What stands in the work bucket besides what stood there before: by key, its SHA-256. */
  left(): Promise<Readonly<Record<string, string>>>
}

export interface Started {
  /** Undefined when it was killed. */
  readonly ended: Promise<'done' | { readonly name: string; readonly message: string } | undefined>
  kill(): void
}

const people = 2_000
const stepProcess = join(import.meta.dirname, 'step-process.ts')

export async function stepProcesses(): Promise<StepProcesses> {
  const dir = await folder()
  await aHandoverChain(dir).full({ population: villagers(people), at: began }, agreements)
  const made = folderStore(join(dir, 'work'))
  const root = `${sequenceText(1)}/`
  const keys = workKeys(1)
  const [dataFile] = await getJson<readonly ExportedFile[]>(made, keys.dataFiles)
  const units = await getJson<readonly Unit[]>(made, keys.units)
  const unit = units.find(({ aggregate, province }) => aggregate === 'persons' && province === '01')
  const steps = {
    convert: { input: { sequence: 1, dataFile }, after: ['converted/', 'parts/', 'keys/'] },
    compact: { input: { sequence: 1, unit }, after: ['compacted/', 'snapshots/'] },
  }

  const { endpoint, close } = await startS3({ dir: await folder() })
  onTestFinished(close)
  const s3 = new S3Client({ ...localClient, endpoint, forcePathStyle: true })
  onTestFinished(() => s3.destroy())
  await s3.send(new CreateBucketCommand({ Bucket: 'exports' }))
  await copyAll(folderStore(join(dir, 'exports')), s3ObjectStore(s3, 'exports'))
  let buckets = 0
  return {
    async fresh(step) {
      const bucket = `work-${++buckets}`
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
      const work = s3ObjectStore(s3, bucket)
      const { input, after } = steps[step]
      await copyAll(made, work, root, after)
      const before = new Set((await work.list('')).map(({ key }) => key))
      const scratch = await folder()
      const env = {
        ...localIdentity,
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_S3: endpoint,
        TMPDIR: scratch,
        POWERTOOLS_LOG_LEVEL: 'SILENT',
        [handoverSettings.exportsBucket]: 'exports',
        [handoverSettings.workBucket]: bucket,
      }
      const words = [
        stepProcess,
        join(import.meta.dirname, `../../../lambdas/handover/${step}.lambda.ts`),
        JSON.stringify(input),
      ]
      return {
        async start(kibibytes) {
          const limited = kibibytes === undefined ? '' : `trap '' XFSZ; ulimit -f ${kibibytes}; `
          const child = spawn('bash', ['-c', `${limited}exec "$0" "$@"`, process.execPath, ...words], {
            env,
            stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
          })
          const closed = once(child, 'close')
          const said: unknown[] = []
          child.on('message', message => said.push(message))
          await Promise.race([once(child, 'message'), closed])
          expect(said).toEqual(['begun'])
          return { ended: closed.then(() => said[1] as Awaited<Started['ended']>), kill: () => child.kill('SIGKILL') }
        },
        async left() {
          const found = (await work.list('')).filter(({ key }) => !before.has(key))
          const hashes = found.map(async ({ key }) => [key, sha256Hex((await work.get(key))?.bytes ?? '')])
          return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>
        },
      }
    },
  }
}
