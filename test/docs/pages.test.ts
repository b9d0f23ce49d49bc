import { describe, expect, it } from 'vitest'
import { codesPage } from '../../local/pages/codes-page.ts'
import { datasetsPage } from '../../local/pages/datasets-page.ts'
import { feedsPage } from '../../local/pages/feeds-page.ts'
import { scalePage } from '../../local/pages/scale-page.ts'

describe('a page made from the code (npx vitest run test/docs -u writes it anew)', () => {
  it('docs/feeds.md has every field of every feed', async () => {
    await expect(feedsPage()).toMatchFileSnapshot('../../docs/feeds.md')
  })

  it('docs/datasets.md has every column of every dataset', async () => {
    await expect(datasetsPage()).toMatchFileSnapshot('../../docs/datasets.md')
  })

  it('docs/codes.md has every code of the lists that are not too long', async () => {
    await expect(codesPage()).toMatchFileSnapshot('../../docs/codes.md')
  })

  it('docs/scale.md has what the command works out for the nation', async () => {
    await expect(scalePage()).toMatchFileSnapshot('../../docs/scale.md')
  })
})
