import { expect, it } from 'vitest'
import { remind } from '../../lambdas/handover/publish/remind-job.ts'
import { settle } from '../../lambdas/handover/recipients/settle-steps.ts'
import { quietly } from '../checkin/quietly.ts'
import { publicationFacts } from '../handover/publication.ts'
import { receiptOf } from '../handover/recipients/receipt-of.ts'
import { aScene, type Scene } from '../handover/scene.ts'
import { resourceNamed, synthesize } from './synthesis.ts'

const { platform } = synthesize().templates
const facts = publicationFacts()

it.each([
  [
    'LateReceipts',
    ['HandoverRemindersLate'],
    (scene: Scene) => remind({ ...scene, recipients: ['moh'], clock: () => new Date('2026-11-29T07:00:00Z') }),
  ],
  [
    'DisputedReceipts',
    ['HandoverReceiptsSettleDisputed', 'RecipientApiReceiptsDisputed'],
    (scene: Scene) => settle(scene, { ...receiptOf(facts), rootSha256: 'e'.repeat(64) }),
  ],
])('the alarm of %s hears the very line that is logged', async (metric, filters, tell) => {
  const scene = await aScene()
  await scene.ledger.addPublication(facts)
  await scene.ledger.movePublication('prepared', { state: 'announced', facts, announcedAt: facts.publishedAt })
  const lines: string[] = []

  await quietly<unknown>(() => tell(scene), lines)

  for (const name of filters) {
    const { Properties } = resourceNamed(platform, 'AWS::Logs::MetricFilter', name)
    expect(Properties.MetricTransformations).toMatchObject([{ MetricName: metric, MetricNamespace: 'bangiao' }])
    expect(Properties.LogGroupName.Ref).toMatch(new RegExp(`^${name.replace(/Late$|Disputed$/, '')}(Remind)?Log`))
    const heard = lines.map(line => JSON.parse(line)).filter(fits(Properties.FilterPattern))
    expect(heard).toMatchObject([{ level: 'WARN', recipient: 'moh', sequence: facts.sequence }])
  }
  platform.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: metric,
    Namespace: 'bangiao',
    Statistic: 'Sum',
    Threshold: 1,
  })
})

/** As CloudWatch reads a pattern such as `{ $.message = "receipt is late" }`. */
function fits(pattern: string) {
  const [, field = '', wanted] = /^\{ \$\.(\w+) = "([^"]*)" \}$/.exec(pattern) ?? []
  return (line: Readonly<Record<string, unknown>>) => wanted !== undefined && line[field] === wanted
}
