import { describe, expect, it } from 'vitest'
import { ambientIn, importsOf, reachedFrom, type SourceFile, sourceFiles } from './imports.ts'

const lambdas = sourceFiles('lambdas')
const lib = sourceFiles('lib')
const local = sourceFiles('local')
const bin = sourceFiles('bin')
const everything = [...lambdas, ...lib, ...local, ...bin]

type Layer = 'entry' | 'handler' | 'edge' | 'disk' | 'steps' | 'rule'

/** What a file of `lambdas/` may touch is told by its suffix. */
function layerOf(path: string): Layer {
  if (path.endsWith('.lambda.ts')) return 'entry'
  if (/[-/](api|job)\.ts$/.test(path)) return 'handler'
  if (/-(store|queue|client)\.ts$/.test(path)) return 'edge'
  if (/-(engine|files)\.ts$/.test(path)) return 'disk'
  return /-steps\.ts$/.test(path) ? 'steps' : 'rule'
}

/** Layers that each may import to run; types may come from anywhere. */
const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  entry: ['handler', 'steps', 'edge', 'disk', 'rule'],
  handler: ['handler', 'steps', 'disk', 'rule'],
  steps: ['steps', 'rule'],
  edge: ['edge', 'disk', 'rule'],
  disk: ['disk', 'rule'],
  rule: ['rule'],
}

/** The one place that reads the environment. */
const settings = 'lambdas/shared/setting.ts'

const sdk = /^@aws-sdk\//
const sockets = /^node:(net|http|https|http2|tls|dgram|dns)/
const disk = /^node:(fs|fs\/promises|child_process|os)$|^@duckdb\//

function broken(files: readonly SourceFile[], allowed: (from: string, target: string) => boolean): readonly string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ typeOnly, target }) => !typeOnly && !allowed(path, target))
      .map(({ target }) => `${path} -> ${target}`),
  )
}

describe('in lambdas/', () => {
  it('a suffix imports only what it may', () => {
    const allowed = (from: string, target: string) =>
      !target.startsWith('lambdas/') || mayImport[layerOf(from)].includes(layerOf(target))
    expect(broken(lambdas, allowed)).toEqual([])
  })

  it('only stores, queues and clients know an AWS SDK or open a socket', () => {
    const allowed = (from: string, target: string) =>
      !(sdk.test(target) || sockets.test(target)) || layerOf(from) === 'edge'
    expect(broken(lambdas, allowed)).toEqual([])
  })

  it('rules, steps and stores leave the disk alone, but for the streams of files that a store is given', () => {
    const layers: readonly Layer[] = ['rule', 'steps']
    expect(broken(lambdas, (from, target) => !(disk.test(target) && layers.includes(layerOf(from))))).toEqual([
      'lambdas/handover/engine/lambda-limits.ts -> node:os',
    ])
  })

  it('rules and steps know no clock, no chance, no environment and no network', () => {
    const layers: readonly Layer[] = ['rule', 'steps']
    const taken = lambdas
      .filter(({ path }) => layers.includes(layerOf(path)))
      .flatMap(({ path, ambient }) => ambient.map(name => `${path}: ${name}`))
    expect(taken).toEqual([`${settings}: process`])
  })

  it('only entries read settings', () => {
    expect(broken(lambdas, (from, target) => target !== settings || layerOf(from) === 'entry')).toEqual([])
  })

  it('nothing reaches out of the folder but for reference data', () => {
    const allowed = (_: string, target: string) => !/^(bin|lib|local|bench|test|console)\//.test(target)
    expect(broken(lambdas, allowed)).toEqual([])
  })

  it('nobody imports an entry but the embedded stack', () => {
    const others = everything.filter(({ path }) => path !== 'local/stack/functions.ts')
    expect(broken(others, (_, target) => !target.endsWith('.lambda.ts'))).toEqual([])
  })

  it('a check at the desk loads neither the list of facilities nor that of wards', () => {
    const reached = reachedFrom('lambdas/checkin/card-check.lambda.ts', everything)
    expect(reached).toContain('lambdas/checkin/coverage.ts')
    expect(reached.filter(path => /registry\/(facilities|wards)\.ts$/.test(path))).toEqual([])
  })

  it('only five steps of the handover and the sealing of lookups carry the big engine', () => {
    const entries = lambdas.map(({ path }) => path).filter(path => path.endsWith('.lambda.ts'))
    expect(entries.filter(path => reachedFrom(path, everything).includes('@duckdb/node-api'))).toEqual([
      'lambdas/checkin/seal-lookups.lambda.ts',
      'lambdas/handover/compact.lambda.ts',
      'lambdas/handover/compare.lambda.ts',
      'lambdas/handover/convert.lambda.ts',
      'lambdas/handover/match.lambda.ts',
      'lambdas/handover/merge.lambda.ts',
    ])
  })
})

describe('in lib/', () => {
  it('of lambdas/ only names of settings, definitions of tables and the agreements are known', () => {
    const allowed = (_: string, target: string) =>
      !target.startsWith('lambdas/') || /\/(settings|[a-z]+-table|agreements)\.ts$/.test(target)
    expect(broken(lib, allowed)).toEqual([])
  })

  it('nothing is known of what is not deployed, not even its types', () => {
    const strange = /^(bin|local|bench|test|console)\//
    const known = lib.flatMap(({ path, imports }) => imports.map(({ target }) => [path, target] as const))
    expect(known.filter(([, target]) => strange.test(target))).toEqual([])
  })
})

describe('the embedded stack', () => {
  it('takes the machine and the routes from lib/, and no CDK with them', () => {
    const reached = local.flatMap(({ path }) => reachedFrom(path, everything))
    expect(reached).toContain('lib/handover-machine.ts')
    expect(reached.filter(target => /^(aws-cdk-lib|constructs|cdk-nag)/.test(target))).toEqual([])
  })
})

describe('the reader of imports', () => {
  it('tells types from values, and finds what is imported late', () => {
    const text = `import type { A } from './a.ts'\nimport { type B, type C } from './b.ts'\nimport { type D, e } from '../d.ts'
import x from '../../y.json' with { type: 'json' }\nexport { z } from './z.ts'\nawait import('./late.ts')\nimport 'zod'`
    expect(importsOf('lambdas/registry/f.ts', text)).toEqual([
      { target: 'lambdas/registry/a.ts', typeOnly: true },
      { target: 'lambdas/registry/b.ts', typeOnly: true },
      { target: 'lambdas/d.ts', typeOnly: false },
      { target: 'y.json', typeOnly: false },
      { target: 'lambdas/registry/z.ts', typeOnly: false },
      { target: 'zod', typeOnly: false },
      { target: 'lambdas/registry/late.ts', typeOnly: false },
    ])
  })
})

describe('the reader of what is taken from around', () => {
  it.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date'],
    ['[].map(Date.now)', 'Date.now'],
    ['new Date', 'new Date'],
    ['Math.random()', 'Math.random'],
    ['crypto.randomUUID()', 'randomUUID'],
    ['process.env.HOME', 'process'],
    ['performance.now()', 'performance'],
    ['await fetch(url)', 'fetch'],
    ['setTimeout(go, 1)', 'setTimeout'],
    [`import { setTimeout as sleep } from 'node:timers/promises'`, `'node:timers/promises'`],
  ])('finds it in %s', (code, name) => {
    expect(ambientIn(`const a = 1\n${code}`)).toEqual([name])
  })

  it.each(['new Date(text)', 'Date.parse(text)', '/** Date.now() */ a', 'a // fetch(url)', 'store.fetch(url)'])(
    'finds none in %s',
    code => {
      expect(ambientIn(code)).toEqual([])
    },
  )
})
