import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import packageFacts from '../package.json' with { type: 'json' }

const lockfile = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')
const { packages } = JSON.parse(lockfile) as {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly resolved?: string; link?: true }>>
}

describe('what is installed', () => {
  it('is named by exact versions, which are those of the lockfile', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageFacts
    const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })

    expect(wanted.filter(([, version]) => !/^[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.]+)?$/.test(version))).toEqual([])
    expect(wanted.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)).toEqual([])
  })

  it('comes from whichever registry its user has: the lockfile names no host', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    expect(JSON.stringify(lockfile.match(/(?:git\+|file:|ssh:)[^"]*/g))).toBe('null')
  })
})
