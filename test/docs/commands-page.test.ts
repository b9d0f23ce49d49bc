import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packNotBuiltCodes } from '../../lambdas/checkin/pack/pack-not-built.ts'
import { faultCodes } from '../../lambdas/handover/fault.ts'
import { deltaObstacles } from '../../lambdas/handover/handover.ts'
import { applyFaultNames } from '../../lambdas/handover/pull/apply.ts'
import { transportFaultReasons } from '../../lambdas/handover/pull/pull-transport.ts'
import { sourceFiles } from '../imports.ts'
import { quoted } from './quoted.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/commands.md'), 'utf8')
const runbook = await readFile(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')

const sources = ['bin', 'lambdas', 'local'].flatMap(sourceFiles)

/** Every class of error, by its name, with the code or the type of its codes. */
const errors = sources.flatMap(({ text }) =>
  [...text.matchAll(/class (\w+) extends Error \{([\s\S]*?)\n\}/g)].map(([, name = '', body = '']) => ({
    name,
    code: /readonly code(?: = '(.+?)'|: (\w+))/.exec(body)?.slice(1).find(Boolean),
  })),
)

/** Types of codes that stand elsewhere than on this page, or that no command gives. */
const elsewhere = ['FaultCode', 'ProblemCode', 'SharingRefusalCode', 'ErrorCode', 'string']

describe('docs/commands.md', () => {
  it('has every code of a failure, and no other', () => {
    const ofClasses = errors.flatMap(({ code }) => code ?? []).filter(code => !elsewhere.includes(code))
    const ofCommands = sources
      .filter(({ path }) => path.startsWith('bin/'))
      .flatMap(({ text }) => [...text.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code]) => code))
    const given = [
      ...ofClasses.flatMap(code => (code === 'PackNotBuiltCode' ? packNotBuiltCodes : code)),
      ...ofCommands,
    ]
    expect(codesIn(section(page, 'Codes of failures'))).toEqual([...new Set(given)].sort())
  })

  it('has no failure whose code is the name of a class of ours', () => {
    // The first is `usage`, the last is for the state machine; the others become answers of the service in which they are
    const own = ['UsageError', 'UnknownHandover', 'Refusal', 'PassingFailure']
    expect(errors.flatMap(({ name, code }) => (code ? [] : name)).sort()).toEqual(own.sort())
  })

  it('has every reason of a failed transport, of a delta that is none, and of what cannot be applied', () => {
    const [, transport = ''] = /^`transport` has a `reason`\.(.+)$/m.exec(page) ?? []
    expect(quoted(transport)).toEqual(transportFaultReasons)
    const [, obstacles = ''] = /a full one is, and says why: (.+?)\. /.exec(section(page, 'export')) ?? []
    expect(quoted(obstacles).sort()).toEqual(deltaObstacles.toSorted())
    const [, faults = ''] = /and `message` why: (.+?), a fault of/.exec(section(page, 'apply')) ?? []
    expect(quoted(faults).sort()).toEqual(applyFaultNames.toSorted())
  })
})

it('docs/runbook.md has every fault of a handover, and no other', () => {
  expect(codesIn(section(runbook, 'A handover failed'))).toEqual([...faultCodes, 'scratch-full'].sort())
})

/** What stands as code in the first column of a section's table, ours alone. */
function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/^\| ((?:`[\w.-]+`(?:, )?)+)/gm)]
    .flatMap(([, cell = '']) => quoted(cell))
    .filter(code => /^[a-z0-9-]+$/.test(code))
    .sort()
}

function section(of: string, heading: string): string {
  const found = of.split(/^## /m).find(text => text.startsWith(`${heading}\n`))
  if (!found) throw new Error(`no section '${heading}'`)
  return found
}
