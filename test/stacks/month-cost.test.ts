import { describe, expect, it } from 'vitest'
import { deployed } from '../../local/scale/month-cost.ts'
import { deployedFunctions, synthesize } from './synthesis.ts'

const synthesis = synthesize()
const { data, platform } = synthesis.templates

describe('what a month costs', () => {
  it('is reckoned with the keys that are deployed', () => {
    expect(deployed.keys).toBe(Object.keys(data.findResources('AWS::KMS::Key')).length)
  })

  it('is reckoned with every metric that an alarm watches', () => {
    const alarms = Object.values(platform.findResources('AWS::CloudWatch::Alarm'))
    const metrics = alarms.flatMap(({ Properties }) => {
      const queries: readonly { readonly MetricStat?: object }[] = Properties.Metrics ?? [{ MetricStat: {} }]
      return queries.filter(({ MetricStat }) => MetricStat)
    })
    expect(deployed.alarmMetrics).toBe(metrics.length)
  })

  it('is reckoned with the memory of the functions of the desk', () => {
    const desk = deployedFunctions(synthesis).filter(({ path }) => /^Checkin\/(CardCheck|Gateway)$/.test(path))
    expect(desk.map(({ properties }) => properties.MemorySize)).toEqual([deployed.deskMb, deployed.deskMb])
  })
})
