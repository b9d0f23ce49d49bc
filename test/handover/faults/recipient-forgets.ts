import { expect, vi } from 'vitest'
import { remind } from '../../../lambdas/handover/publish/remind-job.ts'
import { lateReceipt } from '../../../lambdas/handover/settings.ts'
import { log } from '../../../lambdas/shared/log.ts'
import { aScene, readyToPublish } from '../scene.ts'
import type { InjectedFault } from './fault.ts'
import { publishAndNotify } from './published.ts'

export const recipientForgets: InjectedFault = {
  name: 'A recipient that acknowledges and forgets',
  injected: 'the notice is taken off its queue, and no receipt comes for days',
  holds: 'from the third day on it is told again each day, under the same id, and the operators hear of it',
  runs: [2, 10],
  async begin() {
    return async n => {
      const scene = await aScene()
      await publishAndNotify(scene, await readyToPublish(scene, 'one'))
      const said = vi.spyOn(log, 'warn')
      for (let day = 1; day <= 3 + n; day++) {
        const clock = () => new Date(scene.clock().getTime() + day * 86_400_000)
        expect(await remind({ ...scene, recipients: ['moh'], clock })).toEqual({ late: day < 3 ? 0 : 1 })
      }
      const late = [lateReceipt, { recipient: 'moh', sequence: 1 }]
      expect(said.mock.calls).toEqual(Array(1 + n).fill(late))
      said.mockRestore()
      expect(scene.sent.map(({ id }) => id)).toEqual(Array(2 + n).fill('moh-000000000001'))
    }
  },
}
