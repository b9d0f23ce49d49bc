import { expect } from 'vitest'
import type { Notice } from '../../../lambdas/handover/notice.ts'
import { abandon } from '../../../lambdas/handover/publish/abandon-job.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { readyToPublish } from '../scene.ts'
import { failing, failingServices, failures, sceneOn, triedUntilDone } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'
import { expectAllOrNothing, expectNext, publishAndNotify } from './published.ts'

const services = ['s3', 'dynamodb', 'sqs', 'kms'] as const

/** Tries of a step by the state machine. */
const tries = 7

export const serviceFails: InjectedFault = {
  name: 'A service that throttles, fails, falls silent or breaks off while a handover is published',
  injected: `S3, DynamoDB, SQS or KMS ${failures}, for a tenth to a half of all requests of a publication and its notice; a step that fails is taken again, and given up at last`,
  holds: 'announced if and only if committed, with all files; the next one follows it',
  runs: [4, 100],
  async begin() {
    const failable = await failingServices()
    return async n => {
      const line = failable.lines[services[n % services.length] as (typeof services)[number]]
      const { scene, received } = await sceneOn(failable, n)
      const sequence = await readyToPublish(scene, 'one')
      line.meddle = failing(seededRandom(n))
      const done = await triedUntilDone(tries, () => publishAndNotify(scene, sequence))
      line.meddle = () => undefined
      if (!done) await abandon(scene, { sequence, failure: { Error: 'ServiceUnavailable', Cause: 'every try failed' } })

      const committed = await expectAllOrNothing({ ...scene, sent: await received() })
      if (done) expect(committed).toBeDefined()
      const sent: Notice[] = []
      await expectNext({ ...scene, sent, notices: { send: async notice => void sent.push(notice) } }, committed)
    }
  },
}
