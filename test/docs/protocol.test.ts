import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { changeTypes } from '../../lambdas/handover/compact/change-types.ts'
import { datasetNames } from '../../lambdas/handover/datasets.ts'
import { latest } from '../../lambdas/handover/latest.ts'
import { changeManifest, rebaselines, resource, snapshotManifest } from '../../lambdas/handover/manifest.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8')
const snapshot = snapshotManifest.shape.handover.shape
const changes = changeManifest.shape.handover.shape

describe('docs/protocol.md', () => {
  it('has every property of a resource', () => {
    expect(named('Resources')).toEqual(Object.keys(resource.shape).sort())
  })

  it('has every property of both forms, and no other', () => {
    const own = ['mode', 'previous', 'totals']
    const both = Object.keys(changes).filter(name => name in snapshot && !own.includes(name))
    expect(named('What both forms say')).toEqual(both.sort())
    expect(named('What a snapshot says as well')).toEqual(except(snapshot, both))
    expect(named('What a change set says as well')).toEqual(except(changes, both))
  })

  it('says what a dataset’s totals are in each form', () => {
    for (const [heading, { totals }] of [
      ['What a snapshot says as well', snapshot],
      ['What a change set says as well', changes],
    ] as const) {
      const of = Object.keys((totals.valueType as z.ZodObject).shape)
      const row = section(heading)
        .split('\n')
        .find(line => line.startsWith('| `totals`'))
      expect(quoted(row?.split('|')[2] ?? ''), heading).toEqual(of)
    }
  })

  it('has every value that a property of few values may take', () => {
    expect(section('Resources')).toContain(datasetNames.map(name => `\`${name}\``).join(', '))
    const kinds = resource.shape['handover:kind'].options
    for (const value of [...kinds, ...rebaselines, ...snapshot.mode.options]) expect(page).toContain(`\`${value}\``)
    expect(rowsOf('The change set').flatMap(cells => quoted(cells[1] ?? ''))).toEqual([
      'insert',
      'update_postimage',
      'delete',
    ])
    expect(changeTypes).toHaveLength(3)
  })

  it('has every property of latest.json', () => {
    expect(named('The chain')).toEqual(Object.keys(latest.shape).sort())
  })
})

function section(heading: string): string {
  const found = page.split(/^#{2,3} /m).find(text => text.startsWith(`${heading}\n`))
  if (!found) throw new Error(`docs/protocol.md has no section '${heading}'`)
  return found
}

/** Rows of a section's table below its header. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const lines = section(heading)
    .split('\n')
    .filter(line => line.startsWith('|'))
  return lines.slice(2).map(line => line.split('|'))
}

/** The properties that the first column names. */
function named(heading: string): readonly string[] {
  return rowsOf(heading)
    .flatMap(cells => quoted(cells[1] ?? ''))
    .sort()
}

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

function except(shape: object, names: readonly string[]): readonly string[] {
  return Object.keys(shape)
    .filter(name => !names.includes(name))
    .sort()
}
