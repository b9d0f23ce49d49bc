import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, onTestFinished, vi } from 'vitest'
import { linkSessions } from '../../../lambdas/handover/sharing/link-session-client.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { sharingLinkRole } from '../../../local/stack/resources.ts'
import { localIdentity } from '../../../local/stack/services.ts'
import { failing, failingServices, triedUntilDone } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'

const tries = 20
const [bucket, key, bytes] = ['handover', 'moh/a-file.parquet', 'its bytes']

export const linkSessionFails: InjectedFault = {
  name: 'STS throttles, fails or breaks off while links of a share are signed',
  injected:
    'STS answers 503, 500 or 429, or ends the connection, for a tenth to a half of all requests; a session that could not be had is asked for again',
  holds: 'there is a session or an error; every link of a session opens its file',
  runs: [2, 40],
  async begin() {
    const { lines, clients } = await failingServices()
    const identity = { ...localIdentity, AWS_ENDPOINT_URL_STS: lines.sts.endpoint }
    for (const [name, value] of Object.entries(identity)) vi.stubEnv(name, value)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }))
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
    const s3As = (credentials: NonNullable<ConstructorParameters<typeof S3Client>[0]>['credentials']) =>
      new S3Client({
        region: localIdentity.AWS_REGION,
        endpoint: lines.s3.endpoint,
        forcePathStyle: true,
        ...(credentials && { credentials }),
      })
    const session = linkSessions({ bucket, role: sharingLinkRole, s3As, clock: () => new Date() })
    return async n => {
      lines.sts.meddle = failing(seededRandom(n), 0)
      let link = ''
      const done = await triedUntilDone(tries, async () => {
        link = await (await session('moh')).linkTo(key)
      })
      expect(done).toBe(true)
      expect(await (await fetch(link)).text()).toBe(bytes)
    }
  },
}
