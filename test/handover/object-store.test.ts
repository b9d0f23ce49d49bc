import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { type ObjectStore, s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { folderStore } from '../../local/folder-store.ts'
import { startS3 } from '../../local/s3/s3.ts'
import { folder } from '../local/service.ts'
import { localClient } from '../registry/registry-service.ts'
import { describeObjectStore, twenty, utf8 } from './object-store.suite.ts'

const nothing = () => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

describeObjectStore('a folder', async () => folderStore(await folder()))
describeObjectStore('S3', s3Store)

it('S3 lets one of twenty replace what all of them read', async () => {
  const store = await s3Store()
  await store.put('a', utf8('one'))
  const read = await store.get('a')

  const replaced = await Promise.all(twenty(n => store.replace('a', utf8(`${n}`), read?.etag)))

  expect(replaced.filter(Boolean)).toHaveLength(1)
  expect(Buffer.from((await store.get('a'))?.bytes ?? []).toString()).toBe(`${replaced.indexOf(true)}`)
})

async function s3Store(): Promise<ObjectStore> {
  const { endpoint, close } = await startS3({ dir: await folder() })
  const s3 = new S3Client({ ...localClient, endpoint, forcePathStyle: true, logger: silent })
  await s3.send(new CreateBucketCommand({ Bucket: 'handover' }))
  onTestFinished(async () => {
    s3.destroy()
    await close()
  })
  return s3ObjectStore(s3, 'handover')
}
