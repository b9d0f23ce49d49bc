import { expect, it } from 'vitest'
import { benchStages } from '../../bench/stages.ts'

it('says where the time goes, stage by stage, of the whole', async () => {
  const { tables } = await benchStages(500)
  const [{ rows } = { rows: [] }] = tables
  const seconds = new Map(rows.map(([stage, cpu]) => [stage, Number(cpu)]))
  expect([...seconds.keys()].sort()).toEqual([
    'compact',
    'convert',
    'count and decide',
    'encode',
    'guard',
    'gunzip',
    'hash',
    'parse',
    'physical limit',
    'plan and finish',
    'read parts',
    'sort',
    'the rest',
  ])
  for (const stage of ['plan and finish', 'convert', 'compact']) expect(seconds.get(stage), stage).toBeGreaterThan(0)
})
