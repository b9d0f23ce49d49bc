import { readFileSync } from 'node:fs'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { synthesize } from './synthesis.ts'

const { platform } = synthesize().templates
const alarms = Object.values(platform.findResources('AWS::CloudWatch::Alarm'))
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')
const pages = runbook.split(/^## /m).slice(1)

describe('every alarm', () => {
  it('tells the operators, and stays silent where nothing happens, but the one that waits to hear of seals', () => {
    expect(alarms.length).toBeGreaterThan(0)
    for (const { Properties } of alarms)
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Operators/) }])
    const heard = alarms.filter(({ Properties }) => Properties.TreatMissingData !== 'notBreaching')
    expect(heard.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        AlarmName: 'BangiaoPlatform/Lookups/SealLate',
        TreatMissingData: 'breaching',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: 3600,
        EvaluationPeriods: 3,
      }),
    ])
  })

  it('is named after its place in the stack and links to its page of the runbook, and every page has an alarm', () => {
    const linked = alarms.map(({ Properties }) => {
      expect(Properties.AlarmName).toMatch(/^BangiaoPlatform\/[\w/-]+$/)
      return /\. docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription)?.[1]
    })
    expect(new Set(linked)).toEqual(new Set(pages.map(anchor)))
  })
})

describe('the daily reminder', () => {
  it('is missed when its function fails', () => {
    const [failed] = alarms.filter(
      ({ Properties }) => Properties.AlarmName === 'BangiaoPlatform/Handover/Reminders/Failed',
    )
    expect(failed?.Properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^HandoverRemindersRemindFunction/) } }],
    })
  })
})

describe('the topic of the operators', () => {
  it('is an output, since somebody has to subscribe to it', () => {
    platform.hasOutput('OperatorsTopic', { Value: { Ref: Match.stringLikeRegexp('^Operators') } })
  })
})

describe('every page of the runbook', () => {
  it('describes, investigates and resolves', () => {
    for (const page of pages) {
      expect(page.match(/^### .*$/gm), anchor(page)).toEqual(['### Description', '### Investigation', '### Resolution'])
    }
  })
})

/** As GitHub makes a link of a heading. */
function anchor(page: string): string {
  const [heading = ''] = page.split('\n')
  return heading.trim().toLowerCase().replaceAll(' ', '-')
}
