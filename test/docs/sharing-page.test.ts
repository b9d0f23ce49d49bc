import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mostFiles } from '../../lambdas/handover/sharing/file-page.ts'
import { apiRoutes } from '../../lib/api-routes.ts'

it('docs/sharing.md has every request that a share answers, and the most files of an answer', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/sharing.md'), 'utf8')
  const table = '/shares/{share}/schemas/{schema}/tables/{table}'
  const requests = apiRoutes
    .filter(route => route.function === 'sharing')
    .map(({ method, path }) => `${method} ${path.replace('/delta-sharing', '').replace(table, 'T')}`)
  const named = [...page.matchAll(/`((?:GET|HEAD|POST) [^`?]+)/g)].map(([, request]) => request)
  expect(named.sort()).toEqual(requests.sort())
  expect(page).toContain(mostFiles.toLocaleString('en'))
})
