import { describe, expect, it } from 'vitest'
import { withSection } from '../../bench/results.ts'

describe('a section of the page of results', () => {
  const page = '# Measured\n\nWhat this is.\n\n## One\n\nold\n\n| a |\n\n## Two\n\nkept\n'

  it('takes the place of the one it had, and leaves the others', () => {
    expect(withSection(page, '## One\n\nnew')).toBe('# Measured\n\nWhat this is.\n\n## One\n\nnew\n\n## Two\n\nkept\n')
  })

  it('that is new comes last', () => {
    expect(withSection(page, '## On\n\nnew')).toBe(`${page}\n## On\n\nnew\n`)
  })
})
