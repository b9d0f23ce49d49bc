import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { planHandover, transitions } from '../../local/scale/handover-plan.ts'
import { monthCost, runsIn } from '../../local/scale/month-cost.ts'
import { limits, limitsOf } from '../../local/scale/plan-limits.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { documented } from '../journeys/documented.ts'
import { folder } from '../local/service.ts'

function monthOf(people: number) {
  const full = planHandover({ people, mode: 'full', agreements })
  const delta = planHandover({ people, mode: 'delta', agreements })
  return monthCost({ full, delta, agreements })
}

describe('bangiao cost', () => {
  it('answers what docs/commands.md says, and its lines add up', async () => {
    const answer = await askBangiao<{ usd: number; lines: { usd: number }[] }>(
      await folder(),
      'cost',
      '--people',
      '50000',
    )
    expect(Object.keys(answer).sort()).toEqual(await documented('cost'))
    const total = answer.lines.reduce((sum, { usd }) => sum + usd, 0)
    expect(Math.abs(total - answer.usd)).toBeLessThan(0.2)
  })

  it('names in docs/commands.md every limit, in their order', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')
    const [, names = ''] = /by `limit` \((.+?)\)/.exec(page) ?? []
    expect([...names.matchAll(/`(.+?)`/g)].map(([, name]) => name)).toEqual(Object.keys(limits))
    const [, fields = ''] = /by `limit` \(.+?\): (.+?) \|/.exec(page) ?? []
    const [limit = {}] = limitsOf(planHandover({ people: 1, mode: 'full', agreements }))
    expect(new Set(['limit', ...[...fields.matchAll(/`(.+?)`/g)].map(([, name]) => name)])).toEqual(
      new Set(Object.keys(limit)),
    )
  })

  it('shows people the month, the steps and the limits', async () => {
    const { code, stdout } = await runBangiao(await folder(), 'cost', '--people', '103000000')
    expect(code).toBe(0)
    for (const title of ['A month', 'A delta, step by step', 'How near to the limits', 'Taken for granted'])
      expect(stdout).toContain(`\n  ${title} · `)
  })

  it('is called wrongly without a number of people', async () => {
    const { code, stderr } = await runBangiao(await folder(), 'cost', '--people', 'many')
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--people must be a whole number'),
    })
  })
})

describe('a month', () => {
  it('has a full handover and a delta a day, as the most frequent agreement asks', () => {
    expect(runsIn(agreements)).toEqual({ fulls: 1, deltas: 30 })
    expect(runsIn(agreements.filter(({ recipient }) => recipient === 'labour'))).toEqual({ fulls: 1, deltas: 4 })
    expect(runsIn(agreements.filter(({ recipient }) => recipient === 'hanoi_health'))).toEqual({ fulls: 1, deltas: 0 })
  })

  it('of ten times the people costs ten times as much where it goes by people', () => {
    const [small, large] = [monthOf(10_000_000), monthOf(100_000_000)]
    const usd = ({ lines }: typeof small, line: string) => lines.find(found => found.line === line)?.usd ?? 0
    for (const line of ['Registry: storage', 'Full exports', 'Desk: requests', 'Published to moh, kept 90 days'])
      expect(usd(large, line) / usd(small, line)).toBeCloseTo(10, 2)
  })

  it('has a transition for each state of the machine that is entered, and two for each child', () => {
    const plan = planHandover({ people: 1, mode: 'full', agreements })
    const children = plan.steps.filter(({ step }) => ['convert', 'match', 'compact', 'compare', 'place'].includes(step))
    const all = children.reduce((sum, { children }) => sum + children, 0)
    // Start to Done without the poll: 15 states, the start, and one inner state for each recipient
    expect(transitions(plan, 0)).toBe(15 + 1 + agreements.length + 2 * all)
  })
})
